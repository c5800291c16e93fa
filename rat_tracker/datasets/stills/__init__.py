"""Pictures with boxes around the objects in them, in the layouts that detectors are trained on.

What a tracker learns from besides sequences: ``Still``. Whatever the files count from, coordinates
in memory have their origin in the picture's top left corner (``rat_tracker.geometry``).
"""

from __future__ import annotations

from rat_tracker.datasets.stills.layouts import holds_stills
from rat_tracker.datasets.stills.layouts import load_stills
from rat_tracker.datasets.stills.still import Outline
from rat_tracker.datasets.stills.still import Still
from rat_tracker.datasets.stills.still import StillObject
from rat_tracker.datasets.stills.still import Stills

__all__ = ['Outline', 'Still', 'StillObject', 'Stills', 'holds_stills', 'load_stills']
