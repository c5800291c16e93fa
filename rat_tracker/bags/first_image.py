"""The image that the box was drawn on, and those that come after it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rat_tracker.bags.errors import BagError
from rat_tracker.bags.recorded import Auxiliary
from rat_tracker.bags.recorded import Recorded
from rat_tracker.bags.source import Bag
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.stamps import NEAREST
from rat_tracker.stamps import seconds_text

Images = Iterator[Recorded]
LEAD = NANOSECONDS  # from this long before the first image auxiliary topics count


def find_first(
    bag: Bag, topic: str, offset: float, stamp: int | None, auxiliary: Auxiliary,
) -> tuple[Recorded, Images]:
    """Return the image that the box was drawn on, and those that come after it.

    :param offset: it is the first that was recorded so many seconds after the bag's begin
    :param stamp: or the one of this stamp, or else the nearest within half a frame, nanoseconds
    :param auxiliary: see ``Bag.messages``
    :raises BagError: there is none
    """
    if stamp is None:
        return _from_begin(bag, topic, offset, auxiliary)
    return _from_stamp(bag, topic, stamp, auxiliary)


def _from_begin(
    bag: Bag, topic: str, offset: float, auxiliary: Auxiliary,
) -> tuple[Recorded, Images]:
    start = bag.begin + round(offset * NANOSECONDS)
    images = bag.messages(topic, start - LEAD if offset else None, auxiliary=auxiliary)
    first = next((image for image in images if not offset or image.time >= start), None)
    if first is not None:
        return first, images
    if bag.fault:
        raise BagError(f'{bag.fault}; no image of {topic} can be read before that; {bag.remedy}')
    if not offset:
        raise BagError(f'topic {topic} holds no image; was the camera running?')
    raise BagError(f'topic {topic} holds no image {offset:g} s after the begin of the bag or '
                   'later; choose an earlier one with --start')


def _from_stamp(
    bag: Bag, topic: str, stamp: int, auxiliary: Auxiliary,
) -> tuple[Recorded, Images]:
    images = bag.messages(topic, auxiliary=auxiliary)
    before: Recorded | None = None
    after: Recorded | None = None
    first = last = 0
    for image in images:
        if not image.stamp:
            continue
        first, last = first or image.stamp, image.stamp
        if image.stamp >= stamp:
            after = image
            break
        before = image
    near = min((image for image in (before, after) if image is not None),
               key=lambda image: abs(image.stamp - stamp), default=None)
    if near is not None and abs(near.stamp - stamp) <= NEAREST:
        return near, images if near is after or after is None else chain([after], images)
    raise BagError(f'topic {topic} holds no image of stamp {seconds_text(stamp)}; '
                   + (f'the stamps that were looked at go from {seconds_text(first)} to '
                      f'{seconds_text(last)}' if last else 'its images have no stamps: use '
                      '--start'))
