"""Objects as they are seen in pictures and frames that were read."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets.masks import Mask
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.training.sources import Clip
from rat_tracker.training.sources import Picture

_MARGIN = 2.0  # pixels between a whole object and the image's edge
_FILLED = 0.2  # of its box at least, by a mask that encloses the object


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """An object in an image.

    :param image: H×W×3 uint8 BGR; it is not written to
    :param box: in image pixels
    :param tight: whether the box ends where the object does
    :param mask: H×W bool; None: not known
    :param whole: whether the mask cuts out the object as a whole
    """

    image: Image
    box: Box
    tight: bool
    mask: Mask | None = None
    whole: bool = False


class Reader:
    """Reads images and masks, each once: all are held as long as the reader is.

    One reader serves for one batch, so that what is drawn depends on nothing before it.
    """

    def __init__(self) -> None:
        self._images: dict[tuple[int, int], Image] = {}
        self._masks: dict[tuple[int, int], Mask | None] = {}

    def still(self, picture: Picture, index: int, tight: bool) -> View:
        """Return an object of a picture.

        :raises DatasetError: the picture or its mask cannot be read
        """
        image = self.picture(picture)
        found = picture.still.objects[index]
        key = id(picture), index
        if key not in self._masks:
            self._masks[key] = picture.still.read_mask(index)
        return _view(image, found.box, tight, self._masks[key], found.truncated)

    def picture(self, picture: Picture) -> Image:
        """Return the image of a picture.

        :raises DatasetError: it cannot be read
        """
        key = id(picture), -1
        if key not in self._images:
            self._images[key] = picture.still.read()
        return self._images[key]

    def frame(self, clip: Clip, index: int, tight: bool) -> View:
        """Return the target of a clip in one of the frames that show it.

        :raises DatasetError: the frame or its mask cannot be read
        """
        image = self.image(clip, index)
        masks = clip.sequence.masks
        key = id(clip), index
        if masks is not None and key not in self._masks:
            self._masks[key] = masks.pick([index])[index]
        return _view(image, Box(*map(float, clip.sequence.boxes[index])), tight,
                     self._masks.get(key), truncated=False)

    def image(self, clip: Clip, index: int) -> Image:
        """Return a frame of a clip.

        :raises DatasetError: it cannot be read
        """
        key = id(clip), index
        if key not in self._images:
            self._images[key] = clip.sequence.frames.pick([index])[index]
        return self._images[key]


def _view(image: Image, box: Box, tight: bool, mask: Mask | None, truncated: bool) -> View:
    if mask is None:
        return View(image, box, tight)
    height, width = image.shape[:2]
    if mask.shape != (height, width):
        raise DatasetError(f'a mask is {mask.shape[1]}x{mask.shape[0]}, and its frame '
                           f'{width}x{height}; replace or remove the masks')
    inside = min(box.x, box.y, width - box.x - box.width, height - box.y - box.height)
    covered = mask[max(int(box.y), 0):int(box.y + box.height) + 1,
                   max(int(box.x), 0):int(box.x + box.width) + 1].sum()
    return View(image, box, tight, mask, bool(
        not truncated and inside >= _MARGIN and covered >= _FILLED * box.area))
