"""A TraX session on byte streams: what a client says, and what it is answered."""

from __future__ import annotations

from io import BytesIO
from io import RawIOBase
from pathlib import Path

import cv2
from evaluation.trax.conftest import TraxClip
import pytest
from support_trackers import ScriptedTracker
from support_trax import converse
from support_trax import read_reason
from support_trax import read_state

from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.session import Session
from rat_tracker.evaluation.trax.transport import Transport
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult


@pytest.fixture
def tracker() -> Tracker:
    return create_tracker_or_baseline('opencv:csrt')


def assert_same(answers: list[tuple[Box, float]], others: list[tuple[Box, float]]) -> None:
    """Compare up to the digits that are written."""
    assert [box.values for box, _ in answers] == [
        pytest.approx(box.values, rel=1e-7) for box, _ in others]
    assert [score for _, score in answers] == pytest.approx(
        [score for _, score in others], rel=1e-5)


def test_hello_says_version_name_and_what_is_understood() -> None:
    answers, error = converse(ScriptedTracker([], []), 'quit')

    assert error is None
    (name, words), = answers
    assert name == 'hello'
    assert words[:2] == ['trax.version=4', 'trax.name=script']
    assert words[3:] == [
        'trax.region=rectangle;polygon;', 'trax.image=path;', 'trax.channels=color;']


def test_served_tracker_matches_one_that_is_called(tracker: Tracker, clip: TraxClip) -> None:
    answers, error = converse(
        tracker, f'initialize "{clip.region}"', *(f'frame "{uri}"' for uri in clip.uris), 'quit')

    assert error is None
    (start, confidence), *tracked = map(read_state, answers[1:])
    assert start.values == pytest.approx(Box.parse(clip.region).values, abs=1e-4)
    assert confidence == 1
    assert_same(tracked, clip.answers_of('opencv:csrt'))


def test_empty_initialize_gives_up_the_target_for_another(
    tracker: Tracker, clip: TraxClip,
) -> None:
    first, second, *_ = clip.uris
    answers, error = converse(
        tracker, 'initialize "10,10,20,20"', f'frame "{first}"', f'frame "{second}"',
        'initialize', f'initialize "{clip.region}"', *(f'frame "{uri}"' for uri in clip.uris),
        'quit')

    assert error is None
    assert_same([read_state(answer) for answer in answers[4:]], clip.answers_of('opencv:csrt'))


@pytest.mark.parametrize(('region', 'box'), [
    ('50,20,80,45,70,80,40,55', Box(40, 20, 40, 60)),
    ('-40,30,60,50', Box(0, 30, 20, 50))], ids=['polygon', 'half outside'])
def test_target_starts_with_the_box_around_what_is_seen(
    clip: TraxClip, region: str, box: Box,
) -> None:
    made = ScriptedTracker([], [])

    answers, _ = converse(made, f'initialize "{region}"', f'frame "{clip.uris[0]}"', 'quit')

    assert read_state(answers[1])[0] == box
    assert made.started == [box]


def test_lines_that_are_no_messages_are_skipped(clip: TraxClip) -> None:
    sink = BytesIO()
    source = BytesIO(f'loading\n@@TRAX:initialize "{clip.region}"\n\n@@TRAX:quit\n'.encode())

    Session(ScriptedTracker([], []), 'script', Transport(source, sink)).run()

    assert sink.getvalue().count(b'@@TRAX:') == 1


FAULTS = {
    'missing image': ('frame "file:///nowhere/5.png"', 'image /nowhere/5.png is not there'),
    'path that is too long': (f'frame "file:///{"a" * 5000}"', 'File name too long'),
    'line that does not end': (f'frame "{"a" * 70000}"', 'a line of more than 65536 bytes'),
    'frame without an image': ('frame', 'frame has 0 arguments; give one colour image'),
    'message of a server': ('state "1,2,3,4"', "unexpected message 'state'"),
    'message that nobody knows': ('jump', "unexpected message 'jump'"),
    'second target': ('initialize "1,2,3,4"', 'one target is tracked at a time'),
    'image and region, as in version 3': (
        'initialize "a" "b"', 'initialize has 2 arguments; give the region, and its image as a'),
    'quote that does not end': ('frame "file:///a', 'cannot be read from character'),
}


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_ends_the_session_with_its_reason(clip: TraxClip, fault: str) -> None:
    line, reason = FAULTS[fault]

    answers, error = converse(
        ScriptedTracker([], []), f'initialize "{clip.region}"', f'frame "{clip.uris[0]}"', line)

    assert reason in read_reason(answers[2])
    assert len(answers) == 3
    assert str(error) == read_reason(answers[2])


UNSTARTED = {
    'frame before a target': (['frame "IMAGE"'], "unexpected message 'frame'"),
    'frame after a target was given up': (
        ['initialize "10,10,20,20"', 'frame "IMAGE"', 'initialize', 'frame "IMAGE"'],
        "unexpected message 'frame'"),
    'mask': (['initialize "mask:0,0,2,2,0,4"'], "region 'mask:0,0,2,2,0,4' is not a list of"),
    'region that is none': (['initialize "1,2,3"'], "region '1,2,3' has 3 numbers"),
    'target outside the image': (
        ['initialize "500,500,20,20"', 'frame "IMAGE"'], 'outside the 160x120 image'),
    'empty target': (['initialize "10,10,0,20"', 'frame "IMAGE"'], 'is empty'),
}


@pytest.mark.parametrize('fault', UNSTARTED)
def test_target_that_cannot_be_started_ends_the_session_with_its_reason(
    clip: TraxClip, fault: str,
) -> None:
    lines, reason = UNSTARTED[fault]

    answers, error = converse(
        ScriptedTracker([], []), *(line.replace('IMAGE', clip.uris[0]) for line in lines))

    assert reason in read_reason(answers[-1])
    assert reason in str(error)


def test_image_of_another_size_ends_the_session_with_its_reason(
    tracker: Tracker, clip: TraxClip, tmp_path: Path,
) -> None:
    cv2.imwrite(str(tmp_path / 'small.png'), clip.images[0][:60])

    answers, _ = converse(tracker, f'initialize "{clip.region}"', f'frame "{clip.uris[0]}"',
                          f'frame "file://{tmp_path}/small.png"')

    assert 'the image is 160x60' in read_reason(answers[-1])


class FailingTracker(ScriptedTracker):
    """Ends with an error that nobody expected, in the method of that name."""

    fails_in = ''

    def init(self, image: Image, box: Box) -> None:
        if self.fails_in == 'init':
            raise RuntimeError('the device\n is gone')
        super().init(image, box)

    def track(self, image: Image) -> TrackResult:
        raise RuntimeError('the device\n is gone')


@pytest.mark.parametrize('method', ['init', 'track'])
def test_whatever_the_tracker_raises_ends_the_session_with_its_reason(
    clip: TraxClip, method: str,
) -> None:
    made = FailingTracker([], [])
    made.fails_in = method

    answers, error = converse(
        made, f'initialize "{clip.region}"', *(f'frame "{uri}"' for uri in clip.uris[:2]))

    assert read_reason(answers[-1]) == 'RuntimeError: the device is gone'
    assert str(error) == 'RuntimeError: the device is gone'


def test_client_that_goes_away_ends_the_session() -> None:
    answers, error = converse(ScriptedTracker([], []))

    assert str(error) == 'the client closed the connection and did not say quit'
    assert read_reason(answers[-1]) == str(error)


class ClosedPipe(RawIOBase):
    """What nobody reads from any longer."""

    def write(self, _: object) -> int:
        raise BrokenPipeError(32, 'Broken pipe')


def test_client_that_does_not_listen_any_longer_ends_the_session() -> None:
    transport = Transport(BytesIO(b'@@TRAX:quit\n'), ClosedPipe())  # type: ignore[arg-type]

    with pytest.raises(TraxError, match='the client is gone: Broken pipe'):
        Session(ScriptedTracker([], []), 'script', transport).run()
