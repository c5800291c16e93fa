"""Benchmarks to report on: short clips, and trackers that did as they were told."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence as List
from html.parser import HTMLParser
from pathlib import Path
import re

import numpy as np
from support_datasets import write_sequence

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.boxes import Boxes
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.metrics.overlap import Values
from rat_tracker.evaluation.report import write_report
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.system.missing import Missing

SIZE = (160, 120)  # of the images, in pixels
LENGTH = 24  # frames
SCENE = Scene(width=160, height=120, length=LENGTH, target_width=30, target_height=36)
CONDITIONS = {'command': 'rat_tracker benchmark clips', 'machine': 'a small one'}
STAGES = {'crop': 0.002, 'network': 0.005}


class Page(HTMLParser):
    """Collects what tests ask of a page."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.source = (folder / 'report.html').read_text(encoding='utf-8')
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or '' for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r'\s+', ' ', ''.join(self._texts))

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of all tags of a kind."""
        return [attributes for found, attributes in self.tags if found == tag]

    def images(self, kind: str) -> list[dict[str, str]]:
        return [image for image in self.all('img')
                if image['src'].startswith(f'data:image/{kind}')]


def report(folder: Path, results: Results) -> Page:
    write_report(folder, results, Missing())
    return Page(folder)


def clips(folder: Path, names: Iterable[str] = ('cat', 'dog')) -> list[Sequence]:
    """Render clips and load them again."""
    for seed, name in enumerate(names):
        write_sequence(folder / name, SCENE, seed)
    return list(load_dataset(folder))


def run(
    sequence: Sequence, boxes: Boxes, scores: Values | float = 0.9,
    stages: Mapping[str, float] = STAGES, seconds: float = 0.01,
) -> SequenceRun:
    """Return a run with these answers; each frame took the same time, the first one thrice it."""
    count = len(sequence.frames)
    durations = np.full(count, seconds)
    durations[0] = 3 * seconds
    given = np.broadcast_to(scores, (count,)).astype(np.float64)
    given[0] = 1.0
    return SequenceRun(boxes, given, durations, stages, SIZE, 300_000_000, 0.1)


def near(sequence: Sequence) -> SequenceRun:
    """Follow the target, a little too far to the right."""
    return run(sequence, sequence.boxes + np.array([3, 0, 0, 0]))


def lost(sequence: Sequence, since: int = 8) -> SequenceRun:
    """Stay where the target was, from a frame on, and know it."""
    boxes = sequence.boxes.copy()
    boxes[since:] = (120, 90, 30, 25)
    scores = np.where(np.arange(len(boxes)) < since, 0.95, 0.1)
    return run(sequence, boxes, scores, {}, seconds=0.002)


def results_of(
    sequences: List[Sequence], runs: Mapping[str, Iterable[SequenceRun | Failure]],
) -> Results:
    """Put together each tracker's outcomes on the sequences, in their order."""
    outcomes = {
        (tracker, sequence.name): outcome for tracker, each in runs.items()
        for sequence, outcome in zip(sequences, each, strict=True)}
    return Results('clips', sequences, list(runs), outcomes, CONDITIONS)


def two_trackers(sequences: List[Sequence]) -> Results:
    return results_of(sequences, {
        'near': map(near, sequences), 'lost:since=8': map(lost, sequences)})
