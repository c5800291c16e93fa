"""Finished runs on disk: an interrupted benchmark goes on from them; toolkits can read them.

    results/<tracker>/<sequence>.txt       x,y,width,height of each frame, data set's origin
    results/<tracker>/<sequence>_time.txt  seconds that each frame took; nan if not worked on
    runs/<tracker>/<sequence>.json         scores, states, stages, memory, what the run was made of

The texts are in got10k's format (version 0.1.3). A run counts as finished when its last file,
the JSON, is there. What is read back is what was written, digits cut off included, so that metrics
made of it are those that another toolkit makes of the same files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import json
import math
from pathlib import Path

import numpy as np

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.system.files import locked_folder

TIME = '_time'  # what the name of a file with times ends with


class Store:
    """The runs in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._results = folder / 'results'
        self._runs = folder / 'runs'

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder and keep others from writing to it.

        :raises OSError: it cannot be made or written to, or another benchmark is writing to it
        """
        with locked_folder(self._folder, 'another benchmark'):
            yield

    def save(
        self, tracker: str, sequence: Sequence, run: SequenceRun, fingerprint: str,
    ) -> SequenceRun:
        """Write a run; return it as the files say, of which another toolkit makes its metrics.

        :param fingerprint: see ``rat_tracker.evaluation.running.fingerprint``
        """
        boxes, times, record = self._paths(tracker, sequence.name)
        for path in (boxes, record):
            path.parent.mkdir(parents=True, exist_ok=True)
        np.savetxt(boxes, run.boxes + _shift(sequence), fmt='%.3f', delimiter=',')
        np.savetxt(times, run.seconds, fmt='%.8f')
        unfinished = record.with_suffix('.part')
        unfinished.write_text(json.dumps({
            'fingerprint': fingerprint,
            'scores': [round(score, 6) if math.isfinite(score) else None
                       for score in run.scores.tolist()],
            'states': None if run.states is None else run.states.tolist(),
            'stages': run.stages,
            'image_size': run.image_size,
            'peak_memory': run.peak_memory,
            'cpu_seconds': run.cpu_seconds,
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
            scores = np.array(record['scores'], np.float64)
            states = None if record['states'] is None else np.array(record['states'], np.int8)
            width, height = record['image_size']
            stages = record['stages']
            peak_memory, cpu_seconds = record['peak_memory'], record['cpu_seconds']
            written = np.loadtxt(boxes, delimiter=',', ndmin=2)
            seconds = np.loadtxt(times, ndmin=1)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            # Not finished, cut off by a full disk, or of another version: the run is made again.
            return None
        if not len(written) == len(seconds) == len(scores) or (
                states is not None and len(states) != len(scores)):
            return None
        return SequenceRun(
            boxes=written - _shift(sequence),
            scores=scores,
            seconds=seconds,
            stages=stages,
            image_size=(width, height),
            peak_memory=peak_memory,
            cpu_seconds=cpu_seconds,
            states=states)

    def discard(self, tracker: str, sequence: Sequence) -> None:
        """Remove what there is of a run, so that nobody takes it for the next one."""
        for path in self._paths(tracker, sequence.name):
            path.unlink(missing_ok=True)

    def _paths(self, tracker: str, sequence: str) -> tuple[Path, Path, Path]:
        results = self._results / tracker
        return (results / f'{sequence}.txt', results / f'{sequence}{TIME}.txt',
                self._runs / tracker / f'{sequence}.json')


def _shift(sequence: Sequence) -> tuple[float, float, float, float]:
    """Return what is added to our coordinates to get those of the data set's files."""
    return (sequence.origin, sequence.origin, 0.0, 0.0)
