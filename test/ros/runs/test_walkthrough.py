"""The whole chain over ROS 2: simulated robot, tracker with its real model, follower, wheels."""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import cv2
import pytest
from ros.node_process import environment
from ros.node_process import ROOT

from rat_tracker.geometry import Box
from rat_tracker.ros.follower.following import FollowingParameters
from rat_tracker.ros.runs.processes.domain import reserved_domain
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.ros.runs.walkthrough.observer import Command
from rat_tracker.ros.runs.walkthrough.observer import Observations
from rat_tracker.ros.runs.walkthrough.pictures import moments
from rat_tracker.ros.runs.walkthrough.summary import SECOND
from rat_tracker.ros.runs.walkthrough.summary import summarize
from rat_tracker.target import State

KEPT = 2.0  # m
STEP = SECOND // 10
KEPT_UP = 1.0  # s without anything new, at most, on a machine that can simulate in real time
ATTEMPTS = 3

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run until the person has been behind the partition and was followed again.

    The person does not wait for a machine that is held up: then the run says nothing of the robot.
    """
    for _ in range(ATTEMPTS):
        folder = tmp_path_factory.mktemp('robot')
        run(folder)
        delay = summary_in(folder)['longest_delay']
        if delay <= KEPT_UP:
            return folder
    pytest.skip(f'this machine is too busy to simulate a robot in real time: in each of '
                f'{ATTEMPTS} runs it was held up, in the last for {delay:g} s')


def run(folder: Path) -> None:
    with reserved_domain() as domain:
        done = subprocess.run(
            [sys.executable, '-m', 'rat_tracker.ros.runs.walkthrough', '--out', str(folder),
             '--seconds', '34', '--width', '320', '--distance', str(KEPT),
             '--domain', str(domain)],
            env=environment(domain), cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=280)
    assert done.returncode == 0, done.stderr


def summary_in(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / 'summary.json').read_text())
    return read


@pytest.fixture(scope='module')
def summary(folder: Path) -> dict[str, Any]:
    return summary_in(folder)


@pytest.mark.whole
def test_the_robot_follows_and_keeps_its_distance(summary: dict[str, Any]) -> None:
    limits = FollowingParameters()
    lag = limits.distance_dead_zone + 0.4 / limits.linear_gain  # behind who walks at 0.4 m/s
    assert summary['robot_metres'] > 3
    assert KEPT - limits.distance_dead_zone - 0.1 < summary['distance_median'] < KEPT + lag + 0.2
    assert summary['distance_least'] > 1.0
    assert summary['images_tracked_astray'] <= 0.02 * summary['images_tracked']
    assert summary['overlap_median'] > 0.7
    assert summary['overlap_p5'] > 0.5


@pytest.mark.whole
def test_it_stops_when_the_person_is_hidden_and_goes_on_when_found(
    summary: dict[str, Any],
) -> None:
    hiding = summary['hidings'][0]
    assert hiding['hidden_for'] > 4
    # 0.3 s is the follower's own; a machine that is busy holds messages back.
    held_up = max(summary['longest_delay'], 0.2)
    assert hiding['stopped_after_last_tracked'] < 0.3 + held_up
    assert hiding['stopped_after_hidden'] < 0.8 + held_up
    assert hiding['found_after_in_sight'] is not None
    assert hiding['moving_after_found'] is not None


@pytest.mark.whole
def test_pictures_and_logs_are_there(folder: Path) -> None:
    for name in ('moments.jpg', 'above.jpg'):
        picture = cv2.imread(str(folder / name))
        assert picture is not None
        assert picture.std() > 10
    for name in ('tracker_node', 'follower_node', 'simulated_robot'):
        assert (folder / f'{name}.log').read_text()
    assert 'Traceback' not in (folder / 'follower_node.log').read_text()
    assert 'Traceback' not in (folder / 'simulated_robot.log').read_text()


def recorded() -> tuple[Observations, dict[int, TargetRecord]]:
    """Return ten seconds in which the person is hidden from 5 s to 7 s, and found at 7.5 s.

    The robot drives at 0.5 m/s until 5.2 s and again from 7.6 s on.
    """
    seen, targets = Observations(), {}
    robot, box = 0.0, Box(10, 10, 20, 40)
    for index in range(101):
        stamp, time = SECOND + index * STEP, index / 10
        drives = not 5.2 <= time < 7.6
        robot += 0.05 if drives else 0.0
        hidden = 5.0 <= time < 7.0
        lost = 5.0 <= time < 7.5
        seen.seen[stamp], seen.boxes[stamp] = not hidden, box
        seen.robot[stamp], seen.person[stamp] = (robot, 0.0), (robot + 2.0, 0.0)
        seen.commands.append(Command(stamp, 0.5 if drives else 0.0, 0.0))
        targets[stamp] = TargetRecord(
            stamp, stamp + 50_000_000, '1', State.LOST if lost else State.TRACKING, box, 0.9)
    return seen, targets


def test_the_summary_tells_distance_stops_and_findings() -> None:
    seen, targets = recorded()
    figures = summarize(seen, targets, [SECOND])
    assert figures['seconds'] == 10
    assert figures['distance_median'] == figures['distance_p95'] == 2.0
    assert figures['robot_metres'] == pytest.approx(0.05 * (100 - 24))
    assert figures['images_tracked'] == 101 - 25
    assert figures['images_tracked_astray'] == 0
    assert figures['overlap_median'] == figures['overlap_p5'] == 1
    assert figures['latency_ms_median'] == 50
    assert figures['longest_delay'] == 0.1
    assert figures['hidings'] == [{
        'hidden_at': 5.0, 'hidden_for': 2.0, 'stopped_after_hidden': 0.2,
        'stopped_after_last_tracked': 0.3, 'found_after_in_sight': 0.5,
        'moving_after_found': 0.1}]


def test_the_summary_counts_boxes_on_something_else() -> None:
    seen, targets = recorded()
    stamp = SECOND + 10 * STEP
    seen.boxes[stamp] = Box(200, 10, 20, 40)
    assert summarize(seen, targets, [SECOND])['images_tracked_astray'] == 1


def test_the_summary_tells_how_boxes_fit_while_the_person_is_in_sight() -> None:
    seen, targets = recorded()
    tracked = [stamp for stamp, record in targets.items() if record.state is State.TRACKING]
    for stamp in tracked[:20]:  # twice as wide
        seen.boxes[stamp] = Box(10, 10, 10, 40)
    for stamp in seen.boxes:
        if not seen.seen[stamp]:
            seen.boxes[stamp] = Box(200, 10, 20, 40)
    figures = summarize(seen, targets, [SECOND])
    assert figures['overlap_median'] == 1
    assert figures['overlap_p5'] == 0.5


@pytest.mark.parametrize('held_up', ['robot', 'tracker', 'follower'])
def test_the_summary_tells_how_long_a_machine_was_held_up(held_up: str) -> None:
    seen, targets = recorded()
    for stamp in range(SECOND + 11 * STEP, SECOND + 31 * STEP, STEP):
        if held_up == 'robot':
            del seen.seen[stamp]
        elif held_up == 'tracker':
            del targets[stamp]
        else:
            seen.commands[:] = [command for command in seen.commands if command.time != stamp]
    assert summarize(seen, targets, [SECOND])['longest_delay'] == 2.1


def test_the_summary_of_who_never_comes_back_says_so() -> None:
    seen, targets = recorded()
    for stamp in [stamp for stamp in seen.seen if stamp > SECOND + 60 * STEP]:
        for kept in (seen.seen, seen.boxes, seen.robot, seen.person, targets):
            del kept[stamp]
    hiding = summarize(seen, targets, [SECOND])['hidings'][0]
    assert hiding['stopped_after_hidden'] == 0.2
    assert hiding['hidden_for'] is None
    assert hiding['found_after_in_sight'] is None
    names = [name for name, _ in moments(seen, [], SECOND)]
    assert names[0] == 'selected'
