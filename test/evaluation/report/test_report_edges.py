"""The page is whole whatever came of a results, and says what is not known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import math
from pathlib import Path
import re

import numpy as np
import pytest
from support_report import clips
from support_report import lost
from support_report import near
from support_report import report
from support_report import results_of
from support_report import run
from support_report import two_trackers

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.sequence_run import Failure


def no_truth(sequence: Sequence) -> Sequence:
    """Return the sequence as if only its first box were known."""
    boxes = sequence.boxes.copy()
    boxes[1:] = math.nan
    return replace(sequence, boxes=boxes, counted=np.zeros(len(boxes), bool))


def all_failed(sequences: list[Sequence]) -> Results:
    return results_of(sequences, {'near': [Failure('no memory')] * 2})


def one_tracker_failed(sequences: list[Sequence]) -> Results:
    return results_of(sequences, {
        'near': map(near, sequences), 'broken': [Failure('no memory')] * 2})


def one_sequence(sequences: list[Sequence]) -> Results:
    return two_trackers(sequences[:1])


def one_frame(sequences: list[Sequence]) -> Results:
    return two_trackers([sequences[0].first(1)])


def without_truth(sequences: list[Sequence]) -> Results:
    unknown = [no_truth(sequence) for sequence in sequences]
    return results_of(unknown, {'near': map(near, sequences), 'lost': map(lost, sequences)})


def nothing_known(sequences: list[Sequence]) -> Results:
    runs = [run(sequence, sequence.boxes) for sequence in sequences]
    for each in runs:
        each.scores[:] = math.nan
    return results_of([no_truth(sequence) for sequence in sequences], {'silent': runs})


def without_stages(sequences: list[Sequence]) -> Results:
    return results_of(sequences, {'lost': map(lost, sequences)})


def scores_all_zero(sequences: list[Sequence]) -> Results:
    return results_of(sequences, {
        'unsure': [run(sequence, sequence.boxes, 0.0) for sequence in sequences]})


def without_time(sequences: list[Sequence]) -> Results:
    runs = [near(sequence) for sequence in sequences]
    for each in runs:
        each.seconds[1:] = math.nan
        each.scores[1:] = math.nan
    return results_of(sequences, {'slow': runs})


def boxes_not_finite(sequences: list[Sequence]) -> Results:
    runs = [run(each, np.full_like(each.boxes, math.nan)) for each in sequences]
    return results_of(sequences, {'astray': runs})


def boxes_far_away(sequences: list[Sequence]) -> Results:
    runs = [run(each, np.full_like(each.boxes, 1e12)) for each in sequences]
    return results_of(sequences, {'astray': runs})


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('case', [
    all_failed, one_tracker_failed, one_sequence, one_frame, without_truth, nothing_known,
    without_stages, scores_all_zero, without_time, boxes_not_finite, boxes_far_away])
def test_page_is_whole(
    tmp_path: Path, sequences: list[Sequence], case: Callable[[list[Sequence]], Results],
) -> None:
    results = case(sequences)
    page = report(tmp_path, results)

    assert page.source.rstrip().endswith('</html>')
    for name in [*results.trackers, *(sequence.name for sequence in results.sequences)]:
        assert name in page.text
    for section in ('Summary', 'Sequence by sequence', 'What the metrics mean'):
        assert section in page.text
    assert not re.search(r'\b(nan|inf|None|undefined)\b', page.text)


def test_without_truth_the_lowest_score_is_the_worst_moment(
    tmp_path: Path, sequences: list[Sequence],
) -> None:
    page = report(tmp_path, without_truth(sequences))

    assert 'lost: lowest score 0.10 in frame 9' in page.text
    assert 'how well targets were followed is not known' in page.text
    assert 'overlap –, score 0.10' in page.text
    # Seven frames after the first with a score of 0.95, sixteen with 0.1.
    assert re.search(r'Mean score on each sequence.* cat 0\.900 0\.359', page.text)


def test_images_that_are_gone_cost_the_pictures_only(tmp_path: Path) -> None:
    sequences = clips(tmp_path / 'clips', ['here', 'gone'])
    results = two_trackers(sequences)
    for image in (tmp_path / 'clips' / 'gone' / 'img').iterdir():
        image.unlink()

    page = report(tmp_path, results)

    assert re.search(r'gone No pictures: image .*\.jpg cannot be read', page.text)
    assert len(page.images('jpeg')) == 2 * 5
