"""A camera with a calibration and depth, beside the client's images."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from ros import scene
from ros.calibrated_scene import K
from ros.client import Client
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.msg import Target

INFO, DEPTH = '/camera_info', '/depth/image_raw'


class CalibratedCamera:
    """Publish what belongs to the client's images of the same numbers."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def calibrate(self, index: int, **changes: Any) -> CameraInfo:
        """Publish the calibration and return it."""
        message = CameraInfo(header=self._client.header(index), width=scene.WIDTH,
                             height=scene.HEIGHT, distortion_model='plumb_bob')
        message.k, message.d = K, (0.0,) * 5
        message.r = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
        message.p = (*K[:3], 0.0, *K[3:6], 0.0, *K[6:], 0.0)
        _change(message, changes)
        self._client.camera(INFO, kind=CameraInfo).publish(message)
        return message

    def measure(self, index: int, depth: npt.NDArray[Any], **changes: Any) -> ImageMessage:
        """Publish a depth image, as 16UC1 or 32FC1 by its kind, and return it."""
        message = ImageMessage(header=self._client.header(index))
        message.height, message.width = depth.shape
        message.encoding = '16UC1' if depth.dtype == np.uint16 else '32FC1'
        message.step = depth.strides[0]
        message.data = depth.tobytes()
        _change(message, changes)
        self._client.camera(DEPTH, kind=ImageMessage).publish(message)
        return message

    def flow(self, topic: str, begin: int, publish_more: Callable[[int], object]) -> int:
        """Show images until a topic has messages for them; return the last such image.

        What belongs to an image may be lost, as its depth; then it is not published.

        :param publish_more: called with an image's number, publishes what belongs to it
        """
        client, last = self._client, begin - 1

        def show() -> None:
            nonlocal last
            last += 1
            publish_more(last)
            client.show(last, scene.picture(last))
        client.insist(f'{topic} to flow', show, lambda: any(
            of(client, topic, shown) for shown in range(begin, last + 1)), 0.05)
        client.insist(f'{topic} of the last image', show, lambda: of(client, topic, last))
        return last

    def explain(
        self, topic: str, key: str, words: Sequence[str], begin: int,
        publish_more: Callable[[int], object],
    ) -> int:
        """Show images until the diagnostics say why a topic is silent; return the last one.

        :param key: the value of the diagnostics that says so beside their message
        """
        client, frames = self._client, count(begin)

        def explained() -> bool:
            index = next(frames)
            publish_more(index)
            client.show(index, scene.picture(index))
            return all(word in client.diagnosis()[0] and word in client.value(key)
                       for word in words)
        client.wait(f'diagnostics of {words}', explained)
        later = [next(frames) for _ in range(3)]
        for index in later:
            publish_more(index)
            assert client.show(index, scene.picture(index)).state == Target.TRACKING
        assert not any(of(client, topic, index) for index in later)
        return later[-1]


def _change(message: Any, changes: dict[str, Any]) -> None:
    """Set fields of a message, or of its header."""
    for name, value in changes.items():
        setattr(message.header if name in ('stamp', 'frame_id') else message, name, value)


@contextmanager
def following(client: Client, kind: type, topic: str) -> Iterator[CalibratedCamera]:
    """Subscribe to a topic, and follow the red spot in image 0, without a calibration."""
    subscription = client.subscribe(kind, topic)
    client.meet()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    yield CalibratedCamera(client)
    client.node.destroy_subscription(subscription)


def of(client: Client, topic: str, index: int) -> list[Any]:
    """Return the messages of a topic for the image of this number."""
    stamp = client.stamp(index)
    return [message for message in client.received[topic]
            if getattr(message, 'header', None) is not None and message.header.stamp == stamp]


def alike(messages: Sequence[Any]) -> Any:
    """Return a message that there is once, or as often as its image was sent."""
    first, *others = messages
    assert all(other == first for other in others)
    return first
