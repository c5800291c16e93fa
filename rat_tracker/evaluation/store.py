"""Finished runs on disk: an interrupted benchmark goes on from them, and peers can read them.

    results/<tracker>/<sequence>.txt       x,y,width,height of each frame, data set's origin
    results/<tracker>/<sequence>_time.txt  seconds that each frame took; nan if not worked on
    runs/<tracker>/<sequence>.json         scores, stages, memory, and what the run was made of

The texts are in got10k's format (version 0.1.3). A run counts as finished when its last file,
the JSON, is there. What is read back is what was written, digits cut off included, so that figures
made of it are those that a peer's toolkit makes of the same files.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from rat_tracker.evaluation.datasets import Sequence
from rat_tracker.evaluation.runner import SequenceRun

TIME = '_time'  # what the name of a file with times ends with


class Store:
    """The runs in a folder."""

    def __init__(self, folder: Path) -> None:
        self._results = folder / 'results'
        self._runs = folder / 'runs'

    def save(
        self, tracker: str, sequence: Sequence, run: SequenceRun, fingerprint: str,
    ) -> SequenceRun:
        """Write a run; return it as the files say, of which a peer's toolkit makes its figures.

        :param fingerprint: see ``rat_tracker.evaluation.fingerprint``
        """
        boxes, times, record = self._paths(tracker, sequence.name)
        for path in (boxes, record):
            path.parent.mkdir(parents=True, exist_ok=True)
        record.unlink(missing_ok=True)
        np.savetxt(boxes, run.boxes + _shift(sequence), fmt='%.3f', delimiter=',')
        np.savetxt(times, run.seconds, fmt='%.8f')
        unfinished = record.with_suffix('.part')
        unfinished.write_text(json.dumps({
            'fingerprint': fingerprint,
            'scores': [round(score, 6) if math.isfinite(score) else None
                       for score in run.scores.tolist()],
            'stages': run.stages,
            'image_size': run.image_size,
            'peak_memory': run.peak_memory,
        }))
        unfinished.replace(record)
        stored = self.load(tracker, sequence, fingerprint)
        if stored is None:
            raise OSError(f'{record} cannot be read after it was written; is the disk full?')
        return stored

    def load(self, tracker: str, sequence: Sequence, fingerprint: str) -> SequenceRun | None:
        """Read a finished run; None if there is none that was made of the same."""
        boxes, times, path = self._paths(tracker, sequence.name)
        try:
            record = json.loads(path.read_text())
            if record['fingerprint'] != fingerprint:
                return None
            written = np.loadtxt(boxes, delimiter=',', ndmin=2)
            seconds = np.loadtxt(times, ndmin=1)
        except (FileNotFoundError, ValueError):
            # Not finished, or cut off by a full disk: the run is made again.
            return None
        scores = np.array(record['scores'], np.float64)
        if not len(written) == len(seconds) == len(scores):
            return None
        return SequenceRun(
            boxes=written - _shift(sequence),
            scores=scores,
            seconds=seconds,
            stages=record['stages'],
            image_size=(record['image_size'][0], record['image_size'][1]),
            peak_memory=record['peak_memory'])

    def _paths(self, tracker: str, sequence: str) -> tuple[Path, Path, Path]:
        results = self._results / tracker
        return (results / f'{sequence}.txt', results / f'{sequence}{TIME}.txt',
                self._runs / tracker / f'{sequence}.json')


def _shift(sequence: Sequence) -> tuple[float, float, float, float]:
    """Return what is added to our coordinates to get those of the data set's files."""
    return (sequence.origin, sequence.origin, 0.0, 0.0)
