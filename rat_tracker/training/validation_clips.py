"""The clips that are held back, as a data set of their own for ``rat_tracker benchmark``.

Each is a folder in OTB's layout: ``img`` has links to the frames, ``groundtruth_rect.txt`` boxes
from (1, 1) on and 0,0,0,0 where there is none, and ``SOURCE.txt`` says whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import shutil

import numpy as np

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Fault
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.training.sources import Mixture

_MARK = 'laid out by: rat_tracker train validation'
_IMAGES, _TRUTH, _SOURCE = 'img', 'groundtruth_rect.txt', 'SOURCE.txt'
_PART = '.part'  # in the output: what is being made, moved into its place when it is whole
_ORIGIN = 1.0


@dataclass(frozen=True)
class LaidOut:
    """What was laid out.

    :param clips: names of all that are held back
    :param removed: names of those that were there before and are not held back any more
    :param faults: clips that cannot be laid out
    """

    clips: tuple[str, ...]
    removed: tuple[str, ...]
    faults: tuple[Fault, ...]


def lay_out(held_back: Mixture, output: Path) -> LaidOut:
    """Write the clips of a mixture as a data set; what is there already stays as it is.

    Folders of earlier calls are brought up to date, and removed where their clip is not held back
    any more: a tracker may have learnt from it. Nothing else in the output is touched.

    :param held_back: ``Division.validation``
    :raises DatasetError: there are no clips, or something else lies where one would go
    :raises OSError: the output cannot be written
    """
    wanted, faults = _wanted(held_back)
    if not wanted:
        others = f'; {faults[0]}' if faults else ''
        raise DatasetError(f'no clip is held back that can be laid out{others}; name folders with '
                           'more sequences with --data')
    output.mkdir(parents=True, exist_ok=True)
    before = [path for path in sorted(output.iterdir()) if _is_ours(path)]
    for name in wanted:
        folder = output / name
        if folder not in before and (folder.exists() or folder.is_symlink()):
            raise DatasetError(f'{folder} is there and was not laid out by this command; move it '
                               'away, or name another folder with --output')
    stale = [path for path in before if path.name not in wanted]
    for path in stale:
        shutil.rmtree(path)
    shutil.rmtree(output / _PART, ignore_errors=True)
    for name, texts in wanted.items():
        folder = output / name
        if folder not in before or _texts(folder) != texts.files:
            _write(output / _PART, texts)
            if folder in before:
                shutil.rmtree(folder)
            (output / _PART).rename(folder)
    return LaidOut(tuple(wanted), tuple(path.name for path in stale), tuple(faults))


@dataclass(frozen=True)
class _Folder:
    """What is written of a clip: links by their names, and texts."""

    links: Mapping[str, Path]
    files: Mapping[str, str]


def _wanted(held_back: Mixture) -> tuple[dict[str, _Folder], list[Fault]]:
    counts = Counter(clip.sequence.name for clip in held_back.clips)
    wanted: dict[str, _Folder] = {}
    faults: list[Fault] = []
    for group in held_back.groups:
        for clip in group.clips:
            sequence = clip.sequence
            frames = sequence.frames
            if not isinstance(frames, ImageFiles):
                faults.append(Fault(sequence.name, f'{sequence.name} is a video, and only files '
                                    'of images can be linked to; write its frames into a folder'))
                continue
            name = sequence.name
            if counts[name] > 1:  # in other folders
                name = f'{frames.paths[0].parents[1].name}-{name}-{len(wanted)}'
            wanted[name] = _Folder(
                {f'{number:05}{path.suffix}': path for number, path in enumerate(frames.paths, 1)},
                {_TRUTH: _truth(sequence), _SOURCE: _source(sequence, group.name, frames)})
    return wanted, faults


def _truth(sequence: Sequence) -> str:
    shown = shows_target(sequence.boxes)
    if sequence.absent is not None:
        shown &= ~sequence.absent
    boxes = sequence.boxes + np.array([_ORIGIN, _ORIGIN, 0, 0])
    return ''.join((','.join(f'{value:.8g}' for value in box) if there else '0,0,0,0') + '\n'
                   for box, there in zip(boxes, shown, strict=True))


def _source(sequence: Sequence, group: str, frames: ImageFiles) -> str:
    """Return where a clip is from; the group is an attribute, by which reports have a table."""
    attributes = ', '.join([group, *sequence.attributes])
    return (f'{_MARK}\nframes: {len(frames)}\nfrom: {frames.paths[0]}\nto: {frames.paths[-1]}\n'
            f'state: {frames.signature()}\nattributes: {attributes}\n')


def _write(folder: Path, content: _Folder) -> None:
    (folder / _IMAGES).mkdir(parents=True)
    for name, path in content.links.items():
        (folder / _IMAGES / name).symlink_to(path)
    for name, text in content.files.items():
        (folder / name).write_text(text, encoding='utf-8', errors='surrogateescape')


def _texts(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text(encoding='utf-8', errors='surrogateescape')
            for name in (_TRUTH, _SOURCE)}


def _is_ours(folder: Path) -> bool:
    """Return whether a folder holds what this command writes, and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    if {path.name for path in folder.iterdir()} != {_IMAGES, _TRUTH, _SOURCE}:
        return False
    return _texts(folder)[_SOURCE].startswith(_MARK) and all(
        path.is_symlink() for path in (folder / _IMAGES).iterdir())
