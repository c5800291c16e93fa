"""What the doctor makes of what it saw: levels, and remedies that can be pasted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
import os
from pathlib import Path
import subprocess
import sys

import pytest

from rat_tracker.doctor.fastdds import our_profile
from rat_tracker.doctor.fastdds import segment_size
from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level
from rat_tracker.doctor.finding import run_checks
from rat_tracker.ros.doctor.checks import ALL
from rat_tracker.ros.doctor.checks.shared_memory import losses
from rat_tracker.ros.doctor.checks.shared_memory import profile
from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import Diagnosis
from rat_tracker.ros.doctor.snapshot import RAW
from rat_tracker.ros.doctor.snapshot import SimulatedClock
from rat_tracker.ros.doctor.snapshot import Snapshot
from rat_tracker.ros.doctor.snapshot import Tracker
from rat_tracker.ros.survey.faults import Fault
from rat_tracker.ros.survey.faults import FaultKind
from rat_tracker.ros.survey.measuring import TopicFigures
from rat_tracker.ros.survey.topics import ImagePublisher
from rat_tracker.ros.survey.topics import ImageTopic

OURS = str(our_profile(os.environ))

COLOUR = TopicFigures(90, 0, 30.0, 640, 480, 'bgr8', 921600, 0.005)
DEPTH = TopicFigures(90, 0, 30.0, 640, 480, '16UC1', 614400, 0.005)
STRANGE = TopicFigures(90, 0, 30.0, 640, 480, 'rgb9', 614400, 0.005, faults=(
    Fault(FaultKind.ENCODING, 90, "image encoding 'rgb9' is not supported"),))
SILENT = TopicFigures(0, 0)


def topic(name: str, *nodes: str, type_name: str = RAW) -> ImageTopic:
    return ImageTopic(name, type_name, tuple(
        ImagePublisher(node, 'best effort', 'volatile', 'unknown')
        for node in nodes or ('/camera',)), 1, '')


def tracker(images: str = '/image_raw', message: str = 'TRACKING: well', level: int = 0,
            **values: str) -> Tracker:
    return Tracker('active', diagnosis=Diagnosis(level, message, {
        'engine': 'openvino on cpu', 'state': 'TRACKING', 'tracked_per_second': '30.0', **values,
    }), topic=images, type_name=RAW)


def judged(
    topics: Mapping[ImageTopic, TopicFigures], watched: Tracker | None = None, *,
    node: str = '/tracker_node', other_trackers: tuple[str, ...] = (),
    clock: SimulatedClock = SimulatedClock(),  # noqa: B008 - it is frozen
) -> list[Finding]:
    """Return what is not in order; the middleware is none whose memory is judged."""
    seen = Snapshot(
        node, 0, 3.0, 'rmw_of_nobody', watched, other_trackers, 2, tuple(topics),
        {topic.name: figures for topic, figures in topics.items()}, clock)
    return [finding for finding in run_checks(ALL, seen)
            if finding.level is not Level.OK]


def test_a_healthy_robot_with_depth_and_compressed_images_gives_no_cause_for_words() -> None:
    compressed = TopicFigures(90, 0, 30.0, 640, 480, 'jpeg', 40000, 0.005)
    assert judged({
        topic('/image_raw'): COLOUR, topic('/depth/image_raw'): DEPTH,
        topic('/image_raw/compressed', type_name=COMPRESSED): compressed}, tracker()) == []


def test_a_tracker_on_images_that_nobody_can_read_is_sent_to_others() -> None:
    (finding,) = judged({topic('/strange'): STRANGE, topic('/depth'): DEPTH,
                         topic('/color'): COLOUR}, tracker('/strange'))

    assert (finding.level, finding.subject) == (Level.ERROR, 'images')
    assert finding.remedy.endswith(
        'ros2 run rat_tracker tracker_node --ros-args -r image_raw:=/color')


@pytest.mark.parametrize(('topics', 'best'), [
    ({'/a_depth': DEPTH, '/color': COLOUR}, '/color'),
    ({'/a': replace(DEPTH, encoding='16UC1; compressedDepth png'), '/color': COLOUR}, '/color'),
    ({'/thermal': DEPTH}, '/thermal'),
    ({'/a_depth': DEPTH, '/strange': STRANGE}, '/a_depth'),
])
def test_images_that_may_be_depth_are_followed_where_there_are_no_others(
    topics: dict[str, TopicFigures], best: str,
) -> None:
    *_, tracker_gone = judged({topic(name): figures for name, figures in topics.items()})

    assert tracker_gone.subject == 'tracker'
    assert f'image_raw:={best};' in tracker_gone.remedy


@pytest.mark.parametrize(('node', 'images', 'command'), [
    ('/tracker_node', topic('/image_raw'), 'ros2 run rat_tracker tracker_node;'),
    ('/front/tracker_node', topic('/front/image_raw'),
     'ros2 run rat_tracker tracker_node --ros-args -r __ns:=/front;'),
    ('/front/eye', topic('/cam/image'), 'ros2 run rat_tracker tracker_node --ros-args '
     '-r __ns:=/front -r __node:=eye -r image_raw:=/cam/image;'),
    ('/tracker_node', topic('/cam/image_raw/compressed', type_name=COMPRESSED),
     'ros2 run rat_tracker tracker_node --ros-args -p image_transport:=compressed '
     '-r image_raw:=/cam/image_raw;'),
])
def test_the_command_starts_the_tracker_that_was_asked_for_on_the_images_that_are_there(
    node: str, images: ImageTopic, command: str,
) -> None:
    (finding,) = judged({images: COLOUR}, node=node)

    assert f'start it: {command}' in finding.remedy


def test_a_tracker_without_images_is_shown_where_there_are_some() -> None:
    (finding,) = judged({topic('/front/image'): COLOUR}, tracker())

    assert (finding.level, finding.subject) == (Level.ERROR, 'topic')
    assert '/image_raw, where nobody publishes raw images' in finding.text
    assert '-r image_raw:=/front/image' in finding.remedy


def test_compressed_images_on_the_topic_of_raw_ones_are_named_with_the_remap() -> None:
    compressed = TopicFigures(90, 0, 30.0, 640, 480, 'jpeg', 40000, 0.005)
    deaf = replace(tracker('/esp32/image'), other_types=(COMPRESSED,))

    (finding,) = judged({topic('/color/image_raw'): COLOUR,
                         topic('/esp32/image', type_name=COMPRESSED): compressed}, deaf)

    assert (finding.level, finding.subject) == (Level.ERROR, 'topic')
    assert finding.text.endswith(f'it carries {COMPRESSED}, and the node takes {RAW}')
    assert finding.remedy.endswith('-p image_transport:=compressed '
                                   '-r image_raw/compressed:=/esp32/image')


def test_raw_images_are_found_where_compressed_ones_are_waited_for() -> None:
    waiting = replace(tracker('/image_raw/compressed'), type_name=COMPRESSED)

    (finding,) = judged({topic('/image_raw'): COLOUR}, waiting)

    assert (finding.level, finding.subject) == (Level.ERROR, 'topic')
    assert '/image_raw/compressed, where nobody publishes compressed images' in finding.text
    assert finding.remedy.endswith('start it there: ros2 run rat_tracker tracker_node')


@pytest.mark.parametrize(('kind', 'count', 'level'), [
    (FaultKind.ZERO_STAMP, 90, Level.WARNING),
    (FaultKind.OLD_STAMP, 90, Level.WARNING),
    (FaultKind.FUTURE_STAMP, 90, Level.WARNING),
    (FaultKind.STAMP_JUMPED_BACK, 1, Level.NOTE),
])
def test_stamps_that_say_something_else_than_the_exposure_are_named_with_a_remedy(
    kind: FaultKind, count: int, level: Level,
) -> None:
    stamped = replace(COLOUR, faults=(Fault(kind, count, 'header.stamp is odd'),))

    (finding,) = judged({topic('/image_raw'): stamped}, tracker())

    assert (finding.level, finding.subject) == (level, 'stamps')
    assert f'/image_raw: {count} of 90 images: header.stamp is odd' in finding.text
    assert finding.remedy


def test_a_few_old_stamps_are_nobodys_concern() -> None:
    stamped = replace(COLOUR, faults=(Fault(FaultKind.OLD_STAMP, 20, 'header.stamp is old'),))

    assert judged({topic('/image_raw'): stamped}, tracker()) == []


@pytest.mark.parametrize(('clock', 'words'), [
    (SimulatedClock(), 'nobody publishes /clock'),
    (SimulatedClock(publishers=1), '/clock stands still'),
    (SimulatedClock(publishers=1, advanced=2.0), ''),
])
def test_simulated_time_that_does_not_run_is_named(clock: SimulatedClock, words: str) -> None:
    simulated = replace(tracker(), use_sim_time=True)

    found = judged({topic('/image_raw'): COLOUR}, simulated, clock=clock)

    assert [finding.subject for finding in found] == (['clock'] if words else [])
    assert all(words in finding.text for finding in found)


def test_a_node_that_was_shut_down_is_to_be_started_again() -> None:
    (finding,) = judged(
        {topic('/image_raw'): COLOUR}, replace(tracker(), lifecycle='finalized'))
    assert finding.level is Level.ERROR
    assert 'is finalized' in finding.text
    assert finding.remedy == 'start it again'


@pytest.mark.parametrize(('lifecycle', 'steps'), [
    ('unconfigured', 'configure && ros2 lifecycle set /tracker_node activate;'),
    ('inactive', 'activate;')])
def test_a_node_that_is_not_active_is_named_with_the_commands(lifecycle: str, steps: str) -> None:
    (finding,) = judged({topic('/image_raw'): COLOUR}, replace(tracker(), lifecycle=lifecycle))

    assert (finding.level, finding.subject) == (Level.ERROR, 'tracker')
    assert finding.remedy.startswith(f'run: ros2 lifecycle set /tracker_node {steps}')


def test_two_cameras_on_one_topic_are_named() -> None:
    (finding,) = judged({topic('/image_raw', '/left', '/right'): COLOUR}, tracker())

    assert (finding.level, finding.subject) == (Level.WARNING, 'camera')
    assert '/left and /right publish on it' in finding.text


def test_a_camera_slower_than_the_inspection_blocks_nothing_if_the_tracker_receives_it() -> None:
    slow = {topic('/image_raw'): SILENT}

    (heard,) = judged(slow, tracker(tracked_per_second='0.2'))
    (unheard,) = judged(slow, tracker(tracked_per_second='0.0'))

    assert heard.level is Level.WARNING
    assert unheard.level is Level.ERROR


@pytest.mark.parametrize(('lost', 'level'), [
    (0, None), (1, None), (20, Level.WARNING), (80, Level.WARNING), (200, Level.ERROR)])
def test_losses_hold_the_tracking_up_if_they_are_more_than_what_arrives(
    lost: int, level: Level | None,
) -> None:
    figures = TopicFigures(90, lost, 30.0, 640, 480, 'bgr8', 921600, 0.005)

    assert [finding.level for finding in judged({topic('/image_raw'): figures}, tracker())] == (
        [] if level is None else [level])


def test_losses_among_many_topics_measured_at_once_are_no_error() -> None:
    figures = TopicFigures(90, 200, 30.0, 640, 480, 'bgr8', 921600, 0.005)

    found = judged({topic('/a'): figures, topic('/b'): figures})

    assert [finding.level for finding in found if finding.subject == 'loss'] == [Level.WARNING] * 2


def test_a_tracker_that_cannot_be_loaded_is_an_error_with_the_remedy_and_nothing_beside() -> None:
    message = "the tracker could not be loaded: no GPU was found; choose device 'cpu'"
    watched = tracker(message=message, level=2, engine='none')
    (finding,) = judged({topic('/image_raw'): COLOUR}, watched)

    assert finding.level is Level.ERROR
    assert finding.text == f'/tracker_node: {message}'


@pytest.mark.parametrize(('rate', 'level'), [('5.0', Level.WARNING), ('0.0', Level.ERROR)])
def test_results_that_come_late_block_nothing_and_no_results_do(
    rate: str, level: Level,
) -> None:
    watched = tracker(message='results come 2 s after their image; let the camera send fewer',
                   level=2, tracked_per_second=rate)

    (finding,) = judged({topic('/image_raw'): COLOUR}, watched)

    assert finding.level is level
    assert finding.text.endswith('let the camera send fewer')


def test_between_the_images_of_a_slow_camera_no_result_is_no_fault() -> None:
    one_image = TopicFigures(1, 0, None, 640, 480, 'bgr8', 921600, 0.005)
    watched = tracker(message='1 publisher sent no image; look at the camera', level=1,
                   tracked_per_second='0.0')

    assert judged({topic('/image_raw'): one_image}, watched) == []


def test_a_lost_target_is_worth_knowing() -> None:
    watched = tracker(message='LOST: the score fell', state='LOST', reason='the score fell')

    (finding,) = judged({topic('/image_raw'): COLOUR}, watched)

    assert (finding.level, finding.subject) == (Level.NOTE, 'selection')
    assert 'LOST (the score fell)' in finding.text
    assert 'select_target --node /tracker_node' in finding.remedy


def test_another_tracker_is_named_with_the_command_that_checks_it() -> None:
    (finding,) = judged(
        {topic('/image_raw'): COLOUR}, tracker(), other_trackers=('/front/eye',))

    assert finding.level is Level.NOTE
    assert finding.remedy == 'run: rat_tracker doctor --node /front/eye'


def test_nodes_in_another_domain_come_first_where_none_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = sys.modules['rat_tracker.ros.doctor.checks.graph']  # the function hides it
    monkeypatch.setattr(module, 'domains_in_use', lambda: [7])
    seen = Snapshot('/tracker_node', 0, 3.0, 'rmw_of_nobody')

    first, *_ = sorted(run_checks(ALL, seen), key=lambda finding: finding.level)

    assert (first.level, first.subject) == (Level.ERROR, 'graph')
    assert first.remedy.endswith('export ROS_DOMAIN_ID=7')


def fast_dds(figures: TopicFigures) -> Snapshot:
    return Snapshot('/tracker_node', 0, 3.0, 'rmw_fastrtps_cpp', tracker(),
                    topics=(topic('/image_raw'),), figures={'/image_raw': figures})


def test_losses_of_images_that_need_our_profile_are_told_how_to_set_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv('ROS_DISTRO', 'jazzy')
    (finding,) = losses(fast_dds(TopicFigures(16, 57, 6.9, 1280, 720, 'bgr8', 2764800, 0.005)))

    assert finding.level is Level.ERROR
    assert '57 of 73 images of 2.8 MB were lost' in finding.text
    assert 'export FASTRTPS_DEFAULT_PROFILES_FILE=' in finding.remedy
    assert segment_size(Path(finding.remedy.rpartition('=')[2]))


def test_losses_of_a_camera_whose_compressed_images_nobody_takes_are_an_error() -> None:
    images = topic('/image_raw'), topic('/image_raw/compressed', type_name=COMPRESSED)
    figures = {'/image_raw': TopicFigures(16, 57, 6.9, 1280, 720, 'bgr8', 2764800, 0.005)}

    (finding,) = losses(Snapshot('/tracker_node', 0, 3.0, 'rmw_fastrtps_cpp', topics=images,
                                 figures=figures))

    assert finding.level is Level.ERROR


def test_losses_of_images_that_fit_anywhere_are_not_blamed_on_the_memory() -> None:
    (finding,) = losses(fast_dds(TopicFigures(16, 57, 6.9, 320, 240, 'bgr8', 230400, 0.005)))

    assert finding.level is Level.ERROR
    assert 'export' not in finding.remedy


def test_for_images_beyond_our_profile_the_remedy_makes_one_that_has_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    ours = tmp_path / 'with a blank' / 'share' / 'rat_tracker' / 'config' / 'fastdds.xml'
    ours.parent.mkdir(parents=True)
    ours.write_text(Path(OURS).read_text())
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path / 'with a blank'))
    large = TopicFigures(10, 90, 10.0, 3840, 2160, 'bgr8', 24883200, 0.005)

    (finding,) = losses(fast_dds(large))
    command = finding.remedy.removeprefix('run: ').partition(';')[0]
    subprocess.run(['bash', '-c', command], check=True, env={'HOME': str(tmp_path)})

    assert segment_size(tmp_path / 'fastdds.xml') == 2 * 24883200


@pytest.mark.parametrize(('file', 'images', 'level', 'words'), [
    ('', 921600, Level.NOTE, 'has 0.5 MB of shared memory, as FASTRTPS_DEFAULT_PROFILES_FILE is'),
    ('', 230400, Level.OK, 'an image takes 0.2 MB'),
    (OURS, 921600, Level.OK, f'12.6 MB of shared memory, by {OURS}'),
    (OURS, 24883200, Level.NOTE, 'most would be lost'),
    ('/nowhere.xml', 921600, Level.WARNING, 'cannot use /nowhere.xml, which FASTRTPS'),
], ids=['not set', 'not set and not needed', 'ours', 'ours is too small', 'missing'])
def test_a_node_started_here_is_told_whether_the_images_would_fit(
    monkeypatch: pytest.MonkeyPatch, file: str, images: int, level: Level, words: str,
) -> None:
    monkeypatch.setenv('ROS_DISTRO', 'jazzy')
    monkeypatch.setenv('FASTRTPS_DEFAULT_PROFILES_FILE', file)

    (finding,) = profile(fast_dds(TopicFigures(90, 0, 30.0, 640, 480, 'bgr8', images, 0.005)))

    assert finding.level is level
    assert words in finding.text
    assert bool(finding.remedy) == (level is not Level.OK)
