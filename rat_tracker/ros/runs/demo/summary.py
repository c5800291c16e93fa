"""The figures of a run, and where it was made."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
import os
import platform
from typing import Any

import numpy as np

from rat_tracker import __version__
from rat_tracker.evaluation.machine import library_versions
from rat_tracker.evaluation.machine import processor
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.demo.run import Outcome
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.target import State


def target_records(outcome: Outcome) -> list[TargetRecord]:
    """Return the answers about the selected target, in the order of the images."""
    found = outcome.record.targets
    return [found[stamp] for stamp in sorted(found) if found[stamp].id == outcome.selection]


def turning_points(outcome: Outcome) -> list[int]:
    """Return the stamps of the answers whose state is another than in the answer before."""
    answers = target_records(outcome)
    return [answer.stamp for last, answer in zip([None, *answers], answers, strict=False)
            if last is None or answer.state is not last.state]


def summarize(
    outcome: Outcome, clip: str, size: tuple[int, int], rate: float,
    references: Mapping[int, Box],
) -> dict[str, Any]:
    """Return the figures of a run, ready for JSON.

    :param rate: frames per second of the clip
    :param references: boxes drawn by hand, by frame number; may be empty
    """
    answers = target_records(outcome)
    # The answer about the first frame had to wait for the selection, not for the tracker.
    followed = answers[1:]
    latencies = np.array([answer.latency for answer in followed]) * 1e3
    compared = {number: box for number, box in references.items()
                if 0 < number < len(outcome.stamps)}
    newest = [_newest(answers, outcome.stamps[number]) for number in compared]
    overlaps = [answer.box.overlap(box)
                for answer, box in zip(newest, compared.values(), strict=True)]
    usable = [0.0 if answer.state is State.LOST else overlap
              for answer, overlap in zip(newest, overlaps, strict=True)]
    return {
        'clip': clip,
        'width': size[0],
        'height': size[1],
        'clip_fps': round(rate, 3),
        'frames_published': len(outcome.stamps),
        'frames_answered': len(answers),
        'frames_dropped': len(set(outcome.stamps) - {answer.stamp for answer in answers}),
        'fps': _rounded(_rate(followed), 2),
        'latency_ms_p50': _percentile(latencies, 50),
        'latency_ms_p99': _percentile(latencies, 99),
        'mean_overlap': _mean(overlaps),
        'mean_overlap_lost_as_zero': _mean(usable),
        'min_overlap': _rounded(min(overlaps), 4) if overlaps else None,
        'reference_boxes': len(overlaps),
        'frames_by_state': {
            state.name: sum(answer.state is state for answer in answers) for state in State},
        'engine': outcome.diagnostics.get('engine', ''),
        'processing_ms_p50': _number(outcome.diagnostics, 'processing_time_ms_p50'),
        'hardware': processor(),
        'versions': {
            'rat_tracker': __version__, 'python': platform.python_version(),
            'ros': os.environ.get('ROS_DISTRO', 'unknown'), **library_versions()},
    }


def _newest(answers: list[TargetRecord], stamp: int) -> TargetRecord:
    """Return what a robot knew when this frame was published and answered, if it was."""
    return answers[bisect_right([answer.stamp for answer in answers], stamp) - 1]


def _mean(values: list[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _rate(followed: list[TargetRecord]) -> float | None:
    """Return the answers per second, first to last."""
    if len(followed) < 2:
        return None
    received = [answer.received for answer in followed]
    return (len(received) - 1) * 1e9 / (max(received) - min(received))


def _percentile(values: np.ndarray[Any, Any], percent: float) -> float | None:
    return _rounded(float(np.percentile(values, percent)), 2) if len(values) else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _number(diagnostics: Mapping[str, str], key: str) -> float | None:
    """Return one of the node's own figures; None where it has none, which it writes as nan."""
    value = float(diagnostics.get(key, 'nan'))
    return None if np.isnan(value) else value
