"""Whether images fit into the shared memory through which Fast DDS hands them over.

By default most images are lost: a participant has 0.5 MB, and an image of 640x480 has 0.9 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import os
from pathlib import Path
import shlex

from rat_tracker.doctor.fastdds_profile import BUILTIN_SEGMENT
from rat_tracker.doctor.fastdds_profile import other_variable
from rat_tracker.doctor.fastdds_profile import our_profile
from rat_tracker.doctor.fastdds_profile import profile
from rat_tracker.doctor.fastdds_profile import variable
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.segments import MEMORY
from rat_tracker.doctor.segments import Segments
from rat_tracker.doctor.segments import segments
from rat_tracker.ros.doctor.formatting import megabytes
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import ImageTopic

_FAST_DDS = 'rmw_fastrtps'  # begins the names of its two variants
_VENDOR = b'\x01\x0f'  # Fast DDS, at the begin of its GUIDs; bytes 4 and 5 are of the process's id
_FIT = 2  # images that have to fit: one is read while the next is written
_MOST, _SOME = 0.5, 0.02  # shares of images lost: an error, a warning


def losses(seen: Snapshot) -> Iterator[Finding]:
    """Say how much is lost, and why: Fast DDS counts it, and its memory can be measured."""
    memory = segments() if seen.middleware.startswith(_FAST_DDS) and MEMORY.is_dir() else None
    for topic in seen.judged:
        figures = seen.figures.get(topic.name)
        total = 0 if figures is None else figures.received + (figures.lost or 0)
        if figures is None or not total:
            continue
        known = [] if memory is None else list(_owners(topic, memory))
        small = [owner for owner in known if owner.bytes < _FIT * figures.bytes]
        share = (figures.lost or 0) / total
        if share > _SOME:
            reason = f': {_words(small[0], figures)}' if small else ''
            # Of several that are measured at once, images are lost that one alone would not lose.
            sure = bool(small) or topic == seen.followed
            yield Finding(
                Level.ERROR if share > _MOST and sure else Level.WARNING, 'loss',
                f'{topic.name}: {figures.lost} of {total} images were lost on the way here'
                f'{reason}', _remedy(seen, figures.bytes, known, small))
        elif small:
            yield Finding(
                Level.WARNING, 'loss', f'{topic.name}: images may be lost: '
                f'{_words(small[0], figures)}', _more_memory(figures.bytes))
        elif figures.lost is not None:
            yield Finding(Level.OK, 'loss', f'{topic.name}: {figures.lost or "none"} of {total} '
                          'images lost on the way here')


@dataclass(frozen=True, slots=True)
class _Owner:
    """A publisher's process, and its segment."""

    node: str
    process: int
    bytes: int


def _owners(topic: ImageTopic, memory: Segments) -> Iterator[_Owner]:
    """Return those publishers whose process is known."""
    for publisher in topic.publishers:
        owners = [process for process in memory.owned
                  if publisher.gid[:2] == _VENDOR
                  and process & 0xffff == int.from_bytes(publisher.gid[4:6], 'little')]
        if len(owners) == 1:
            yield _Owner(publisher.node, owners[0], memory.owned[owners[0]])


def _words(owner: _Owner, figures: TopicFigures) -> str:
    return (f'the process {owner.process} of {owner.node} has {megabytes(owner.bytes)} of shared '
            f'memory, and an image takes {megabytes(figures.bytes)}')


def _remedy(seen: Snapshot, image: int, known: list[_Owner], small: list[_Owner]) -> str:
    if not seen.middleware.startswith(_FAST_DDS):
        return f'look at the settings of {seen.middleware} for large messages, and the network'
    if known and not small:
        return ('its shared memory is large enough: see with top what keeps the machine busy, or '
                'let the camera send fewer or smaller images')
    return _more_memory(image)


def _more_memory(image: int) -> str:
    name, file = variable(os.environ), our_profile(os.environ)
    before = 'before starting camera and tracker, run for each:'
    ours, quoted = profile({name: str(file)}, Path.cwd()), shlex.quote(str(file))
    if ours.segment >= _FIT * image:
        return f'{before} export {name}={quoted}'
    larger = f"sed 's|<segment_size>[0-9]*|<segment_size>{_FIT * image}|' {quoted}"
    return f'run: {larger} > ~/fastdds.xml; {before} export {name}=~/fastdds.xml'


def memory(seen: Snapshot) -> Iterator[Finding]:
    """Look at the room for the next process; without it, that falls back to what loses images."""
    if not seen.middleware.startswith(_FAST_DDS):
        yield Finding(Level.NOTE, 'memory', f'images travel by {seen.middleware}, whose memory is '
                      'not judged here')
        return
    found = segments()
    wanted = profile({variable(os.environ): str(our_profile(os.environ))}, Path.cwd()).segment
    text = f'{MEMORY} has {megabytes(found.free)} of {megabytes(found.total)} free'
    mess = (f', {megabytes(found.abandoned_bytes)} of it in {found.abandoned} segments that no '
            'process seen here holds')
    if found.free < 2 * wanted:  # camera and tracker
        yield Finding(
            Level.WARNING, 'memory', text + (mess if found.abandoned else ''),
            'run: fastdds shm clean' if found.abandoned else
            'make it larger; for a container: docker run --shm-size=256m')
    elif found.abandoned_bytes > found.total // 2:
        yield Finding(Level.NOTE, 'memory', text + mess, 'run: fastdds shm clean')
    else:
        yield Finding(Level.OK, 'memory', text)


def profile_here(seen: Snapshot) -> Iterator[Finding]:
    """Say what a node that is started in this terminal would have."""
    if not seen.middleware.startswith(_FAST_DDS):
        return
    name, ours = variable(os.environ), our_profile(os.environ)
    found = profile(os.environ, Path.cwd())
    line = f'run: export {name}={shlex.quote(str(ours))}'
    unread = other_variable(os.environ)
    ignored = f' ({unread} is set, and this Fast DDS does not read it)' if unread else ''
    if found.problem:
        yield Finding(Level.WARNING, 'profile', f'Fast DDS cannot use {found.path}, which {name} '
                      f'names: {found.problem}', line)
    elif not found.segment:
        yield Finding(Level.NOTE, 'profile', f'by {found.path}, a node started here uses no '
                      'shared memory')
    elif found.segment <= BUILTIN_SEGMENT:
        # Those that run are judged by what they have: launch files set it for them.
        level = Level.NOTE if seen.judged else Level.WARNING
        yield Finding(level, 'profile', f'a node started in this terminal has '
                      f'{megabytes(found.segment)} of shared memory, and a colour image of '
                      f'640x480 takes 0.9 MB: most would be lost{ignored}', line)
    else:
        yield Finding(Level.OK, 'profile', f'a node started in this terminal has '
                      f'{megabytes(found.segment)} of shared memory, by {found.path}')
