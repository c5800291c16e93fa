"""Engines run a network on a device, all with one callable shape.

An engine takes N×H×W×3 uint8 patches of one fixed shape as a tensor on its device and returns the
network's outputs as float32 tensors on the same device. Those may be views of buffers that the
next call overwrites: who keeps one, copies it. An engine copies nothing from the host or to it.

Here are the names only, which need no torch; ``rat_tracker.engines.creation`` makes engines.
"""

from __future__ import annotations

ENGINES = ('auto', 'openvino', 'torch', 'tensorrt', 'tensorrt_rtx')
DEVICES = ('auto', 'cpu', 'cuda')
PRECISIONS = ('auto', 'float32', 'float16', 'bfloat16')
