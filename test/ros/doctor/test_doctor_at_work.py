"""The doctor sees real nodes as they are; what it makes of that is in test_doctor_judgement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
import json
from pathlib import Path
import subprocess
import sys
import time
from typing import Any

import cv2
import numpy as np
import pytest
import rclpy
from ros.client import Client
from ros.client import NODE
from ros.node_process import environment
from ros.node_process import NodeProcess
from ros.node_process import ROOT

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.finding import run_checks
from rat_tracker.ros.doctor.checks import ALL
from rat_tracker.ros.doctor.inspection import inspect
from rat_tracker.ros.doctor.inspection import NAME
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.runs.processes.domain import reserved_domain

PLAYER = ROOT / 'rat_tracker' / 'ros' / 'player' / 'node.py'
CAMERA = Path(__file__).with_name('plain_camera.py')
_PATIENCE = 180.0  # seconds until a machine that is busy has started and discovered everything


class Ward:
    """A domain of its own, with the nodes that a test starts, and the doctor's visits."""

    def __init__(self, domain: int, folder: Path, stack: ExitStack) -> None:
        self.domain = domain
        self._folder = folder
        self._stack = stack
        self._processes: list[NodeProcess] = []

    def start(self, program: Path | None, *arguments: str, **options: object) -> NodeProcess:
        """Start a program, or the tracker's node, beside those that run."""
        log = self._folder / f'{time.monotonic_ns()}.log'
        if program is not None:
            options['program'] = program
        process = self._stack.enter_context(
            NodeProcess(self.domain, log, *arguments, **options))  # type: ignore[arg-type]
        self._processes.append(process)
        return process

    def camera(self, topic: str = '/image_raw') -> NodeProcess:
        """Start a driver that publishes raw images on this topic."""
        return self.start(CAMERA, '--ros-args', '-r', f'image_raw:={topic}')

    def inspect(self, node: str = NODE) -> Snapshot:
        """Let the doctor look once."""
        context = rclpy.Context()
        rclpy.init(context=context, domain_id=self.domain)
        try:
            return inspect(node, 1.0, context)
        finally:
            context.try_shutdown()

    def inspect_until_measured(self, topic: str) -> Snapshot:
        """Let the doctor look until it has discovered this topic in time to measure it."""
        end = time.monotonic() + _PATIENCE
        while topic not in (seen := self.inspect()).figures:
            assert time.monotonic() < end, f'{topic} was not measured: {seen}'
        return seen

    def findings(self, node: str = NODE) -> list[Finding]:
        """Let the doctor look once, and judge."""
        return run_checks(ALL, self.inspect(node))

    def diagnose(
        self, level: Level, subject: str, *words: str, remedy: str = '', node: str = NODE,
    ) -> Finding:
        """Let the doctor look until this is found: discovery takes its time.

        :param remedy: words of it, which may name what is discovered later than the fault
        """
        end = time.monotonic() + _PATIENCE
        while True:
            assert all(process.running for process in self._processes), 'a node has ended'
            findings = self.findings(node)
            for finding in findings:
                if (finding.level is level and finding.subject == subject
                        and remedy in finding.remedy
                        and all(word in finding.text for word in words)):
                    return finding
            assert time.monotonic() < end, (
                f'{level} {subject} {words} {remedy} not among {findings}')


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    with ExitStack() as stack:
        yield Ward(stack.enter_context(reserved_domain()), tmp_path, stack)


def test_where_nothing_runs_it_says_what_to_start(ward: Ward) -> None:
    found = {finding.subject: finding for finding in ward.findings()}

    assert found['camera'].level is Level.ERROR
    assert 'ros2 run rat_tracker clip_player' in found['camera'].remedy
    assert found['tracker'].level is Level.ERROR
    assert 'ros2 run rat_tracker tracker_node' in found['tracker'].remedy
    assert f'ROS_DOMAIN_ID={ward.domain}' in found['graph'].text


def test_with_a_camera_alone_it_says_how_to_start_the_tracker_on_it(ward: Ward) -> None:
    ward.camera(topic='/front/image')

    ward.diagnose(Level.OK, 'camera', '/front/image: 320x240 bgr8', 'Hz', 'best effort',
                  '/plain_camera')
    ward.diagnose(Level.ERROR, 'tracker', 'no node /tracker_node',
                  remedy='-r image_raw:=/front/image')


@pytest.mark.whole
def test_where_all_is_well_the_command_ends_with_0_and_says_so_to_machines(ward: Ward) -> None:
    ward.camera()
    ward.start(None)
    ward.diagnose(Level.OK, 'topic', f'{NODE} listens to /image_raw')

    def verdict() -> dict[str, Any]:
        outcome = subprocess.run(
            [sys.executable, '-m', 'rat_tracker', 'doctor', '--json', '--seconds', '1'],
            check=False, capture_output=True, text=True, env=environment(ward.domain), cwd=ROOT)
        written: dict[str, Any] = json.loads(outcome.stdout)
        assert outcome.returncode == (0 if written['ok'] else 1), outcome.stderr
        return written

    def images(found: dict[str, Any]) -> dict[str, Any]:
        """Return what the verdict says of the camera's images, if they were measured."""
        return next((topic for topic in found['topics']
                     if topic['name'] == '/image_raw'
                     and topic['measured'] and topic['measured']['encoding']), {})

    end = time.monotonic() + _PATIENCE
    while not (found := verdict())['ok'] or not images(found):  # the camera may be known late
        assert time.monotonic() < end, found

    assert found['schema'] == 1
    assert images(found)['publishers'][0]['reliability'] == 'best effort'
    assert images(found)['measured']['encoding'] == 'bgr8'


def test_a_subscription_that_asks_for_too_much_is_named(ward: Ward) -> None:
    ward.camera()
    ward.start(None, parameters={
        'qos_overrides./image_raw.subscription.reliability': 'reliable'})

    found = ward.diagnose(Level.ERROR, 'qos', 'RELIABILITY of /plain_camera')

    assert 'qos_overrides./image_raw.subscription' in found.remedy


@pytest.mark.whole
def test_simulated_time_that_nobody_publishes_is_named(ward: Ward) -> None:
    ward.start(None, parameters={'use_sim_time': 'true'})

    found = ward.diagnose(Level.WARNING, 'clock', 'nobody publishes /clock')

    assert f'ros2 param set {NODE} use_sim_time false' in found.remedy


@pytest.mark.whole
def test_images_that_do_not_fit_into_the_shared_memory_are_named(
    ward: Ward, tmp_path: Path,
) -> None:
    if not rclpy.get_rmw_implementation_identifier().startswith('rmw_fastrtps'):
        pytest.skip('shared memory is that of Fast DDS, and another middleware is in use')
    assert cv2.imwrite(str(tmp_path / '1.png'), np.zeros((720, 1280, 3), np.uint8))
    ward.start(PLAYER, parameters={
        'video': tmp_path, 'loop': 'true', 'preload': 'true', 'rate': 30.0,
    }, variables={'FASTRTPS_DEFAULT_PROFILES_FILE': None})

    found = ward.diagnose(Level.ERROR, 'loss', '/image_raw', 'were lost on the way')

    assert 'images of 2.8 MB' in found.text
    assert 'export FASTRTPS_DEFAULT_PROFILES_FILE=' in found.remedy
    file = Path(found.remedy.rpartition('=')[2])
    assert 'segment_size' in file.read_text()


@pytest.mark.whole
def test_a_node_that_nobody_configured_is_named_with_the_commands(ward: Ward) -> None:
    ward.start(None, parameters={'autostart': 'false'})

    found = ward.diagnose(Level.ERROR, 'tracker', f'{NODE} is unconfigured')

    assert f'ros2 lifecycle set {NODE} configure' in found.remedy
    assert f'ros2 lifecycle set {NODE} activate' in found.remedy


@pytest.mark.whole
def test_a_parameter_that_holds_the_node_up_is_named(ward: Ward) -> None:
    ward.start(None, parameters={'tracker': 'tarcker'})

    assert "'tarcker'" in ward.diagnose(Level.ERROR, 'parameters', 'tracker').text


@pytest.mark.whole
def test_a_tracker_of_another_name_is_found(ward: Ward) -> None:
    ward.start(None, '--ros-args', '-r', '__ns:=/front')

    ward.diagnose(Level.ERROR, 'tracker', 'no node /tracker_node',
                  remedy='--node /front/tracker_node')
    ward.diagnose(Level.OK, 'tracker', 'is active', node='/front/tracker_node')


@pytest.mark.whole
def test_it_leaves_no_node_behind_and_asks_for_no_pictures(ward: Ward) -> None:
    """A subscription to the overlay would cost the tracker the time to draw it."""
    ward.camera()
    ward.start(None)
    pictures = {f'{NODE}/overlay', f'{NODE}/attention'}
    client = Client(ward.domain)
    try:
        client.wait('the pictures in the graph', lambda: pictures <= {
            name for name, _ in client.node.get_topic_names_and_types()}, _PATIENCE)
        ward.diagnose(Level.OK, 'tracker', 'is active')

        seen = ward.inspect_until_measured('/image_raw')

        assert [topic.name for topic in seen.topics] == ['/image_raw']
        assert set(seen.figures) == {'/image_raw'}
        client.wait("the end of the doctor's node",
                    lambda: NAME not in client.node.get_node_names(), _PATIENCE)
    finally:
        client.close()
