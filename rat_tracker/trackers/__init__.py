"""The published designs, by name. Importing this imports none of them: each needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rat_tracker.trackers.options import with_options

if TYPE_CHECKING:
    from rat_tracker.trackers.rat.parameters import RatParameters
    from rat_tracker.trackers.rat.tracker import RatTracker

__all__ = ['TRACKERS', 'create_tracker', 'require_tracker', 'tracker_parameters']


def _rat() -> tuple[type[RatTracker], type[RatParameters]]:
    from rat_tracker.trackers.rat.parameters import RatParameters  # noqa: PLC0415, see above
    from rat_tracker.trackers.rat.tracker import RatTracker  # noqa: PLC0415

    return RatTracker, RatParameters


# What imports the class that tracks and the class of its parameters.
_DESIGNS = {'rat': _rat}

TRACKERS = tuple(_DESIGNS)


def create_tracker(
    name: str = 'rat', *, engine: str = 'auto', device: str = 'auto', precision: str = 'auto',
) -> RatTracker:
    """Make a tracker; this loads and prepares its network.

    With OpenVINO it also sets the number of torch's threads to one, for the whole process: see
    ``rat_tracker.engines.openvino``.

    :param name: one of ``TRACKERS``, for its default parameters; what differs may follow, as
        in ``rat:filters.grid=1:window=0.4`` (see ``rat_tracker.trackers.options``)
    :param engine: one of ``rat_tracker.engines.ENGINES``; ``auto`` takes the fastest that is
        installed
    :param device: one of ``rat_tracker.engines.DEVICES``
    :param precision: one of ``rat_tracker.engines.PRECISIONS``; ``auto`` is float16 on GPUs, and
        on CPUs bfloat16 where they have it, float32 elsewhere
    :raises ValueError: a name that is unknown, or an engine, device or precision that cannot run
        here
    :raises rat_tracker.weights.WeightsError: weights are missing or corrupt
    """
    parameters = tracker_parameters(name)
    tracker, _ = _DESIGNS[name.partition(':')[0]]()
    return tracker(parameters, engine=engine, device=device, precision=precision)


def tracker_parameters(name: str) -> RatParameters:
    """Return the parameters that a name stands for; this loads no network.

    :raises ValueError: there is no such tracker, option or value
    """
    plain, options = _parts(name)
    _, parameters = _DESIGNS[plain]()
    return with_options(parameters(), options)


def require_tracker(name: str) -> None:
    """Refuse what ``tracker_parameters`` refuses; torch is imported for options only.

    :raises ValueError: there is no such tracker, option or value
    """
    _, options = _parts(name)
    if options:
        tracker_parameters(name)


def _parts(name: str) -> tuple[str, str]:
    """Return a tracker's plain name, and its options as text."""
    plain, _, options = name.partition(':')
    if plain not in _DESIGNS:
        raise ValueError(f'unknown tracker {name!r}; choose one of: {", ".join(TRACKERS)}')
    return plain, options
