"""Thermal images are followed, and the log says once what is black and what is white."""

from __future__ import annotations

from functools import partial
from itertools import count

import numpy as np
from ros import scene
from ros.client import Client
from ros.client import FRAME_ID
from ros.starting import Start
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header

from rat_tracker.msg import Target

RANGE = '16UC1 images do not say what is black and what is white'


def send(client: Client, index: int) -> None:
    """Publish the red spot as something warm, in counts about 7000."""
    counts = 7000 + scene.picture(index)[:, :, 2].astype(np.uint16)
    client.camera().publish(ImageMessage(
        header=Header(stamp=client.stamp(index), frame_id=FRAME_ID), encoding='16UC1',
        width=scene.WIDTH, height=scene.HEIGHT, step=2 * scene.WIDTH, data=counts.tobytes()))


def test_the_range_of_the_first_images_is_reported_once(start: Start) -> None:
    node, client = start()
    client.ready()
    client.begin()
    numbers = count()

    def logged() -> bool:
        send(client, next(numbers))
        return RANGE in node.log
    client.wait('the range in the log', logged)
    for _ in range(20):
        index = next(numbers)
        client.insist('a result', partial(send, client, index), partial(client.targets, index))

    assert node.log.count(RANGE) == 1
    assert 'by the first 10 images 7' in node.log
    assert client.targets(index)[-1].state == Target.SEARCHING
