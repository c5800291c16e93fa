"""The published designs, by name."""

from __future__ import annotations

from rat_tracker.engines import DEVICES
from rat_tracker.engines import ENGINES
from rat_tracker.engines import PRECISIONS
from rat_tracker.trackers.options import with_options
from rat_tracker.trackers.rat.parameters import RatParameters
from rat_tracker.trackers.rat.tracker import RatTracker

# The class that tracks, and the class of its parameters.
_TRACKERS = {'rat': (RatTracker, RatParameters)}

TRACKERS = tuple(_TRACKERS)

__all__ = [
    'DEVICES', 'ENGINES', 'PRECISIONS', 'TRACKERS', 'create_tracker', 'tracker_parameters']


def create_tracker(
    name: str = 'rat', *, engine: str = 'auto', device: str = 'auto', precision: str = 'auto',
    graphs: bool = True,
) -> RatTracker:
    """Make a tracker; this loads and prepares its network.

    With OpenVINO it also sets the number of torch's threads to one, for the whole process: see
    ``rat_tracker.engines.openvino``.

    :param name: one of ``TRACKERS``, for its default parameters; what differs may follow, as
        in ``rat:filters.grid=1:window=0.4`` (see ``rat_tracker.trackers.options``)
    :param engine: one of ``ENGINES``; ``auto`` takes the fastest that is installed
    :param device: one of ``DEVICES``
    :param precision: one of ``PRECISIONS``; ``auto`` is float16 on GPUs, and on CPUs bfloat16
        where they have it, float32 elsewhere
    :param graphs: whether a GPU's work is recorded as CUDA graphs; off, it is started kernel by
        kernel, which is slower and easier to look into
    :raises ValueError: a name that is unknown, or an engine, device or precision that cannot run
        here
    :raises rat_tracker.weights.WeightsError: weights are missing or corrupt
    """
    parameters = tracker_parameters(name)
    tracker, _ = _TRACKERS[name.partition(':')[0]]
    return tracker(
        parameters, engine=engine, device=device, precision=precision, graphs=graphs)


def tracker_parameters(name: str) -> RatParameters:
    """Return the parameters that a name stands for; this loads nothing.

    :raises ValueError: there is no such tracker, option or value
    """
    plain, _, options = name.partition(':')
    if plain not in _TRACKERS:
        raise ValueError(f'unknown tracker {plain!r}; choose one of: {", ".join(TRACKERS)}')
    _, parameters = _TRACKERS[plain]
    return with_options(parameters(), options)
