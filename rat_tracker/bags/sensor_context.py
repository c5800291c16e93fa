"""The auxiliary topics of a bag that tell where the target is: calibration and depth."""

from __future__ import annotations

from collections import Counter
from collections import deque

from rat_tracker.bags.errors import BagError
from rat_tracker.bags.first_image import LEAD
from rat_tracker.bags.recorded import Recorded
from rat_tracker.bags.source import Bag
from rat_tracker.bags.topics import CALIBRATIONS
from rat_tracker.bags.topics import IMAGES
from rat_tracker.position.calibration import NewestCalibration
from rat_tracker.position.locator import Located
from rat_tracker.position.locator import Locator
from rat_tracker.position.parameters import PositionParameters
from rat_tracker.stamps import NANOSECONDS

# What image_transport appends to the name of the raw images.
_TRANSPORTS = ('/compressed', '/compressedDepth')
_REMEDY = 'name another topic with --camera-info'


class SensorContext:
    """Calibrations and depth images, as they come in between the images.

    :param depth: their topic, where the parameters' source is depth
    """

    def __init__(
        self, calibration: NewestCalibration, depth: str | None, parameters: PositionParameters,
    ) -> None:
        self.calibration = calibration
        self.parameters = parameters
        self.locator = Locator(parameters)
        self.decided: deque[Located] = deque()  # since the last image; no more than can wait
        self.topics = {calibration.topic: self._on_calibration}
        if depth is not None:
            self.topics[depth] = self._on_depth
        self._depth = depth
        self._changed = False  # since the first image
        self._unstamped = 0
        self._unreadable: Counter[str] = Counter()  # messages, by topic
        self._first_faults: dict[str, str] = {}     # likewise

    @property
    def unreadable(self) -> int:
        """How many of their messages could not be read."""
        return self._unreadable.total()

    @property
    def notes(self) -> list[str]:
        """What the user should know of them."""
        notes = [f'of {topic} {count} could not be read and were left out, the first because: '
                 f'{self._first_faults[topic]}' for topic, count in self._unreadable.items()]
        if self._changed:
            notes.append(f'{self.calibration.topic} changed; of each image the newest calibration '
                         'before it counts')
        if self._unstamped:
            notes.append(f'of {self._depth} {self._unstamped} have a zero stamp and were left '
                         'out; let the camera driver set header.stamp')
        return notes

    def read_ahead(self, bag: Bag, offset: float) -> None:
        """Take the calibration that counts for the first images, wherever it is in the bag.

        Drivers publish it after its image, and some only once.

        :param offset: of the first image from the begin of the bag, seconds
        """
        topic, start = self.calibration.topic, bag.begin + round(offset * NANOSECONDS)
        found: Recorded | None = None
        for recorded in bag.messages(topic, start - LEAD if offset else None):
            if recorded.message is not None and (found is None or recorded.time <= start):
                found = recorded
            if found is not None and recorded.time >= start:
                break
        if offset and (found is None or found.time > start):
            for recorded in bag.messages(topic, stop=start - LEAD):
                found = recorded if recorded.message is not None else found
        if found is not None:
            self.calibration.push(found.message)

    def begin(self) -> None:
        """Count changes from now on: the first image was reached."""
        self._changed = False

    def _on_calibration(self, recorded: Recorded) -> None:
        if self._is_readable(self.calibration.topic, recorded):
            self._changed |= self.calibration.push(recorded.message)

    def _on_depth(self, recorded: Recorded) -> None:
        if not self._is_readable(str(self._depth), recorded):
            return
        if recorded.stamp:
            self.decided.extend(self.locator.push_depth(recorded.stamp, recorded.message))
        else:
            self._unstamped += 1

    def _is_readable(self, topic: str, recorded: Recorded) -> bool:
        if recorded.message is None:
            self._unreadable[topic] += 1
            self._first_faults.setdefault(topic, recorded.fault)
        return recorded.message is not None


def find_sensor_context(
    bag: Bag, images: str, parameters: PositionParameters, *, calibrations: str | None,
    depth: str | None, geometry: str, offset: float,
) -> SensorContext | None:
    """Return the auxiliary topics of a bag's images; None, and a note, without a calibration.

    :param images: their topic
    :param calibrations: the topic that somebody named; None for the one beside the images
    :param depth: the topic that somebody named
    :param geometry: what the images are: raw, rectified, or auto, by their topic's name
    :param offset: of the first image from the begin of the bag, seconds
    :raises BagError: a topic that was named, or is needed, is not there or of another type
    """
    plain = images
    for transport in _TRANSPORTS:
        plain = plain.removesuffix(transport)
    try:
        topic = bag.require(
            calibrations or f'{plain.rpartition("/")[0]}/camera_info', CALIBRATIONS)
    except BagError as error:
        if calibrations is not None:
            raise
        if parameters.source != 'bearing':
            raise BagError(f'{error}; a pose needs the calibration of the images: name its topic '
                           'with --camera-info') from None
        bag.notes.append(f'no bearing is written: {error} (--camera-info names the topic)')
        return None
    if depth is not None:
        depth = bag.require(depth, IMAGES)
        if depth == images:
            raise BagError(f'topic {depth} holds the images that are followed; name that of '
                           'their depth with --depth')
    context = SensorContext(
        NewestCalibration(topic, plain, geometry, _REMEDY), depth, parameters)
    context.read_ahead(bag, offset)
    return context
