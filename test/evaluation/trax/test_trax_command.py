"""``rat_tracker trax`` as a process, with a client that knows nothing of our code."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
import os
from pathlib import Path
import subprocess
import sys

import cv2
import pytest
from support_trax import Client
from support_trax import COMMAND
from support_trax import PATIENCE
from support_trax import served
from support_trax import served_at_socket

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

SCENE = Scene(width=160, height=120, length=4, target_width=30, target_height=36)


@pytest.fixture(scope='module')
def clip(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Box]:
    """Return the URIs of a clip's images and the box in the first one."""
    folder = tmp_path_factory.mktemp('clip "1" \\ = 2')
    frames = list(render(SCENE))
    paths = [folder / f'{number:08}.png' for number in range(len(frames))]
    for path, frame in zip(paths, frames, strict=True):
        cv2.imwrite(str(path), frame.image)
    return [word(f'file://{path}') for path in paths], frames[0].box


def word(text: str) -> str:
    """Write a text as it has to stand between the quotes of a message."""
    return text.replace('\\', r'\\').replace('"', r'\"')


def region(box: Box) -> str:
    return ','.join(f'{value:.4f}' for value in box.values)


def images(uris: list[str]) -> list[Image]:
    paths = [uri.removeprefix('file://').replace(r'\"', '"').replace(r'\\', '\\') for uri in uris]
    return [cv2.imread(path) for path in paths]  # type: ignore[misc]


def expected(tracker: str, uris: list[str], box: Box) -> list[tuple[Box, float]]:
    """Return what a tracker answers that is called and not served."""
    first, *others = images(uris)
    made = create_tracker_or_baseline(tracker)
    made.init(first, Box.parse(region(box)))
    return [(result.box, result.score) for result in map(made.track, others)]


def assert_same(answers: list[tuple[Box, float]], others: list[tuple[Box, float]]) -> None:
    """Compare up to the digits that are written."""
    assert [box.values for box, _ in answers] == [
        pytest.approx(box.values, rel=1e-7) for box, _ in others]
    assert [score for _, score in answers] == pytest.approx(
        [score for _, score in others], rel=1e-5)


@pytest.mark.parametrize('tracker', ['opencv:csrt', 'rat'])
def test_served_tracker_answers_like_one_that_is_called(
    clip: tuple[list[str], Box], tracker: str,
) -> None:
    uris, box = clip
    with served(tracker) as client:
        assert 'trax.version=4' in client.hello
        assert 'trax.region=rectangle;polygon;mask;' in client.hello
        assert f'trax.name={tracker}' in client.hello
        started = client.initialize(region(box), uris[0])
        answers = [client.frame(uri) for uri in uris[1:]]
        status = client.end()

    assert started.values == pytest.approx(box.values, abs=1e-4)
    assert_same(answers, expected(tracker, uris, box))
    assert status == 0


@pytest.fixture
def client() -> Iterator[Client]:
    with served('opencv:csrt') as client:
        yield client


def test_empty_initialize_gives_up_the_target_for_another(
    client: Client, clip: tuple[list[str], Box],
) -> None:
    uris, box = clip
    client.initialize('10,10,20,20', uris[0])
    client.frame(uris[1])

    client.say('initialize')
    client.initialize(region(box), uris[0])

    assert_same([client.frame(uri) for uri in uris[1:]], expected('opencv:csrt', uris, box))
    assert client.end() == 0


def test_client_of_version_3_gives_image_and_region_at_once(
    client: Client, clip: tuple[list[str], Box],
) -> None:
    uris, box = clip
    for _ in range(2):
        client.say(f'initialize "{uris[0]}" "{region(box)}"')
        name, _ = client.receive()
        assert name == 'state'
        answers = [client.frame(uri) for uri in uris[1:]]

        assert_same(answers, expected('opencv:csrt', uris, box))


def test_polygon_starts_the_box_around_it(client: Client, clip: tuple[list[str], Box]) -> None:
    started = client.initialize('50,20,80,45,70,80,40,55', clip[0][0])

    assert started == Box(40, 20, 40, 60)


def test_target_half_outside_starts_with_what_is_seen(
    client: Client, clip: tuple[list[str], Box],
) -> None:
    started = client.initialize('-40,30,60,50', clip[0][0])

    assert started == Box(0, 30, 20, 50)


def test_images_may_come_through_the_line(client: Client, clip: tuple[list[str], Box]) -> None:
    uris, box = clip
    pixels = images(uris)
    rgb = b64encode(pixels[1][..., ::-1].tobytes()).decode()
    png = b64encode(cv2.imencode('.png', pixels[2])[1].tobytes()).decode()
    client.initialize(region(box), uris[0])

    answers = [client.frame(f'image:160;120;rgb;{rgb}'), client.frame(f'data:image/png;{png}')]

    assert_same(answers, expected('opencv:csrt', uris[:3], box))


def test_client_may_listen_at_a_socket(clip: tuple[list[str], Box]) -> None:
    uris, box = clip
    with served_at_socket('opencv:csrt') as client:
        client.initialize(region(box), uris[0])
        answers = [client.frame(uri) for uri in uris[1:]]
        assert client.end() == 0

    assert_same(answers, expected('opencv:csrt', uris, box))


@pytest.mark.parametrize('merged', [True, False])
def test_whatever_is_printed_does_not_disturb_the_messages(
    clip: tuple[list[str], Box], merged: bool,
) -> None:
    """Python's own prints and a library's, with and without a line end, before and meanwhile."""
    program = (
        'import os, sys, cv2\n'
        'from rat_tracker.cli import main\n'
        'from rat_tracker.evaluation.running.baselines import OpenCvTracker\n'
        'track = OpenCvTracker.track\n'
        'def noisy(self, image):\n'
        '    print("printed", flush=True)\n'
        '    os.write(1, b"by a library")\n'
        '    os.write(2, b"and a warning")\n'
        '    return track(self, image)\n'
        'OpenCvTracker.track = noisy\n'
        'print("before", end="")\n'
        'main()\n')
    uris, box = clip
    command = (sys.executable, '-c', program, 'trax')
    with served('opencv:csrt', command=command, merged=merged) as client:
        client.initialize(region(box), uris[0])
        answers = [client.frame(uri) for uri in uris[1:]]
        status = client.end()

    assert_same(answers, expected('opencv:csrt', uris, box))
    assert status == 0


FAULTS = {
    'missing image': ('frame "file:///nowhere/5.png"', 'image /nowhere/5.png is not there'),
    'frame without an image': ('frame', 'frame has 0 arguments; give one colour image'),
    'message of a server': ('state "1,2,3,4"', "unexpected message 'state'"),
    'message that nobody knows': ('jump', "unexpected message 'jump'"),
    'second target': ('initialize "1,2,3,4"', 'one target is tracked at a time'),
    'many arguments': ('initialize "a" "b" "c"', 'initialize has 3 arguments'),
    'quote that does not end': ('frame "file:///a', 'cannot be read from character'),
}


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_ends_the_session_with_its_reason(
    client: Client, clip: tuple[list[str], Box], fault: str,
) -> None:
    line, reason = FAULTS[fault]
    uris, box = clip
    client.initialize(region(box), uris[0])

    client.say(line)

    assert reason in client.refusal()
    assert client.process.wait(PATIENCE) == 1
    assert client.process.stderr is not None
    error = client.process.stderr.read().decode()
    assert reason in error
    assert error.count('\n') == 1


UNSTARTED = {
    'frame before a target': (['frame "IMAGE"'], "unexpected message 'frame'"),
    'frame after a target was given up': (
        ['initialize "10,10,20,20"', 'frame "IMAGE"', 'initialize', 'frame "IMAGE"'],
        "unexpected message 'frame'"),
    'mask with more pixels than there are numbers for': (
        ['initialize "mask:0,0,100,100,5,1e300"'], '1e+300 pixels, which do not fit'),
    'region that is none': (['initialize "1,2,3"'], "region '1,2,3' has 3 numbers"),
    'target outside the image': (
        ['initialize "500,500,20,20"', 'frame "IMAGE"'], 'outside the 160x120 image'),
    'empty target': (['initialize "10,10,0,20"', 'frame "IMAGE"'], 'is empty'),
}


@pytest.mark.parametrize('fault', UNSTARTED)
def test_target_that_cannot_be_started_ends_the_session_with_its_reason(
    client: Client, clip: tuple[list[str], Box], fault: str,
) -> None:
    lines, reason = UNSTARTED[fault]
    for line in lines:
        client.say(line.replace('IMAGE', clip[0][0]))

    name, words = client.receive()
    while name == 'state':
        name, words = client.receive()

    assert name == 'quit'
    assert reason in words[0]
    assert client.process.wait(PATIENCE) == 1


def test_image_of_another_size_ends_the_session_with_its_reason(
    client: Client, clip: tuple[list[str], Box], tmp_path: Path,
) -> None:
    uris, box = clip
    cv2.imwrite(str(tmp_path / 'small.png'), images(uris)[0][:60])
    client.initialize(region(box), uris[0])

    client.say(f'frame "file://{tmp_path}/small.png"')

    assert 'the image is 160x60' in client.refusal()


@pytest.mark.parametrize('method', ['init', 'track'])
def test_whatever_the_tracker_raises_ends_the_session_with_its_reason(
    clip: tuple[list[str], Box], method: str,
) -> None:
    """The tracker works before the session, where every tracker is tried out."""
    program = (
        'from rat_tracker.cli import main\n'
        'from rat_tracker.evaluation.running.baselines import OpenCvTracker\n'
        f'work = OpenCvTracker.{method}\n'
        'def fail_at_last(self, *arguments):\n'
        '    if arguments[0].shape == (120, 160, 3):\n'
        '        raise RuntimeError("the device\\n is gone")\n'
        '    return work(self, *arguments)\n'
        f'OpenCvTracker.{method} = fail_at_last\n'
        'main()\n')
    uris, box = clip
    with served('opencv:csrt', command=(sys.executable, '-c', program, 'trax')) as client:
        client.say(f'initialize "{region(box)}"')
        for uri in uris[:2]:
            client.say(f'frame "{uri}"')
        name, words = client.receive()
        while name == 'state':
            name, words = client.receive()

        assert (name, words) == ('quit', ['trax.reason=RuntimeError: the device is gone'])
        assert client.process.wait(PATIENCE) == 1
        assert client.process.stderr is not None
        assert client.process.stderr.read() == b'Error: RuntimeError: the device is gone\n'


def test_tracker_that_cannot_be_tried_out_is_refused_in_one_line() -> None:
    program = (
        'from rat_tracker.cli import main\n'
        'from rat_tracker.evaluation.running.baselines import OpenCvTracker\n'
        'def fail(self, image):\n'
        '    raise RuntimeError("the device is gone")\n'
        'OpenCvTracker.track = fail\n'
        'main()\n')

    outcome = subprocess.run(
        [sys.executable, '-c', program, 'trax', '--tracker', 'opencv:csrt'], check=False,
        capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)

    assert outcome.returncode == 2
    assert outcome.stderr == (
        "Error: tracker 'opencv:csrt' cannot work here: RuntimeError: the device is gone\n")


def test_image_whose_path_is_too_long_ends_the_session_with_its_reason(
    client: Client, clip: tuple[list[str], Box],
) -> None:
    uris, box = clip
    client.initialize(region(box), uris[0])

    client.say(f'frame "file:///{"a" * 5000}"')

    assert 'File name too long' in client.refusal()
    assert client.process.wait(PATIENCE) == 1


def test_client_that_goes_away_ends_the_process(client: Client) -> None:
    client.sink.close()

    assert client.process.wait(PATIENCE) == 1
    assert client.process.stderr is not None
    assert 'did not say quit' in client.process.stderr.read().decode()


REFUSALS = {
    'unknown tracker': (['--tracker', 'cat'], {}, "unknown tracker 'cat'; choose from: rat,"),
    'nano without its networks': (['--tracker', 'opencv:nano'], {}, 'with --nano-models'),
    'nobody at the socket': (['--tracker', 'opencv:csrt'], {'TRAX_SOCKET': '1'},
                             "TRAX_SOCKET is '1', and nobody can be reached"),
    'no port': (['--tracker', 'opencv:csrt'], {'TRAX_SOCKET': 'here'}, "TRAX_SOCKET is 'here'"),
}


@pytest.mark.parametrize('fault', REFUSALS)
def test_what_cannot_work_is_refused_in_one_line_before_the_protocol_starts(fault: str) -> None:
    arguments, environment, message = REFUSALS[fault]

    outcome = subprocess.run(
        [*COMMAND, *arguments], check=False, capture_output=True, text=True, timeout=PATIENCE,
        stdin=subprocess.DEVNULL, env={**os.environ, **environment})

    assert outcome.returncode == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1
    assert outcome.stdout == ''


def test_help_does_not_wait_for_torch() -> None:
    outcome = subprocess.run(
        [sys.executable, '-X', 'importtime', '-m', 'rat_tracker', 'trax', '--help'],
        check=True, capture_output=True, text=True)

    assert 'TRAX_SOCKET' in outcome.stdout
    assert 'rat_tracker.cli.trax' in outcome.stderr
    assert ' torch\n' not in outcome.stderr
    assert ' cv2\n' not in outcome.stderr
