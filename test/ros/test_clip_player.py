"""A clip as a camera: every frame, unchanged, in order, at its rate, honestly labelled."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
import signal
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from rcl_interfaces.srv import GetParameters
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import Client
from ros.node_process import NodeProcess
from ros.node_process import ROOT
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_srvs.srv import Trigger

from rat_tracker.image_messages import to_bgr
from rat_tracker.ros.messages import nanoseconds

PLAYER = ROOT / 'rat_tracker' / 'ros' / 'clip_player.py'
LENGTH = 12
Play = Callable[..., NodeProcess]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    folder = tmp_path / 'clip'
    folder.mkdir()
    for index in range(LENGTH):
        assert cv2.imwrite(str(folder / f'{index}.png'), scene.picture(index))
    return folder


@pytest.fixture
def received(client: Client) -> dict[str, list[Any]]:
    """Subscribe to all that a camera has; gives the messages by topic."""
    client.begin()
    if '/camera_info' not in client.received:
        client.subscribe(ImageMessage, '/image_raw')
        client.subscribe(CompressedImage, '/image_raw/compressed')
        client.subscribe(CameraInfo, '/camera_info')
    return client.received


@pytest.fixture
def play(domain: int, tmp_path: Path) -> Iterator[Play]:
    """Start players that end with the test."""
    with ExitStack() as stack:
        def play(video: Path | str | None, **parameters: object) -> NodeProcess:
            named = {} if video is None else {'video': video}
            return stack.enter_context(NodeProcess(
                domain, tmp_path / 'player.log', program=PLAYER,
                parameters={'rate': 50.0, **named, **parameters}))
        yield play


def play_to_the_end(client: Client, player: NodeProcess) -> None:
    """Take in messages until the player has ended by itself."""
    client.wait('the end of the clip', lambda: not player.running)
    assert player.wait() == 0, player.log


def test_every_frame_comes_unchanged_and_in_order(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]],
) -> None:
    play_to_the_end(client, play(clip, wait_for_subscribers=2))
    client.wait('all frames', lambda: len(received['/image_raw']) == LENGTH)
    for index, message in enumerate(received['/image_raw']):
        assert message.encoding == 'bgr8'
        assert message.header.frame_id == 'camera_optical_frame'
        assert np.array_equal(to_bgr(message), scene.picture(index))
    stamps = [nanoseconds(message.header.stamp) for message in received['/image_raw']]
    assert stamps == sorted(set(stamps))


def test_stamps_keep_the_rate_and_are_the_time_of_publication(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]],
) -> None:
    before = client.node.get_clock().now().nanoseconds
    play_to_the_end(client, play(clip, wait_for_subscribers=2))
    client.wait('all frames', lambda: len(received['/image_raw']) == LENGTH)
    stamps = np.array([nanoseconds(message.header.stamp) for message in received['/image_raw']])
    assert before < stamps[0]
    assert stamps[-1] < client.node.get_clock().now().nanoseconds
    # The mean bears a machine that is busy now and then.
    assert np.diff(stamps).mean() == pytest.approx(20e6, rel=0.2)


def test_camera_info_and_compressed_image_belong_to_the_image(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]],
) -> None:
    play_to_the_end(client, play(clip, wait_for_subscribers=2))
    images = {nanoseconds(image.header.stamp): image for image in received['/image_raw']}
    # A subscription that is matched a moment later misses the first message.
    client.wait('all frames', lambda: all(
        len(received[topic]) >= LENGTH - 1
        for topic in ('/image_raw', '/image_raw/compressed', '/camera_info')))
    for information in received['/camera_info']:
        image = images[nanoseconds(information.header.stamp)]
        assert information.header == image.header
        assert (information.width, information.height) == (image.width, image.height)
        assert not information.k.any(), 'zeros say: not calibrated'
    for jpeg in received['/image_raw/compressed']:
        image = images[nanoseconds(jpeg.header.stamp)]
        assert jpeg.header == image.header
        assert cv2.absdiff(to_bgr(jpeg), to_bgr(image)).mean() < 8


def test_first_frame_is_held_until_the_clip_is_resumed(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]],
) -> None:
    player = play(clip, wait_for_subscribers=2, start_paused=True, rate=1000.0)
    client.wait('the first frame', lambda: received['/image_raw'])
    client.call(GetParameters, '/clip_player/get_parameters', GetParameters.Request())
    held_until = client.node.get_clock().now().nanoseconds
    assert client.call(Trigger, '/clip_player/resume', Trigger.Request()).success
    play_to_the_end(client, player)
    stamps = client.wait('the last frame', lambda: sorted({
        nanoseconds(message.header.stamp) for message in received['/image_raw']})[1:])
    assert stamps[0] > held_until


def test_held_frame_is_shown_again_unchanged_to_who_comes_late(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]],
) -> None:
    play(clip, wait_for_subscribers=2, start_paused=True)
    client.wait('the first frame, twice', lambda: len(received['/image_raw']) > 1)
    first, second = received['/image_raw'][:2]
    assert first.header == second.header
    assert np.array_equal(to_bgr(first), to_bgr(second))


def test_clip_that_is_not_held_cannot_be_resumed(
    client: Client, play: Play, clip: Path,
) -> None:
    play(clip, wait_for_subscribers=100)
    response = client.call(Trigger, '/clip_player/resume', Trigger.Request())
    assert (response.success, response.message) == (False, 'the clip is not paused')


def test_loop_starts_again_with_stamps_that_go_on(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]],
) -> None:
    player = play(clip, wait_for_subscribers=2, loop=True)
    client.wait('frames of the second round', lambda: len(received['/image_raw']) > LENGTH + 3)
    assert player.stop(signal.SIGINT) == 0
    images = received['/image_raw']
    assert np.array_equal(to_bgr(images[LENGTH]), to_bgr(images[0]))
    stamps = [nanoseconds(message.header.stamp) for message in images]
    assert stamps == sorted(set(stamps))


def test_clip_that_was_read_beforehand_is_the_same_clip(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]], tmp_path: Path,
) -> None:
    journal = tmp_path / 'stamps.txt'
    player = play(clip, wait_for_subscribers=2, preload=True, loop=True, journal=journal)
    client.wait('frames of the second round', lambda: all(
        len(received[topic]) > LENGTH + 3 for topic in ('/image_raw', '/image_raw/compressed')))
    assert player.stop(signal.SIGINT) == 0
    # A subscription that is matched a moment later misses the first message.
    stamps = [int(line) for line in journal.read_text().split()]
    assert stamps == sorted(set(stamps))
    # The last frame of an earlier player may have been on its way when this one began.
    ours = {topic: [message for message in received[topic]
                    if nanoseconds(message.header.stamp) >= stamps[0]]
            for topic in ('/image_raw', '/image_raw/compressed')}
    for message in ours['/image_raw']:
        number = stamps.index(nanoseconds(message.header.stamp))
        assert np.array_equal(to_bgr(message), scene.picture(number % LENGTH))
    for jpeg in ours['/image_raw/compressed']:
        number = stamps.index(nanoseconds(jpeg.header.stamp))
        assert cv2.absdiff(to_bgr(jpeg), scene.picture(number % LENGTH)).mean() < 8
    assert all(len(messages) > LENGTH for messages in ours.values())


def test_clip_that_is_broken_is_refused_when_it_is_read_beforehand(
    play: Play, clip: Path,
) -> None:
    (clip / '11.png').write_bytes(b'broken')
    player = play(clip, wait_for_subscribers=100, preload=True)
    assert player.wait() == 2, 'nobody subscribes: it did not get there by playing'
    assert '11.png cannot be read' in player.log


def test_journal_holds_the_stamp_of_every_frame(
    client: Client, play: Play, clip: Path, received: dict[str, list[Any]], tmp_path: Path,
) -> None:
    journal = tmp_path / 'stamps.txt'
    play_to_the_end(client, play(clip, wait_for_subscribers=2, journal=journal))
    client.wait('all frames', lambda: len(received['/image_raw']) == LENGTH)
    assert [int(line) for line in journal.read_text().split()] == [
        nanoseconds(message.header.stamp) for message in received['/image_raw']]


@pytest.mark.parametrize('topic', ['/image_raw', '/image_raw/compressed', '/camera_info'])
def test_publishers_are_reliable(client: Client, play: Play, clip: Path, topic: str) -> None:
    play(clip, wait_for_subscribers=100)
    publishers = client.wait(
        f'a publisher of {topic}', lambda: client.node.get_publishers_info_by_topic(topic))
    assert publishers[0].qos_profile.reliability == ReliabilityPolicy.RELIABLE


@pytest.mark.parametrize(('video', 'complaint'), [
    ('/nowhere/clip.mp4', '/nowhere/clip.mp4 does not exist'),
    ('/dev/video63', '/dev/video63 does not exist'),
    (str(ROOT / 'LICENSE'), 'cannot be opened as a video'),
    (str(ROOT / 'config'), 'holds no image'),
])
def test_video_that_cannot_be_read_ends_it_with_2(
    play: Play, video: str, complaint: str,
) -> None:
    player = play(video)
    assert player.wait() == 2
    assert 'clip_player: ' in player.log
    assert complaint in player.log


def test_no_video_ends_it_with_2_and_says_how_to_name_one(play: Play) -> None:
    player = play(None)
    assert player.wait() == 2
    assert '--ros-args -p video:=' in player.log


def test_rate_out_of_range_ends_it_with_2(play: Play, clip: Path) -> None:
    player = play(clip, rate=-1.0)
    assert player.wait() == 2
    assert 'rate' in player.log


def test_frame_that_cannot_be_read_ends_it_with_2(play: Play, clip: Path) -> None:
    (clip / '5.png').write_bytes(b'broken')
    player = play(clip)
    assert player.wait() == 2
    assert '5.png cannot be read' in player.log
