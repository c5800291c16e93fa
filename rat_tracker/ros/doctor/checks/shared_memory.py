"""Whether images fit into the shared memory through which Fast DDS hands them over.

By default most images are lost: a process has 0.5 MB, and an image of 640x480 has 0.9 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path

from rat_tracker.doctor.fastdds import DEFAULT_SEGMENT
from rat_tracker.doctor.fastdds import our_profile
from rat_tracker.doctor.fastdds import profile_variable
from rat_tracker.doctor.fastdds import segment_size
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.ros.doctor.formatting import megabytes
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.system.shell import shell_path

_FAST_DDS = 'rmw_fastrtps'  # begins the names of its two variants
_FIT = 2  # images that have to fit: one is read while the next is written
_USUAL = 640 * 480 * 3  # bytes of an image, where none was measured
_MOST, _SOME = 0.5, 0.02  # shares of images lost: an error, a warning


def losses(seen: Snapshot) -> Iterator[Finding]:
    """Say how much is lost between the camera and here, as the middleware counts it."""
    measured = [topic for topic in seen.judged if topic.name in seen.figures]
    for topic in measured:
        figures = seen.figures[topic.name]
        if figures.lost is None or not figures.received + figures.lost:
            continue
        total = figures.received + figures.lost
        share = figures.lost / total
        if share <= _SOME:
            yield Finding(Level.OK, 'loss', f'{topic.name}: {figures.lost or "none"} of {total} '
                          'images lost on the way here')
            continue
        # Of several that are measured at once, images are lost that one alone would not lose.
        yield Finding(
            Level.ERROR if share > _MOST and len(measured) == 1 else Level.WARNING, 'loss',
            f'{topic.name}: {figures.lost} of {total} images of {megabytes(figures.bytes)} were '
            'lost on the way here', _remedy(seen, figures.bytes))


def _remedy(seen: Snapshot, image: int) -> str:
    if not seen.middleware.startswith(_FAST_DDS):
        return f'look at the settings of {seen.middleware} for large messages, and the network'
    if _FIT * image <= DEFAULT_SEGMENT:
        return ('such images fit into the shared memory of any process: see with top what keeps '
                'the machine busy, or let the camera send fewer')
    return _more_memory(image)


def _more_memory(image: int) -> str:
    name, ours = profile_variable(os.environ), our_profile(os.environ)
    before = 'before starting camera and tracker, run for each:'
    quoted = shell_path(ours)
    if (segment_size(ours) or 0) >= _FIT * image:
        return f'{before} export {name}={quoted}'
    larger = f"sed 's|<segment_size>[0-9]*|<segment_size>{_FIT * image}|' {quoted}"
    return f'run: {larger} > ~/fastdds.xml; {before} export {name}=~/fastdds.xml'


def profile(seen: Snapshot) -> Iterator[Finding]:
    """Say whether images would fit into the memory of a node that is started in this terminal."""
    if not seen.middleware.startswith(_FAST_DDS):
        return
    name = profile_variable(os.environ)
    file = os.environ.get(name, '')
    source = f'by {file}' if file else f'as {name} is not set'
    image = max((seen.figures[topic.name].bytes for topic in seen.judged
                 if topic.name in seen.figures), default=0) or _USUAL
    try:
        segment = segment_size(Path(file)) if file else DEFAULT_SEGMENT
    except (OSError, ValueError) as error:
        yield Finding(Level.WARNING, 'profile', f'Fast DDS cannot use {file}, which {name} names: '
                      f'{error}', _more_memory(image))
        return
    if segment is None:
        yield Finding(Level.NOTE, 'profile', f'{file}, which {name} names, states no segment_size:'
                      ' whether images fit into the shared memory is not known')
        return
    text = (f'a node started in this terminal has {megabytes(segment)} of shared memory, {source},'
            f' and an image takes {megabytes(image)}')
    if segment >= _FIT * image:
        yield Finding(Level.OK, 'profile', text)
    else:
        # Those that run may have another: launch files name it for them.
        yield Finding(Level.NOTE if seen.judged else Level.WARNING, 'profile',
                      f'{text}: most would be lost', _more_memory(image))
