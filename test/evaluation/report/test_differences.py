"""Which tracker is better, and how sure that is: pairs, words, the file, the plot, the verdict."""

from __future__ import annotations

import csv
from dataclasses import replace
import math
from pathlib import Path

import pytest
from support_metrics import box_rows
from support_metrics import sequence_of
from support_report import lost
from support_report import near
from support_report import results_of

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.bootstrap import Interval
from rat_tracker.evaluation.report.difference_plots import difference_plots
from rat_tracker.evaluation.report.differences import difference_text
from rat_tracker.evaluation.report.differences import differences
from rat_tracker.evaluation.report.differences import shown
from rat_tracker.evaluation.report.intervals import own_intervals
from rat_tracker.evaluation.report.intervals import write_intervals
from rat_tracker.evaluation.report.overview import difference_table
from rat_tracker.evaluation.report.plotting import plotting
from rat_tracker.evaluation.report.summary import Row
from rat_tracker.evaluation.report.summary import run_row
from rat_tracker.evaluation.report.verdict import verdict
from rat_tracker.evaluation.sequence_run import Failure

Aucs = dict[str, list[float]]  # by tracker, of the sequences a, b, c, d; precision is 1 - AUC


def rows(aucs: Aucs) -> dict[tuple[str, str], Row]:
    unknown = run_row('', sequence_of(box_rows((0, 0, 9, 9))), Failure('not run'))
    return {(tracker, sequence): replace(unknown, auc=auc, precision_20=1 - auc)
            for tracker, values in aucs.items()
            for sequence, auc in zip('abcd', values, strict=False)}


def compare(aucs: Aucs) -> list[tuple[str, int, float]]:
    """Return of each pair its name, how many sequences count, and the difference in success."""
    names = list('abcd'[:len(next(iter(aucs.values())))])
    return [(one.pair, one.auc.count, one.auc.value)
            for one in differences(rows(aucs), list(aucs), names)]


def test_every_pair_is_compared_once_in_the_order_of_the_trackers() -> None:
    assert compare({'x': [0.5, 0.5], 'y': [0.25, 0.5], 'z': [0.5, 0.75]}) == [
        ('x − y', 2, 0.125), ('x − z', 2, -0.125), ('y − z', 2, -0.25)]


def test_a_pair_is_compared_over_the_sequences_that_both_finished() -> None:
    """Each failed on another one; on the two that are left the first is better by a quarter."""
    assert compare({'x': [math.nan, 0.5, 0.75, 0.9], 'y': [0.9, 0.25, 0.5, math.nan]}) == [
        ('x − y', 2, 0.25)]


def test_precision_is_compared_as_success_is() -> None:
    one, = differences(rows({'x': [0.5, 1], 'y': [0.25, 1]}), ['x', 'y'], ['a', 'b'])

    assert (one.auc.value, one.precision_20.value) == (0.125, -0.125)


def test_what_is_hard_for_both_does_not_widen_the_interval() -> None:
    """Each tracker's mean is uncertain, yet one is better on every sequence by the same."""
    one, = differences(rows({'x': [1, 0.75, 0.5, 0.25], 'y': [0.75, 0.5, 0.25, 0]}),
                       ['x', 'y'], list('abcd'))

    assert (one.auc.low, one.auc.high) == (0.25, 0.25)


@pytest.mark.parametrize(('interval', 'text'), [
    (Interval(0.05, 0.01, 0.09, 9), '+0.050 (+0.010 to +0.090)'),
    (Interval(-0.05, -0.09, -0.01, 9), '-0.050 (-0.090 to -0.010)'),
    (Interval(0.05, -0.01, 0.09, 9), '+0.050, no difference (-0.010 to +0.090)'),
    (Interval(0, 0, 0, 9), '+0.000, no difference (+0.000 to +0.000)'),
    (Interval(0.05, math.nan, math.nan, 1), '+0.050 (one sequence)'),
    (Interval(math.nan, math.nan, math.nan, 0), 'not known'),
])
def test_a_difference_is_one_where_its_interval_excludes_zero(
    interval: Interval, text: str,
) -> None:
    assert difference_text(interval) == text


@pytest.mark.parametrize(('trackers', 'pairs'), [(1, 0), (2, 1), (5, 10), (6, 5), (12, 11)])
def test_of_many_pairs_those_with_the_first_tracker_are_shown(trackers: int, pairs: int) -> None:
    aucs = {f'tracker {number}': [0.5, 0.25] for number in range(trackers)}

    every = differences(rows(aucs), list(aucs), ['a', 'b'])

    assert len(every) == trackers * (trackers - 1) // 2
    assert len(shown(every)) == pairs
    assert {one.tracker for one in shown(every)} == (
        {one.tracker for one in every} if trackers <= 5 else {'tracker 0'})


def test_the_file_has_every_interval_and_says_how_a_difference_reads(tmp_path: Path) -> None:
    aucs = {'x': [0.75, 0.5], 'y': [0.5, 0.25], 'z': [0.75, 0.5]}
    made = rows(aucs)
    own = {tracker: own_intervals([made[tracker, sequence] for sequence in 'ab'], [])
           for tracker in aucs}

    write_intervals(tmp_path / 'intervals.csv', own, differences(made, list(aucs), ['a', 'b']))

    with (tmp_path / 'intervals.csv').open(encoding='utf-8') as file:
        lines = list(csv.DictReader(file))
    success = [line for line in lines if line['metric'] == 'auc']
    columns = 'tracker', 'minus', 'value', 'reads'
    assert [tuple(line[column] for column in columns) for line in success] == [
        ('x', '', '0.6250', ''), ('y', '', '0.3750', ''), ('z', '', '0.6250', ''),
        ('x', 'y', '0.2500', 'better'), ('x', 'z', '0.0000', 'no difference'),
        ('y', 'z', '-0.2500', 'worse')]
    assert (success[0]['sequences'], success[0]['low'], success[0]['high']) == (
        '2', '0.5000', '0.7500')
    assert {line['metric'] for line in lines} == {'auc', 'precision_20'}


def test_page_has_the_plots_the_table_and_the_verdict(sequences: list[Sequence]) -> None:
    results = results_of(sequences, {
        'near': map(near, sequences), 'lost': map(lost, sequences),
        'twin': map(near, sequences)})

    with plotting():
        plots = {plot.name: plot.text for plot in difference_plots(results)}

    assert set(plots) == {'difference_success', 'difference_precision'}
    assert 'near − twin: +0.000, no difference (+0.000 to +0.000)' in plots['difference_success']
    table = difference_table(results)
    assert table is not None
    assert [line.name for line in table.groups[0].lines] == [
        'near − lost', 'near − twin', 'lost − twin']
    assert verdict(results)[2] == (
        'The difference in success: near − twin is +0.000, no difference (+0.000 to +0.000).')


def test_one_sequence_tells_nothing_of_others(sequences: list[Sequence]) -> None:
    results = results_of(sequences[:1], {
        'near': map(near, sequences[:1]), 'lost': map(lost, sequences[:1])})

    assert list(difference_plots(results)) == []
    table = difference_table(results)
    assert table is not None
    assert table.groups[0].lines[0].cells[1].text.endswith(' (one sequence)')
    assert not any('difference' in sentence for sentence in verdict(results))


def test_a_tracker_that_failed_everywhere_is_not_compared(sequences: list[Sequence]) -> None:
    results = results_of(sequences, {
        'near': map(near, sequences), 'broken': [Failure('no memory')] * 2})

    table = difference_table(results)

    assert table is not None
    line, = table.groups[0].lines
    assert [cell.text for cell in line.cells] == ['0', 'not known', 'not known']
