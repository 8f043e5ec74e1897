"""How well a mask agrees with another: Dice, detection, surfaces."""
