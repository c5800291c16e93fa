"""What stands in the way of a picture with a target in it, in one line with its remedy."""

from __future__ import annotations

from dataclasses import dataclass

_QUIET = 3.0  # seconds without a message that are still nothing unusual, discovery included


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known while somebody looks; times are on the steady clock, in seconds."""

    now: float
    since: float           # when somebody began to look
    tracker: str           # full name of the tracker's node
    present: bool          # whether such a node reports to /diagnostics
    appeared: float        # when it began to; any time if it does not
    last_diagnosis: float  # when its diagnostics came last; -inf: never
    lifecycle: str         # as the diagnostics have it; empty: not known
    report: str            # what the diagnostics say
    topic: str             # of the images; empty: not known
    publishers: int
    incompatible: str      # QoS policy by which publishers do not match; empty: all match
    last_image: float      # when an image came last, or the topic was taken up
    fault: str             # why the last image could not be shown; empty: it could


def notice(outlook: Outlook) -> str:
    """Return what stands in the way; empty if nothing does."""
    return _about_tracker(outlook) or _about_images(outlook)


def _about_tracker(outlook: Outlook) -> str:
    tracker = outlook.tracker
    looked = outlook.now - outlook.since > _QUIET
    if not outlook.present:
        return '' if not looked else (
            f'there is no tracker at {tracker}; start it (ros2 run rat_tracker tracker_node), or '
            'name another with the parameter tracker of console_node')
    if outlook.now - max(outlook.last_diagnosis, outlook.since, outlook.appeared) > _QUIET:
        return (f'{tracker} says nothing on /diagnostics; see whether it still runs, and start it '
                'again if it does not')
    if outlook.lifecycle not in ('', 'active'):
        return f'{tracker}: {outlook.report}'
    return ''


def _about_images(outlook: Outlook) -> str:
    if not outlook.topic:
        return ''
    topic = outlook.topic
    if outlook.fault:
        return f'an image on {topic} cannot be shown: {outlook.fault}'
    if outlook.now - outlook.last_image <= _QUIET:
        return ''
    if not outlook.publishers:
        return (f'there is no publisher on {topic}; start the camera, or remap image_raw of '
                f'{outlook.tracker} to its topic')
    if outlook.incompatible:
        return (f'the QoS of the images on {topic} does not match ({outlook.incompatible}); undo '
                f'qos_overrides.{topic}.subscription of console_node')
    return (f'no image came on {topic} for {outlook.now - outlook.last_image:.0f} s; look at the '
            'camera, and at the size of the shared memory (config/fastdds.xml)')
