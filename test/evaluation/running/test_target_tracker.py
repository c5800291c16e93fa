"""A tracker that is measured as nodes run it: its states are kept with its boxes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_datasets import write_sequence
from support_trackers import ScriptedTracker

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.running.store import Store
from rat_tracker.evaluation.running.target_tracker import TargetTracker
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.running.trackers import require_tracker_or_baseline
from rat_tracker.geometry import Box
from rat_tracker.target import State

ANSWERS = [Box(10 * number, 5, 30, 40) for number in range(1, 6)]
SCORES = [0.9, 0.2, 0.4, 0.6, 0.1]
SAID = [State.TRACKING, State.TRACKING, State.UNCERTAIN, State.UNCERTAIN, State.TRACKING,
        State.UNCERTAIN]


@pytest.fixture
def sequence(tmp_path: Path) -> Sequence:
    """Six frames of 160×120 pixels."""
    write_sequence(tmp_path / 'set' / 'card')
    found, = load_dataset(tmp_path / 'set')
    return found


def test_states_are_those_of_the_target_after_each_frame(sequence: Sequence) -> None:
    run = run_sequence(TargetTracker(ScriptedTracker(ANSWERS, SCORES)), sequence)

    assert run.states is not None
    assert run.states.tolist() == SAID
    assert run.scores.tolist() == [1.0, *SCORES]
    assert run.boxes[1:].tolist() == [list(box.values) for box in ANSWERS]


def test_a_tracker_without_states_has_none(sequence: Sequence) -> None:
    assert run_sequence(ScriptedTracker(ANSWERS, SCORES), sequence).states is None


def test_a_frame_that_comes_too_early_has_the_state_of_its_box(sequence: Sequence) -> None:
    """At a million frames per second the first one is all that is worked on."""
    run = run_sequence(
        TargetTracker(ScriptedTracker(ANSWERS, SCORES)), sequence, realtime=1e6)

    assert run.states is not None
    assert run.states.tolist() == [State.TRACKING] * 6


def test_states_are_stored_with_a_run(sequence: Sequence, tmp_path: Path) -> None:
    store = Store(tmp_path / 'out')
    run = run_sequence(TargetTracker(ScriptedTracker(ANSWERS, SCORES)), sequence)

    stored = store.save('target:rat', sequence, run, 'mark')

    assert stored.states is not None
    assert stored.states.tolist() == SAID


def test_a_word_before_the_name_gives_a_tracker_states() -> None:
    assert isinstance(create_tracker_or_baseline('target:opencv:kcf'), TargetTracker)
    require_tracker_or_baseline('target:rat:patch_side=64')


@pytest.mark.parametrize('name', ['target:', 'target:cat', 'target:target:rat'])
def test_an_unknown_tracker_is_named_as_it_was_given(name: str) -> None:
    with pytest.raises(ValueError, match=f"unknown tracker '{name}'; choose from: rat"):
        require_tracker_or_baseline(name)
