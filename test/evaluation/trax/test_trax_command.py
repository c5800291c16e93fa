"""``rat_tracker trax`` as a process: its streams, its exit status and what it refuses."""

from __future__ import annotations

from io import BytesIO
import sys

from click.testing import CliRunner
from evaluation.trax.conftest import TraxClip
import pytest
from support_trax import PATIENCE
from support_trax import read_reason
from support_trax import served

from rat_tracker.cli import main
from rat_tracker.evaluation.running.baselines import OpenCvTracker
from rat_tracker.evaluation.trax import transport


@pytest.mark.whole
def test_served_tracker_matches_one_that_is_called(clip: TraxClip) -> None:
    with served('rat') as client:
        assert 'trax.name=rat' in client.hello
        client.initialize(clip.region, clip.uris[0])
        states = [client.frame(uri) for uri in clip.uris[1:]]
        status = client.end()

    for (box, score), (expected, confidence) in zip(
            states, clip.answers_of('rat'), strict=True):
        assert box.values == pytest.approx(expected.values, rel=1e-7)
        assert score == pytest.approx(confidence, rel=1e-5)
    assert status == 0


@pytest.mark.whole
@pytest.mark.parametrize('merged', [True, False])
def test_whatever_is_printed_does_not_disturb_the_messages(clip: TraxClip, merged: bool) -> None:
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
    command = (sys.executable, '-c', program, 'trax')
    with served('opencv:csrt', command=command, merged=merged) as client:
        client.initialize(clip.region, clip.uris[0])
        states = [client.frame(uri) for uri in clip.uris[1:]]
        status = client.end()

    assert [box.values for box, _ in states] == [
        pytest.approx(box.values, rel=1e-7) for box, _ in clip.answers_of('opencv:csrt')]
    assert status == 0


def test_fault_ends_the_process_with_its_reason_on_standard_error(clip: TraxClip) -> None:
    with served('opencv:csrt') as client:
        client.initialize(clip.region, clip.uris[0])
        client.say('frame "file:///nowhere/5.png"')
        reason = read_reason(client.receive())

        assert client.process.wait(PATIENCE) == 1
        assert client.process.stderr is not None
        assert client.process.stderr.read().decode() == f'Error: {reason}\n'


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> BytesIO:
    """Give the command streams of its own; return what it writes to."""
    sink = BytesIO()
    monkeypatch.setattr(
        transport, 'standard_streams', lambda: transport.Transport(BytesIO(), sink))
    monkeypatch.delenv('TRAX_SOCKET', raising=False)
    return sink


REFUSALS = {
    'unknown tracker': (['--tracker', 'cat'], {}, "unknown tracker 'cat'; choose from: rat,"),
    'nano without its networks': (['--tracker', 'opencv:nano'], {}, 'with --nano-models'),
    'socket': (['--tracker', 'opencv:csrt'], {'TRAX_SOCKET': '9090'},
               'TRAX_SOCKET is set, and this server talks through standard input and output; '
               'write socket = false in trackers.ini'),
}


@pytest.mark.parametrize('fault', REFUSALS)
def test_what_cannot_work_is_refused_in_one_line_before_the_protocol_starts(
    streams: BytesIO, fault: str,
) -> None:
    arguments, environment, message = REFUSALS[fault]

    outcome = CliRunner().invoke(main, ['trax', *arguments], env=environment)

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1
    assert streams.getvalue() == b''


def test_tracker_that_cannot_be_tried_out_is_refused_in_one_line(
    streams: BytesIO, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError('the device is gone')

    monkeypatch.setattr(OpenCvTracker, 'track', fail)

    outcome = CliRunner().invoke(main, ['trax', '--tracker', 'opencv:csrt'])

    assert outcome.exit_code == 2
    assert outcome.stderr == (
        "Error: tracker 'opencv:csrt' cannot work here: RuntimeError: the device is gone\n")
    assert streams.getvalue() == b''
