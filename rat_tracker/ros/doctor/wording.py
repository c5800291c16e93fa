"""How the checks write what several of them write."""

from __future__ import annotations

from rat_tracker.ros.doctor.observation import COMPRESSED
from rat_tracker.ros.doctor.observation import RAW
from rat_tracker.ros.survey.topics import ImageTopic

SUFFIX = '/compressed'  # of image_transport's topics


def megabytes(count: int) -> str:
    """Return bytes in MB, a few in kB, very many in GB."""
    if count >= 1e9:
        return f'{count / 1e9:.1f} GB'
    return f'{count / 1e3:.0f} kB' if count < 1e5 else f'{count / 1e6:.1f} MB'


def arguments_for(topic: ImageTopic) -> str | None:
    """Return what tells a tracker to start on this topic; None if it cannot.

    Empty where nothing has to be told.
    """
    if (topic.name, topic.type_name) == ('/image_raw', RAW):
        return ''
    if topic.type_name == RAW:
        return f'-r image_raw:={topic.name}'
    if topic.type_name == COMPRESSED and topic.name.endswith(SUFFIX):
        return (f'-r image_raw:={topic.name.removesuffix(SUFFIX)} '
                '-p image_transport:=compressed')
    return None
