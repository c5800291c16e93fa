"""Whatever can be measured, by name: our trackers, with or without options, and the peers."""

from __future__ import annotations

from pathlib import Path

from rat_tracker.evaluation.running.baselines import create_peer
from rat_tracker.evaluation.running.baselines import PEERS
from rat_tracker.tracker import Tracker


def require_entrant(name: str, nano_models: Path | None = None) -> None:
    """Raise unless there is such a tracker; none of our networks is loaded.

    :raises ValueError: the name, an option or its value is unknown, or a peer's files are missing
    """
    from rat_tracker.trackers import tracker_parameters  # noqa: PLC0415, see create_entrant
    from rat_tracker.trackers import TRACKERS  # noqa: PLC0415

    plain = name.partition(':')[0]
    if plain in TRACKERS:
        tracker_parameters(name)
    elif name in PEERS:
        create_peer(name, nano_models)
    else:
        raise ValueError(
            f'unknown tracker {name!r}; choose from: {", ".join((*TRACKERS, *PEERS))}')


def create_entrant(name: str, nano_models: Path | None = None) -> Tracker:
    """Make a tracker.

    :param name: one of ``PEERS`` or what ``create_tracker`` takes
    :param nano_models: folder with NanoTrack's two ONNX files
    :raises ValueError: see ``require_entrant`` and ``create_tracker``
    :raises rat_tracker.weights.WeightsError: weights are missing or corrupt
    """
    if name in PEERS:
        return create_peer(name, nano_models)
    # A peer needs no torch, and its memory is measured without it.
    from rat_tracker.trackers import create_tracker  # noqa: PLC0415

    require_entrant(name, nano_models)
    return create_tracker(name)
