"""Documents become searchable."""

import os

# From 1.32 on, onnxruntime's Linux wheels report every process to their maker and keep an id of the machine in the home
# folder, unless this is set before they are first imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
