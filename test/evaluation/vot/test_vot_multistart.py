"""Accuracy, robustness and expected overlap of the multistart experiment, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_vot import scripted
from support_vot import TARGET

from rat_tracker.evaluation.vot.multistart import failure
from rat_tracker.evaluation.vot.multistart import multistart_figures
from rat_tracker.evaluation.vot.regions import Code

START = Code.INITIALIZATION


def test_target_is_lost_with_the_first_of_ten_frames_of_little_overlap() -> None:
    assert failure(scripted(START, (0.8, 4), (0.1, 10), (0.8, 5))) == 5


def test_nine_frames_of_little_overlap_are_no_failure() -> None:
    run = scripted(START, (0.8, 4), (0.05, 9), (0.8, 1), (0.05, 9))

    assert failure(run) == len(run)


def test_first_frame_counts_as_one_of_little_overlap() -> None:
    assert failure(scripted(START, (0.0, 9))) == 0
    assert failure(scripted(START, (0.0, 8), (0.8, 1))) == 10


def test_frame_without_truth_is_no_sign_of_failure() -> None:
    run = scripted(START, (0.8, 4), (0.0, 15))
    truth = [*run.truth[:12], None, *run.truth[13:]]

    assert failure(replace(run, truth=truth)) == len(run)


def test_accuracy_and_robustness_end_with_the_failure() -> None:
    """Of 20 and 20 frames, 5 and 20 are followed; a first frame overlaps by 0."""
    lost = scripted(START, (0.8, 4), (0.0, 15))
    kept = scripted(START, (0.6, 19))

    figures = multistart_figures([(20, [lost, kept])], (1, 10))

    assert figures.robustness == pytest.approx(25 / 40)
    assert figures.accuracy == pytest.approx((4 * 0.8 + 19 * 0.6) / 25)


def test_sequences_weigh_by_frames_followed_and_by_length() -> None:
    short = (20, [scripted(START, (0.8, 4), (0.0, 15))])
    long = (60, [scripted(START, (0.6, 59))])

    figures = multistart_figures([short, long], (1, 10))

    assert figures.accuracy == pytest.approx((4 * 0.8 + 59 * 0.6) / 65)
    assert figures.robustness == pytest.approx((20 * 5 / 20 + 60 * 1) / 80)


def test_nothing_followed_is_an_accuracy_of_0() -> None:
    figures = multistart_figures([(20, [scripted(START, (0.0, 19))])], (1, 5))

    assert (figures.accuracy, figures.robustness, figures.eao) == (0, 0, 0)


def test_expected_overlap_is_0_after_a_failure() -> None:
    """Means over frames 1 to j, from 3 on: 0.8 as long as it is followed, then 3.2 / j."""
    run = scripted(START, (0.8, 4), (0.0, 15))

    figures = multistart_figures([(20, [run])], (3, 8))

    assert figures.eao == pytest.approx((0.8 + 0.8 + 3.2 / 5 + 3.2 / 6 + 3.2 / 7) / 5)


def test_beyond_a_failed_run_the_toolkit_divides_by_one_frame_less() -> None:
    run = scripted(START, (0.8, 4), (0.0, 15))

    assert multistart_figures([(20, [run])], (21, 22)).eao == pytest.approx(3.2 / 20)


def test_lengths_beyond_runs_without_failure_are_unknown_and_beyond_all_of_them_0() -> None:
    kept, longer = scripted(START, (0.8, 4)), scripted(START, (0.2, 6))

    assert multistart_figures([(20, [kept, longer])], (4, 5)).eao == pytest.approx(0.5)
    assert multistart_figures([(20, [kept, longer])], (6, 7)).eao == pytest.approx(0.2)
    assert multistart_figures([(20, [kept, longer])], (6, 8)).eao == pytest.approx(0.1)


def test_truth_stands_beside_each_frame() -> None:
    assert scripted(START, (0.5, 2)).truth == [TARGET] * 3
