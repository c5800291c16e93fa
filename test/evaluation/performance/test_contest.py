"""Trackers take turns on the same frames, each in its own process."""

from __future__ import annotations

import os
from pathlib import Path
import signal

import numpy as np
import pytest

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.clips.speed import write_clips
from rat_tracker.evaluation.performance import contest
from rat_tracker.evaluation.performance.contest import ContestError
from rat_tracker.evaluation.performance.contest import on_cores
from rat_tracker.evaluation.performance.contest import run_contest
from rat_tracker.evaluation.performance.contest import Turn

KCF, CSRT = 'opencv:kcf', 'opencv:csrt'


@pytest.fixture(scope='module')
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Sequence]:
    return write_clips(tmp_path_factory.mktemp('clips'), 5)


@pytest.fixture(scope='module')
def turns(clips: list[Sequence]) -> list[Turn]:
    return list(run_contest([KCF, CSRT], clips[:2], 2, None))


def test_trackers_take_turns_and_each_round_begins_with_another(
    clips: list[Sequence], turns: list[Turn],
) -> None:
    first, second = (clip.name for clip in clips[:2])

    assert [(turn.lap, turn.sequence.name, turn.tracker) for turn in turns] == [
        (0, first, KCF), (0, first, CSRT), (0, second, KCF), (0, second, CSRT),
        (1, first, CSRT), (1, first, KCF), (1, second, CSRT), (1, second, KCF)]


def test_every_frame_is_measured(turns: list[Turn]) -> None:
    for turn in turns:
        assert turn.run.seconds.shape == (5,)
        assert np.isfinite(turn.run.seconds).all()
        assert turn.cpu_seconds > 0
        assert turn.run.peak_memory > 10_000_000


def test_rounds_are_answered_alike(turns: list[Turn]) -> None:
    assert (turns[0].run.boxes == turns[5].run.boxes).all()
    assert not (turns[0].run.boxes == turns[1].run.boxes).all()


def test_frames_are_reported_as_they_are_done(clips: list[Sequence]) -> None:
    done: list[int] = []

    list(run_contest([KCF], clips[:1], 3, None, done.append))

    assert done == [5, 5, 5]


def test_image_that_cannot_be_read_ends_the_contest(tmp_path: Path) -> None:
    clip = write_clips(tmp_path, 12)[0]
    (tmp_path / clip.name / '00011.jpg').write_bytes(b'no image')

    with pytest.raises(DatasetError, match=r'00011\.jpg cannot be read'):
        list(run_contest([KCF], [clip], 1, None))


def _end(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_process_that_ends_is_named(
    clips: list[Sequence], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(contest, '_follow', _end)

    with pytest.raises(ContestError, match=f'the process of {KCF} ended in the middle of smooth'):
        list(run_contest([KCF], clips[:1], 1, None))


def test_cores_are_given_back() -> None:
    before = os.sched_getaffinity(0)

    with on_cores(1):
        assert os.sched_getaffinity(0) == {min(before)}
    assert os.sched_getaffinity(0) == before
    with on_cores(None):
        assert os.sched_getaffinity(0) == before


def test_clips_show_the_target_where_they_say(clips: list[Sequence]) -> None:
    assert [clip.name for clip in clips] == [
        'smooth', 'zoom and turn', 'light, noise and a double']
    for clip in clips:
        assert len(clip.frames) == len(clip.boxes) == 5
        assert {image.shape for image in clip.frames} == {(480, 640, 3)}
        clip.require_readable()
        assert (clip.boxes[:, :2] >= 0).all()
        assert (clip.boxes[:, :2] + clip.boxes[:, 2:] <= (640, 480)).all()
