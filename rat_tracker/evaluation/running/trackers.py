"""Whatever can be measured, by name: our trackers, with or without options, and the baselines."""

from __future__ import annotations

from pathlib import Path

from rat_tracker.evaluation.running.baselines import BASELINES
from rat_tracker.evaluation.running.baselines import create_baseline
from rat_tracker.evaluation.running.target_tracker import TargetTracker
from rat_tracker.tracker import Tracker
from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import require_tracker
from rat_tracker.trackers import TRACKERS

TARGET = 'target:'  # before a name: the tracker runs as nodes run it, with states


def require_tracker_or_baseline(name: str, nano_models: Path | None = None) -> None:
    """Raise unless there is such a tracker; none of our networks is loaded.

    :raises ValueError: the name, an option or its value is unknown, or a baseline's file is
        missing
    """
    tracker = name.removeprefix(TARGET)
    if tracker.partition(':')[0] in TRACKERS:
        require_tracker(tracker)
    elif tracker in BASELINES:
        create_baseline(tracker, nano_models)
    else:
        raise ValueError(
            f'unknown tracker {name!r}; choose from: {", ".join((*TRACKERS, *BASELINES))}')


def create_tracker_or_baseline(name: str, nano_models: Path | None = None) -> Tracker:
    """Make a tracker.

    :param name: one of ``BASELINES`` or what ``create_tracker`` takes, or ``TARGET`` and that
    :param nano_models: folder with NanoTrack's two ONNX files
    :raises ValueError: see ``require_tracker_or_baseline`` and ``create_tracker``
    :raises rat_tracker.weights.WeightsError: weights are missing or corrupt
    """
    if name.startswith(TARGET):
        return TargetTracker(create_tracker_or_baseline(name.removeprefix(TARGET), nano_models))
    if name in BASELINES:
        return create_baseline(name, nano_models)
    require_tracker_or_baseline(name, nano_models)
    return create_tracker(name)
