"""From a network's output, or from a click alone, to a method's masks."""
