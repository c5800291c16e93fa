"""Why there is no picture with a target in it, in one line with the remedy."""

from __future__ import annotations

from dataclasses import dataclass

_QUIET = 3.0  # seconds without a message that are still nothing unusual, discovery included


@dataclass(frozen=True, slots=True)
class Observations:
    """What is known while a page is open; times are on the steady clock, in seconds."""

    now: float
    since: float           # when the first page was opened
    tracker: str           # full name of the tracker's node
    present: bool          # whether such a node reports to /diagnostics
    appeared: float        # when it began to; any time if it does not
    last_diagnostics: float  # when its diagnostics came last; -inf: never
    lifecycle: str         # as the diagnostics have it; empty: not known
    report: str            # what the diagnostics say
    topic: str             # of the images; empty: not known
    publishers: int
    types: str             # of the topic to show, where those hold no images; empty: they do
    incompatible: str      # QoS policy by which publishers do not match; empty: all match
    last_image: float      # when an image came last, or the topic was taken up
    fault: str             # why the last image could not be shown; empty: it could


def find_problem(observed: Observations) -> str:
    """Return why there is none; empty if there is one, or it is too early to say."""
    return _about_tracker(observed) or _about_images(observed)


def _about_tracker(observed: Observations) -> str:
    tracker = observed.tracker
    is_late = observed.now - observed.since > _QUIET
    if not observed.present:
        return '' if not is_late else (
            f'there is no tracker at {tracker}; start it (ros2 run rat_tracker tracker_node), or '
            'name another with the parameter tracker of console_node')
    if observed.now - max(observed.last_diagnostics, observed.since, observed.appeared) > _QUIET:
        return (f'{tracker} says nothing on /diagnostics; see whether it still runs, and start it '
                'again if it does not')
    if observed.lifecycle not in ('', 'active'):
        return f'{tracker}: {observed.report}'
    return ''


def _about_images(observed: Observations) -> str:
    if observed.types:
        return observed.types
    if not observed.topic:
        return ''
    topic = observed.topic
    if observed.fault:
        return f'an image on {topic} cannot be shown: {observed.fault}'
    if observed.now - observed.last_image <= _QUIET:
        return ''
    if not observed.publishers:
        return (f'there is no publisher on {topic}; start the camera, or remap image_raw of '
                f'{observed.tracker} to its topic')
    if observed.incompatible:
        return (f'the QoS of the images on {topic} does not match ({observed.incompatible}); undo '
                f'qos_overrides.{topic}.subscription of console_node')
    return (f'no image came on {topic} for {observed.now - observed.last_image:.0f} s; look at '
            'the camera, and at the size of the shared memory (config/fastdds.xml)')
