"""The images of a sequence, read when they are needed."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from rat_tracker.datasets.containers import require_whole
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.signature import files_signature
from rat_tracker.geometry import Image
from rat_tracker.video import LfsPointerError
from rat_tracker.video import load_image
from rat_tracker.video import open_video
from rat_tracker.video import VideoError


class Frames(Protocol):
    """Images in order; can be sent to another process."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Image]:
        """Read the images one by one, as H×W×3 uint8 BGR, from the first one at each call.

        :raises DatasetError: an image cannot be read
        """

    def pick(self, indices: Collection[int]) -> dict[int, Image]:
        """Read some of the images, by their index from 0; all of them are held at once.

        :raises DatasetError: an image cannot be read
        :raises IndexError: there is no such frame
        """

    def first(self, count: int) -> Frames:
        """Return the first so many frames."""

    def signature(self) -> str:
        """Return a text that changes when one of the files gets another name, size or time.

        Equal files have equal texts in whatever way their folder is spelled or reached. What is
        in the files is not read.

        :raises DatasetError: a file is not there
        """


@dataclass(frozen=True)
class ImageFiles:
    """A file for each frame."""

    paths: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Image]:
        size: tuple[int, ...] | None = None
        for path in self.paths:
            image = read_image(path)
            size = size or image.shape
            if image.shape != size:
                raise DatasetError(
                    f'image {path} is {image.shape[1]}x{image.shape[0]}, and the first of its '
                    f'sequence is {size[1]}x{size[0]}; all need one size: replace the file, or '
                    'make a sequence of its own of what follows')
            yield image

    def pick(self, indices: Collection[int]) -> dict[int, Image]:
        _require_within(indices, len(self))
        return {index: read_image(self.paths[index]) for index in sorted(set(indices))}

    def first(self, count: int) -> ImageFiles:
        return ImageFiles(self.paths[:count])

    def signature(self) -> str:
        return files_signature(self.paths)


@dataclass(frozen=True)
class VideoFile:
    """A video; to see a frame, all before it are decoded.

    :param count: frames, not more than can be read
    """

    path: Path
    count: int

    @classmethod
    def open(cls, path: Path) -> VideoFile:
        """Count the frames by decoding the whole file: what its header says need not be true.

        :raises DatasetError: it is not a video or a part of one, or its frames differ in size
        """
        require_whole(path)
        return cls(path, sum(1 for _ in _decode(path)))

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Image]:
        read = 0
        for image in islice(_decode(self.path), self.count):
            yield image
            read += 1
        if read < self.count:
            raise DatasetError(
                f'video {self.path} ends after {read} of {self.count} frames; it was changed '
                'since it was opened')

    def pick(self, indices: Collection[int]) -> dict[int, Image]:
        _require_within(indices, len(self))
        wanted = set(indices)
        last = max(wanted, default=-1)
        return {index: image for index, image in enumerate(self.first(last + 1))
                if index in wanted}

    def first(self, count: int) -> VideoFile:
        return VideoFile(self.path, min(count, self.count))

    def signature(self) -> str:
        return f'{files_signature([self.path])} {self.count}'


@dataclass(frozen=True)
class EveryNth:
    """The first of some frames, and every Nth after it.

    :param step: N, at least 1
    """

    frames: Frames
    step: int

    def __len__(self) -> int:
        return len(range(0, len(self.frames), self.step))

    def __iter__(self) -> Iterator[Image]:
        return islice(iter(self.frames), 0, None, self.step)

    def pick(self, indices: Collection[int]) -> dict[int, Image]:
        _require_within(indices, len(self))
        picked = self.frames.pick([index * self.step for index in indices])
        return {index: picked[index * self.step] for index in sorted(set(indices))}

    def first(self, count: int) -> EveryNth:
        return EveryNth(self.frames.first(max((count - 1) * self.step + 1, 0)), self.step)

    def signature(self) -> str:
        return f'{self.frames.signature()} every {self.step}'


def read_image(path: Path) -> Image:
    """Read a frame.

    :raises DatasetError: it is not an image, or a part of one
    """
    try:
        return load_image(path)
    except LfsPointerError as error:
        raise DatasetError(str(error)) from None
    except VideoError as error:
        raise DatasetError(f'{error}; replace the file') from None


def _decode(path: Path) -> Iterator[Image]:
    try:
        with closing(open_video(path)) as video:
            yield from video.frames()
    except LfsPointerError as error:
        raise DatasetError(str(error)) from None
    except VideoError as error:
        raise DatasetError(f'{error}; replace or remove the file') from None


def _require_within(indices: Collection[int], count: int) -> None:
    outside = [index for index in indices if not 0 <= index < count]
    if outside:
        raise IndexError(f'there is no frame {outside[0]}; frames are 0 to {count - 1}')
