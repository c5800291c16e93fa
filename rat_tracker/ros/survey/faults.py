"""What is wrong with an image as it comes in, told without converting it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import enum

from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.pipeline.images import ENCODINGS
from rat_tracker.pipeline.images import require_image
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.stamps import NANOSECONDS

OLD = 0.5  # seconds: from this age on, the tracker's diagnostics warn by default
FUTURE = 0.1  # seconds: clocks that are kept alike differ by less


class FaultKind(enum.Enum):
    """Each can be looked for by itself."""

    NOT_SUBSCRIBED = 'not subscribed'   # the middleware refused
    ENCODING = 'encoding'               # not one that the tracker understands
    INVALID = 'invalid'                 # the message does not hold the image that it describes
    ZERO_STAMP = 'zero stamp'
    OLD_STAMP = 'old stamp'             # older than OLD by the node's clock
    FUTURE_STAMP = 'future stamp'       # ahead of the node's clock by more than FUTURE
    STAMP_JUMPED_BACK = 'stamp jumped back'


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault of a topic, how often it was seen, and the last one in words."""

    kind: FaultKind
    count: int
    text: str


def faults_of(
    message: ImageMessage | CompressedImage, now: int, previous: int,
) -> Iterator[tuple[FaultKind, str]]:
    """Yield what is wrong with one message.

    :param now: nanoseconds on the node's clock
    :param previous: the stamp of the message before, in nanoseconds; 0 if there is none
    """
    try:
        require_image(message)
    except ValueError as error:
        unknown = isinstance(message, ImageMessage) and message.encoding not in ENCODINGS
        yield FaultKind.ENCODING if unknown else FaultKind.INVALID, str(error)
    stamp = nanoseconds(message.header.stamp)
    if not stamp:
        yield FaultKind.ZERO_STAMP, 'header.stamp is zero'
        return
    age = (now - stamp) / NANOSECONDS
    if age > OLD:
        yield FaultKind.OLD_STAMP, f'header.stamp is {_seconds(age)} old'
    if age < -FUTURE:
        yield FaultKind.FUTURE_STAMP, f'header.stamp is {_seconds(-age)} ahead of the clock'
    if stamp < previous:
        back = _seconds((previous - stamp) / NANOSECONDS)
        yield FaultKind.STAMP_JUMPED_BACK, f'header.stamp jumped back by {back}'


def _seconds(duration: float) -> str:
    return f'{duration:.3f} s' if duration < 10 else f'{duration:.0f} s'
