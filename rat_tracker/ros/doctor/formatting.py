"""How the checks write what several of them write."""

from __future__ import annotations

from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import RAW
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.survey.topics import ImageTopic

SUFFIX = '/compressed'  # of image_transport's topics


def megabytes(count: int) -> str:
    """Return bytes in MB, a few in kB, very many in GB."""
    if count >= 1e9:
        return f'{count / 1e9:.1f} GB'
    return f'{count / 1e3:.0f} kB' if count < 1e5 else f'{count / 1e6:.1f} MB'


def start_command(node: str, topic: ImageTopic | None) -> str:
    """Return the command that starts a tracker of this name on a topic that it can take."""
    namespace, _, name = node.rpartition('/')
    arguments = [f'-r __ns:={namespace}'] if namespace else []
    if name != 'tracker_node':
        arguments.append(f'-r __node:={name}')
    if topic is not None and topic.type_name == COMPRESSED:
        arguments.append('-p image_transport:=compressed')
    if topic is not None and (images := topic.name.removesuffix(SUFFIX)
                              if topic.type_name == COMPRESSED else topic.name) != (
            f'{namespace}/image_raw'):
        arguments.append(f'-r image_raw:={images}')
    return ' '.join(['ros2 run rat_tracker tracker_node', *(['--ros-args'] if arguments else []),
                     *arguments])


def trackable(seen: Snapshot) -> list[ImageTopic]:
    """Return the topics that a tracker could be started on, raw ones first, depth last."""
    return sorted((topic for topic in seen.readable
                   if topic.type_name == RAW or topic.name.endswith(SUFFIX)),
                  key=seen.holds_depth)
