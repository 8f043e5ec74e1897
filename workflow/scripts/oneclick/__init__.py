"""What one click on a tumour is worth for its segmentation in FDG-PET: plain functions of arrays, tables and paths."""

import os

# ONNX Runtime would write reports on its use into the user's home, and send them, from the moment that it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
