"""The U-Net: how it is trained, kept, run, and its threshold."""
