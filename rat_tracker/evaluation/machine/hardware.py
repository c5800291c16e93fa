"""What a figure of speed stands in no document without."""

from __future__ import annotations

import platform

from rat_tracker.evaluation.machine.conditions import machine
from rat_tracker.evaluation.machine.gpu import gpu_name
from rat_tracker.evaluation.running.fingerprint import library_version

_LIBRARIES = (('torch', 'torch'), ('openvino', 'openvino'),
              ('OpenCV', 'opencv-contrib-python-headless'))


def hardware() -> str:
    """Return processor, cores, GPU and the versions that decide about speed, in one line."""
    parts = [machine(), *filter(None, [gpu_name()])]
    versions = ', '.join(f'{name} {library_version(library)}' for name, library in _LIBRARIES)
    return f'{"; ".join(parts)}; Python {platform.python_version()}, {versions}'
