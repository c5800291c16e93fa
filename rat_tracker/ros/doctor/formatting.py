"""How the checks write what several of them write."""

from __future__ import annotations

from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.survey.topics import ImageTopic
from rat_tracker.ros.topic_types import tracker_command


def megabytes(count: int) -> str:
    """Return bytes in MB, a few in kB, very many in GB."""
    if count >= 1e9:
        return f'{count / 1e9:.1f} GB'
    return f'{count / 1e3:.0f} kB' if count < 1e5 else f'{count / 1e6:.1f} MB'


def start_command(node: str, topic: ImageTopic | None) -> str:
    """Return the command that starts a tracker of this name on a topic that it can take."""
    return (tracker_command(node) if topic is None
            else tracker_command(node, topic.name, topic.type_name))


def trackable(seen: Snapshot) -> list[ImageTopic]:
    """Return the topics that a tracker could be started on, raw ones first, depth last."""
    return sorted(seen.readable, key=seen.holds_depth)
