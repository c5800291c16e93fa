"""What is learnt from and what is held back: folders of clips and pictures, as weighted sources.

A recipe says by patterns of names what is known of its sources, see ``Source``. What is held back
for validation is chosen by names alone, so that it stays held back whatever else is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Fault
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.stills import holds_stills
from rat_tracker.datasets.stills import load_stills
from rat_tracker.datasets.stills import Still
from rat_tracker.training.scenes import clip_scenes
from rat_tracker.training.scenes import still_scenes

HELD_BACK = 0.2
_CLIPS = 'clips'


@dataclass(frozen=True, slots=True)
class Source:
    """What a recipe says of the clips and pictures whose names match a pattern.

    :param weight: how often it is drawn, as a multiple of the root of its number of pictures and
        frames; 0 leaves it out
    :param tight: whether its boxes end where the objects do. Loose ones teach where an object is
        and whether it is there, and no box
    :param validation: whether all of it is held back, or nothing; None: some scenes, by their hash
    :param one_scene: whether all its clips are parts of one video, so that an object of one may be
        seen in another
    """

    weight: float = 1.0
    tight: bool = True
    validation: bool | None = None
    one_scene: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.weight < float('inf'):
            raise ValueError(f'weight {self.weight:g} of a source is no number from 0 up')


@dataclass(frozen=True, slots=True)
class Clip:
    """A sequence and the scene that it shows: clips of one scene may show the same objects."""

    sequence: Sequence
    scene: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A still and the scene that it shows."""

    still: Still
    scene: str


@dataclass(frozen=True, eq=False)
class Group:
    """The clips and pictures of one source, or the part of them on one side of the division.

    :param name: the pattern that they match, else the data set or folder that they come from
    """

    name: str
    source: Source
    clips: tuple[Clip, ...] = ()
    pictures: tuple[Picture, ...] = ()

    def __len__(self) -> int:
        """Return the number of pictures and frames."""
        return len(self.pictures) + sum(len(clip.sequence.frames) for clip in self.clips)


@dataclass(frozen=True, eq=False)
class Mixture:
    """What samples are drawn from; no group is empty."""

    groups: tuple[Group, ...]

    def __len__(self) -> int:
        """Return the number of pictures and frames."""
        return sum(map(len, self.groups))

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(clip for group in self.groups for clip in group.clips)


@dataclass(frozen=True, eq=False)
class Division:
    """All that was found: what is trained on, what is held back, and what cannot be used.

    :param left_out: boxes that cannot be used, in pictures that can
    :param clipped: boxes that reached over a picture's edge and end there now
    """

    training: Mixture
    validation: Mixture
    faults: tuple[Fault, ...] = ()
    left_out: int = 0
    clipped: int = 0


def divide(
    folders: Iterable[Path], sources: Mapping[str, Source], held_back: float = HELD_BACK,
) -> Division:
    """Load data sets and divide them into what is trained on and what is held back.

    A folder is in a layout of ``rat_tracker.datasets`` or of its ``stills``, or holds both: then
    the sequences are in ``clips`` in it. Whole scenes are held back: no picture, no other part of
    the same video and no copy of it is on both sides (``rat_tracker.training.scenes``).

    :param sources: by pattern of ``fnmatch``. It is compared with ``<group>/<name>``, where group
        is a still's data set or the name of the folder that a clip's folder lies in, with the
        group and with a clip's name. The first that matches counts; what matches none is a source
        for each group, with the defaults
    :param held_back: share of the scenes that is held back, by the hash of their names
    :raises DatasetError: a folder is in no known layout, or nothing in it can be used, or nothing
        is left to train on
    """
    loaded = [_load(folder) for folder in folders]
    clips = [clip for part in loaded for clip in part.clips]
    stills = [still for part in loaded for still in part.stills]
    patterns = [_match(sources, group, sequence.name) for group, sequence in clips]
    scenes = clip_scenes([sequence for _, sequence in clips], [
        pattern if pattern and sources[pattern].one_scene else None for pattern in patterns])
    found: list[_Found] = [
        _found(group, pattern, sources, Clip(sequence, scene))
        for (group, sequence), pattern, scene in zip(clips, patterns, scenes, strict=True)]
    found += [
        _found(still.group, _match(sources, still.group, still.name), sources,
               Picture(still, scene))
        for still, scene in zip(stills, still_scenes(stills), strict=True)]
    held = _held_back(found, held_back)
    both = _Side(), _Side()
    for one in found:
        both[held[one.item.scene]].add(one)
    training, validation = (side.mixture() for side in both)
    if not training.groups:
        raise DatasetError('nothing is left to train on: all that was found is held back for '
                           'validation or left out; name more folders with --data')
    return Division(training, validation, tuple(fault for part in loaded for fault in part.faults),
                    sum(part.left_out for part in loaded), sum(part.clipped for part in loaded))


def is_held_back(scene: str, share: float) -> bool:
    """Return whether a scene is one of those for validation: by the SHA-256 of its name."""
    return int.from_bytes(sha256(scene.encode()).digest()[:4], 'big') < share * 2 ** 32


@dataclass(frozen=True)
class _Loaded:
    clips: tuple[tuple[str, Sequence], ...]
    stills: tuple[Still, ...]
    faults: tuple[Fault, ...]
    left_out: int
    clipped: int


def _load(folder: Path) -> _Loaded:
    """Read what a folder holds; boxes of clips beside ``clips.csv`` have their origin at 0."""
    stills = load_stills(folder) if holds_stills(folder) else None
    clips = folder / _CLIPS if is_folder(folder / _CLIPS) else folder
    try:
        dataset = load_dataset(clips) if stills is None or clips != folder else None
    except DatasetError as error:
        if stills is not None or not is_folder(folder):
            raise
        raise DatasetError(f'{error}; nor does it hold pictures with boxes (boxes.csv, COCO, '
                           'Pascal VOC, YOLO)') from None
    # Our own tables beside OTB's layout say where boxes begin; OTB itself counts from 1.
    origin = 0.0 if any(is_file(parent / 'clips.csv') for parent in (folder, folder.parent)
                        ) else None
    sequences = [] if dataset is None else [
        (_group(sequence, folder), sequence.counted_from(origin)) for sequence in dataset]
    faults = [*(stills.faults if stills else ()), *(dataset.faults if dataset else ())]
    return _Loaded(tuple(sequences), tuple(stills or ()), tuple(faults),
                   stills.left_out if stills else 0, stills.clipped if stills else 0)


def _group(sequence: Sequence, folder: Path) -> str:
    """Return the name of the folder that a sequence's own folder lies in."""
    paths = getattr(sequence.frames, 'paths', None)
    if not paths:
        return folder.resolve().name
    own = next((parent for parent in paths[0].parents if parent.name == sequence.name), None)
    return own.parent.name if own is not None else folder.resolve().name


def _match(sources: Mapping[str, Source], group: str, name: str) -> str | None:
    """Return the first pattern that clips or pictures of this name match."""
    return next((pattern for pattern in sources if any(
        fnmatchcase(text, pattern) for text in (f'{group}/{name}', group, name))), None)


@dataclass(frozen=True, slots=True)
class _Found:
    """A clip or picture and the source that it belongs to."""

    name: str
    source: Source
    item: Clip | Picture


def _found(
    group: str, pattern: str | None, sources: Mapping[str, Source], item: Clip | Picture,
) -> _Found:
    if pattern is None:
        return _Found(group, Source(), item)
    return _Found(pattern, sources[pattern], item)


def _held_back(found: Iterable[_Found], share: float) -> dict[str, bool]:
    """Return for each scene whether it is held back.

    Where sources that share a scene say different things of it, it is held back.
    """
    said: defaultdict[str, set[bool | None]] = defaultdict(set)
    for one in found:
        said[one.item.scene].add(one.source.validation)
    return {scene: True in words or (False not in words and is_held_back(scene, share))
            for scene, words in said.items()}


class _Side:
    """What was gathered for one side of the division, by the names of sources."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._clips: defaultdict[str, list[Clip]] = defaultdict(list)
        self._pictures: defaultdict[str, list[Picture]] = defaultdict(list)

    def add(self, found: _Found) -> None:
        if found.source.weight:
            self._sources[found.name] = found.source
            if isinstance(found.item, Clip):
                self._clips[found.name].append(found.item)
            else:
                self._pictures[found.name].append(found.item)

    def mixture(self) -> Mixture:
        return Mixture(tuple(
            Group(name, source, tuple(self._clips[name]), tuple(self._pictures[name]))
            for name, source in self._sources.items()))


def names(mixture: Mixture) -> Iterator[str]:
    """Yield the names of all clips and pictures, each behind that of its group."""
    for group in mixture.groups:
        yield from (f'{group.name}/{clip.sequence.name}' for clip in group.clips)
        yield from (f'{group.name}/{picture.still.name}' for picture in group.pictures)
