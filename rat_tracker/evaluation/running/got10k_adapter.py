"""Our trackers inside GOT-10k's toolkit (``pip install got10k==0.1.3 six``).

``ExperimentOTB('data/otb').run(Got10kTracker('rat', create_tracker('rat')))``
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker

try:
    from got10k.trackers import Tracker as _Toolkit
except ImportError as error:
    raise ImportError(
        f"GOT-10k's toolkit cannot be imported ({error}); run: pip install got10k==0.1.3 six"
    ) from None

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

Coordinates = npt.NDArray[np.float64]  # left, top, width, height, as in the data set's files


class Got10kTracker(_Toolkit):  # type: ignore[misc]  # the toolkit has no types
    """One of our trackers, as the toolkit wants it.

    The toolkit reads and writes boxes as they are in the data set's files.
    """

    def __init__(self, name: str, tracker: Tracker, origin: float = 1.0) -> None:
        """Wrap a tracker.

        :param name: the toolkit's name for the results
        :param origin: coordinates of the image's first pixel in the data set's files: 1 for OTB
            and all that follow it, 0 for GOT-10k
        """
        super().__init__(name, is_deterministic=True)  # once is enough: see Tracker
        self._tracker = tracker
        self._origin = origin

    def init(self, image: PillowImage, box: Coordinates) -> None:
        x, y, width, height = (float(value) for value in box)
        self._tracker.init(
            _pixels(image), Box(x - self._origin, y - self._origin, width, height))

    def update(self, image: PillowImage) -> Coordinates:
        box = self._tracker.track(_pixels(image)).box
        return np.array([box.x + self._origin, box.y + self._origin, box.width, box.height])


def _pixels(image: PillowImage) -> Image:
    """Return an RGB picture as our trackers want it, in BGR."""
    return np.ascontiguousarray(np.asarray(image)[..., ::-1])
