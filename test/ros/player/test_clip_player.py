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
from rclpy.qos import ReliabilityPolicy
from ros import scene
from ros.client import Client
from ros.node_process import NodeProcess
from ros.node_process import ROOT
from sensor_msgs.msg import CameraInfo
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_srvs.srv import Trigger

from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import nanoseconds

PLAYER = ROOT / 'rat_tracker' / 'ros' / 'player' / 'node.py'
LENGTH = 12
IMAGES, COMPRESSED, INFO = '/image_raw', '/image_raw/compressed', '/camera_info'
# The player holds its first frame back, and then repeats it, until all of it is heard.
HELD = {'wait_for_subscribers': 2, 'start_paused': True}
Play = Callable[..., NodeProcess]


class Subscribers:
    """Whoever subscribes to all that a camera has."""

    def __init__(self, client: Client) -> None:
        self._client = client
        client.begin()
        if IMAGES not in client.received:
            client.subscribe(ImageMessage, IMAGES)
            client.subscribe(CompressedImage, COMPRESSED)
            client.subscribe(CameraInfo, INFO)
        self.begin = self.now  # what an earlier player sent may still be on its way

    @property
    def now(self) -> int:
        """The time, nanoseconds."""
        return int(self._client.node.get_clock().now().nanoseconds)

    def all(self, topic: str) -> list[Any]:
        """Return what came on a topic since the test began."""
        return [message for message in self._client.received[topic]
                if nanoseconds(message.header.stamp) > self.begin]

    def frames(self, topic: str) -> list[Any]:
        """Return what came on a topic, the frame that was held back only once."""
        return list({nanoseconds(message.header.stamp): message
                     for message in self.all(topic)}.values())

    def await_frames(self, count: int, *topics: str) -> None:
        """Wait for so many frames."""
        self._client.wait(f'{count} frames', lambda: all(
            len(self.frames(topic)) >= count for topic in topics))

    def resume(self) -> int:
        """Let the player go on once the first frame has come on every topic; return when."""
        self.await_frames(1, IMAGES, COMPRESSED, INFO)
        held_until = self.now
        assert self._client.call(Trigger, '/clip_player/resume', Trigger.Request()).success
        return held_until

    def watch_to_the_end(self, player: NodeProcess, *topics: str) -> None:
        """Take in the whole clip until the player has ended by itself."""
        self.resume()
        self._client.wait('the end of the clip', lambda: not player.running)
        assert player.wait() == 0, player.log
        self.await_frames(LENGTH, IMAGES, *topics)
        assert all(len(self.frames(topic)) == LENGTH for topic in (IMAGES, *topics))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    folder = tmp_path / 'clip'
    folder.mkdir()
    for index in range(LENGTH):
        assert cv2.imwrite(str(folder / f'{index}.png'), scene.picture(index))
    return folder


@pytest.fixture
def subscribers(client: Client) -> Subscribers:
    return Subscribers(client)


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


def test_every_frame_comes_unchanged_and_in_order(
    play: Play, clip: Path, subscribers: Subscribers,
) -> None:
    subscribers.watch_to_the_end(play(clip, **HELD))
    for index, message in enumerate(subscribers.frames(IMAGES)):
        assert message.encoding == 'bgr8'
        assert message.header.frame_id == 'camera_optical_frame'
        assert np.array_equal(to_bgr(message), scene.picture(index))
    stamps = [nanoseconds(message.header.stamp) for message in subscribers.frames(IMAGES)]
    assert stamps == sorted(set(stamps))


def test_stamps_keep_the_rate_and_are_the_time_of_publication(
    play: Play, clip: Path, subscribers: Subscribers,
) -> None:
    before = subscribers.now
    subscribers.watch_to_the_end(play(clip, **HELD, rate=10.0))
    stamps = [nanoseconds(message.header.stamp) for message in subscribers.frames(IMAGES)]
    assert before < stamps[0]
    assert stamps[-1] < subscribers.now
    # The median bears a machine that stands still now and then; the first frame was held back.
    assert np.median(np.diff(stamps[1:])) == pytest.approx(100e6, rel=0.2)


def test_camera_info_and_compressed_image_belong_to_the_image(
    play: Play, clip: Path, subscribers: Subscribers,
) -> None:
    subscribers.watch_to_the_end(play(clip, **HELD), COMPRESSED, INFO)
    images = {nanoseconds(image.header.stamp): image for image in subscribers.frames(IMAGES)}
    for information in subscribers.frames(INFO):
        image = images[nanoseconds(information.header.stamp)]
        assert information.header == image.header
        assert (information.width, information.height) == (image.width, image.height)
        assert not information.k.any(), 'zeros say: not calibrated'
    for jpeg in subscribers.frames(COMPRESSED):
        image = images[nanoseconds(jpeg.header.stamp)]
        assert jpeg.header == image.header
        assert cv2.absdiff(to_bgr(jpeg), to_bgr(image)).mean() < 8


def test_first_frame_is_held_until_the_clip_is_resumed(
    play: Play, clip: Path, subscribers: Subscribers,
) -> None:
    play(clip, **HELD, rate=1000.0)
    held_until = subscribers.resume()
    subscribers.await_frames(2, IMAGES)
    first, second = (nanoseconds(frame.header.stamp) for frame in subscribers.frames(IMAGES)[:2])
    assert first < held_until < second


def test_held_frame_is_shown_again_unchanged_to_who_comes_late(
    client: Client, play: Play, clip: Path, subscribers: Subscribers,
) -> None:
    play(clip, **HELD)
    client.wait('the first frame, twice', lambda: len(subscribers.all(IMAGES)) > 1)
    first, second = subscribers.all(IMAGES)[:2]
    assert first.header == second.header
    assert np.array_equal(to_bgr(first), to_bgr(second))


def test_clip_that_is_not_held_cannot_be_resumed(
    client: Client, play: Play, clip: Path,
) -> None:
    play(clip, wait_for_subscribers=100)
    response = client.call(Trigger, '/clip_player/resume', Trigger.Request())
    assert (response.success, response.message) == (False, 'the clip is not paused')


def test_loop_starts_again_with_stamps_that_go_on(
    play: Play, clip: Path, subscribers: Subscribers,
) -> None:
    player = play(clip, **HELD, loop=True)
    subscribers.resume()
    subscribers.await_frames(LENGTH + 4, IMAGES)
    assert player.stop(signal.SIGINT) == 0
    images = subscribers.frames(IMAGES)
    assert np.array_equal(to_bgr(images[LENGTH]), to_bgr(images[0]))
    stamps = [nanoseconds(message.header.stamp) for message in images]
    assert stamps == sorted(set(stamps))


def test_clip_that_was_read_beforehand_is_the_same_clip(
    play: Play, clip: Path, subscribers: Subscribers, tmp_path: Path,
) -> None:
    journal = tmp_path / 'stamps.txt'
    player = play(clip, **HELD, preload=True, loop=True, journal=journal)
    subscribers.resume()
    subscribers.await_frames(LENGTH + 4, IMAGES, COMPRESSED)
    assert player.stop(signal.SIGINT) == 0
    stamps = [int(line) for line in journal.read_text().split()]
    assert stamps == sorted(set(stamps))
    for message in subscribers.frames(IMAGES):
        number = stamps.index(nanoseconds(message.header.stamp))
        assert np.array_equal(to_bgr(message), scene.picture(number % LENGTH))
    for jpeg in subscribers.frames(COMPRESSED):
        number = stamps.index(nanoseconds(jpeg.header.stamp))
        assert cv2.absdiff(to_bgr(jpeg), scene.picture(number % LENGTH)).mean() < 8


@pytest.mark.parametrize('preload', [False, True])
def test_images_that_cannot_be_read_are_left_out_and_the_exit_code_tells(
    play: Play, clip: Path, preload: bool,
) -> None:
    (clip / '5.png').write_bytes(b'broken')
    player = play(clip, preload=preload)
    assert player.wait() == 3
    assert player.log.count(f'left out: image {clip / "5.png"} cannot be read') == 1
    assert f'the clip ended after {LENGTH - 1} frames' in player.log


def test_a_clip_without_any_image_that_can_be_read_is_refused(play: Play, clip: Path) -> None:
    for image in clip.iterdir():
        image.write_bytes(b'broken')
    player = play(clip, wait_for_subscribers=100)
    assert player.wait() == 2, 'nobody subscribes: it did not get there by playing'
    assert 'cannot be read' in player.log


def test_journal_holds_the_stamp_of_every_frame(
    play: Play, clip: Path, subscribers: Subscribers, tmp_path: Path,
) -> None:
    journal = tmp_path / 'stamps.txt'
    subscribers.watch_to_the_end(play(clip, **HELD, journal=journal))
    assert [int(line) for line in journal.read_text().split()] == [
        nanoseconds(message.header.stamp) for message in subscribers.frames(IMAGES)]


@pytest.mark.parametrize('topic', [IMAGES, COMPRESSED, INFO])
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
    assert '[clip_player]: cannot be started: ' in player.log
    assert complaint in player.log


def test_no_video_ends_it_with_2_and_says_how_to_name_one(play: Play) -> None:
    player = play(None)
    assert player.wait() == 2
    assert '--ros-args -p video:=' in player.log


def test_rate_out_of_range_ends_it_with_2(play: Play, clip: Path) -> None:
    player = play(clip, rate=-1.0)
    assert player.wait() == 2
    assert 'rate' in player.log
