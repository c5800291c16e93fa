"""``boxes.csv``: a line for each image that was tracked."""

from __future__ import annotations

from collections.abc import Iterable
import csv
from io import StringIO
from pathlib import Path

from rat_tracker.geometry import Box
from rat_tracker.stamps import seconds_text
from rat_tracker.system.files import write_whole
from rat_tracker.target import State

BoxRow = tuple[int, Box, float, State]  # the image's stamp in nanoseconds, box, score, state


def write_boxes(path: Path, rows: Iterable[BoxRow]) -> None:
    """Write stamps in seconds and boxes in pixels of the image.

    :raises OSError: the file cannot be written; there is none then
    """
    text = StringIO(newline='')
    writer = csv.writer(text)
    writer.writerow(('stamp', 'x', 'y', 'width', 'height', 'score', 'state'))
    for stamp, box, score, state in rows:
        writer.writerow((seconds_text(stamp), *(f'{value:.2f}' for value in box.values),
                         f'{score:.4f}', state.name))
    write_whole(path, text.getvalue())
