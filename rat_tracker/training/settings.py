"""What is drawn, in numbers; a recipe states those that differ."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field

from rat_tracker.training.appearance import Appearance
from rat_tracker.training.warping import Warping


@dataclass(frozen=True, slots=True)
class Sampling:
    """What pairs and runs are like.

    :param template_factor: side of the template's region, in sides of the target
    :param search_factors: likewise of search regions; each is as likely as the next, but those by
        which the region would be far larger than the image
    :param largest_gap: frames of a clip between template and search patch at most
    :param others: share of the pairs whose search patch shows another object of the same source
    :param nothing: share of the pairs whose search patch shows a place without the target
    :param moved: share of the objects with a mask that are cut out and put on another background
    :param beside: share of the search patches with an object of the same source beside the target
    :param before: share of the search patches with something before a part of the target
    :param views: pairs that are made of the same one or two images
    :param smallest: shorter side of an object in image pixels, from which on it is drawn
    """

    template_factor: float = 2.6
    search_factors: tuple[float, ...] = (2.6, 3.6, 5.0)
    largest_gap: int = 100
    others: float = 0.1
    nothing: float = 0.1
    moved: float = 0.3
    beside: float = 0.2
    before: float = 0.2
    views: int = 4
    smallest: float = 8.0
    warping: Warping = field(default_factory=Warping)
    appearance: Appearance = field(default_factory=Appearance)
