"""Which image topics the doctor subscribes to, and when: what it measures it must not disturb."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ros.client import Client
from sensor_msgs.msg import Image as ImageMessage

from rat_tracker.ros.doctor.images import camera_topics
from rat_tracker.ros.doctor.images import measure
from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import RAW
from rat_tracker.ros.survey.topics import ImagePublisher
from rat_tracker.ros.survey.topics import ImageTopic

CAMERA = ImagePublisher('/camera', 'best effort', 'volatile', 'unknown')


def topic(name: str, type_name: str = RAW, subscribers: int = 0) -> ImageTopic:
    return ImageTopic(name, type_name, (CAMERA,), subscribers, '')


def measured(client: Client, topics: list[ImageTopic], first: str) -> list[set[str]]:
    """Return which topics were subscribed to at the same time, in order."""
    rounds: list[set[str]] = []

    def spin(until: Callable[[], bool]) -> None:
        until()
        rounds.append({subscription.topic_name for subscription in client.node.subscriptions
                       if subscription.topic_name in {item.name for item in topics}})
        client.wait('the end of the round', until)
    figures = measure(client.node, lambda: topics, first, 0.1, spin)

    assert set().union(*rounds) == set(figures)
    return rounds


def test_the_trackers_images_are_measured_by_themselves_and_others_later(client: Client) -> None:
    topics = [topic('/front/image'), topic('/rear/image'), topic('/left/image')]

    assert measured(client, topics, '/front/image') == [
        {'/front/image'}, {'/rear/image', '/left/image'}]


def test_where_the_trackers_topic_is_not_published_all_are_measured_at_once(
    client: Client,
) -> None:
    topics = [topic('/front/image'), topic('/rear/image')]

    assert measured(client, topics, '/image_raw') == [{'/front/image', '/rear/image'}]


@pytest.mark.parametrize(('topics', 'left_out'), [
    ([topic('/image'), topic('/image/compressed', COMPRESSED)], {'/image/compressed'}),
    ([topic('/image'), topic('/image/compressed', COMPRESSED, 1)], set()),
    ([topic('/image/compressed', COMPRESSED)], set()),
], ids=['idle beside raw images', 'listened to', 'alone'])
def test_no_driver_is_made_to_compress_what_nobody_listens_to(
    client: Client, topics: list[ImageTopic], left_out: set[str],
) -> None:
    (found,) = measured(client, topics, '/nothing')

    assert {item.name for item in topics} - found == left_out


def test_what_a_tracker_publishes_is_no_camera_whatever_its_name(client: Client) -> None:
    publishers = [client.node.create_publisher(ImageMessage, name, 1)
                  for name in ('/debug/view', '/client/overlay')]
    client.wait('the topics in the graph', lambda: {
        item.name for item in camera_topics(client.node, '', set())} == {'/debug/view'})
    client.wait('the name of their node',
                lambda: not camera_topics(client.node, '', {'/client'}))

    for publisher in publishers:
        client.node.destroy_publisher(publisher)
