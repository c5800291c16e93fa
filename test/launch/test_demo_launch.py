"""demo.launch.py plays a video, has its target followed, and ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import launch_pytest
import pytest
from ros import scene
from ros.client import Client
from support_launch import described
from support_launch import included
from support_launch import LOADING
from support_launch import Processes

from launch import LaunchDescription
from launch import LaunchService
from rat_tracker.msg import Target

FILE = 'demo.launch.py'
FRAMES = 50
RATE = 5  # frames per second, of which a slow machine does not miss many


@pytest.fixture
def video(tmp_path: Path) -> str:
    """Return a video in which a red spot moves once a second: not too far in some of them."""
    path = str(tmp_path / 'spot.avi')
    writer = cv2.VideoWriter(
        path, cv2.VideoWriter.fourcc(*'MJPG'), RATE, (scene.WIDTH, scene.HEIGHT))
    for index in range(FRAMES):
        writer.write(scene.picture(index // RATE))
    writer.release()
    return path


@launch_pytest.fixture  # type: ignore[untyped-decorator]
def played(domain: int, processes: Processes, video: str) -> LaunchDescription:
    box = ','.join(str(value) for value in scene.red_box(0).values)
    return described(processes, FILE, namespace='show', video=video, box=box)


@pytest.mark.whole
@pytest.mark.launch(fixture=played)
def test_the_target_is_tracked_to_the_end_of_the_video_and_then_all_ends(
    client: Client, processes: Processes,
) -> Iterator[None]:
    topic = '/show/tracker_node/target'
    client.subscribe(Target, topic)
    client.wait('the end', lambda: 'clip_player' in processes.exit_codes, 2 * LOADING)
    followed = [target for target in client.received[topic] if target.id]
    assert len({(target.header.stamp.sec, target.header.stamp.nanosec)
                for target in followed}) > FRAMES / 2
    assert followed[-1].state == Target.TRACKING
    yield
    assert processes.exit_codes == {
        'clip_player': [0], 'select_target': [0], 'tracker_node': [0]}


@pytest.mark.parametrize(('wrong', 'exit_codes'), [
    ({'box': '1000,1000,20,20'},
     {'clip_player': [0], 'select_target': [1], 'tracker_node': [0]}),
    ({'video': '/nowhere.avi'}, {'clip_player': [2]}),
])
def test_what_cannot_be_followed_or_played_ends_all_with_an_exit_code_of_its_own(
    domain: int, processes: Processes, video: str, wrong: dict[str, str],
    exit_codes: dict[str, list[int]],
) -> None:
    arguments = {'video': video, 'box': '10,10,20,20', **wrong}
    service = LaunchService()
    service.include_launch_description(
        LaunchDescription([*processes.handlers(), included(FILE, **arguments)]))
    assert service.run() == 1
    assert exit_codes.items() <= processes.exit_codes.items()
