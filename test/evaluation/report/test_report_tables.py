"""What stands in the tables: the metrics of summary.csv, what is best, what failed."""

from __future__ import annotations

from collections.abc import Sequence as List
from dataclasses import replace
import math

from support_report import lost
from support_report import near
from support_report import results_of
from support_report import run
from support_report import two_trackers

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.report.overview import attribute_table
from rat_tracker.evaluation.report.overview import sequence_table
from rat_tracker.evaluation.report.overview import summary_table
from rat_tracker.evaluation.report.overview import tracker_table
from rat_tracker.evaluation.report.stage_times import stage_table
from rat_tracker.evaluation.report.stage_times import stage_times
from rat_tracker.evaluation.report.tables import Cell
from rat_tracker.evaluation.report.tables import number_cells
from rat_tracker.evaluation.report.tables import Table
from rat_tracker.evaluation.report.verdict import verdict
from rat_tracker.evaluation.sequence_run import Failure


def cells(table: Table, name: str) -> List[Cell]:
    found, = (line for group in table.groups for line in group.lines if line.name == name)
    return found.cells


def texts(table: Table, name: str) -> list[str]:
    return [cell.text for cell in cells(table, name)]


def test_highest_of_several_is_best() -> None:
    assert number_cells([0.1, 0.3, 0.2], 1) == [
        Cell('0.1'), Cell('0.3', is_best=True), Cell('0.2')]


def test_lowest_is_best_where_less_is_better() -> None:
    assert number_cells([0.1, 0.3], 1, min)[0].is_best


def test_what_reads_the_same_as_the_best_is_as_good() -> None:
    assert [cell.is_best for cell in number_cells([0.7421, 0.7419, 0.7], 3)] == [
        True, True, False]


def test_nothing_is_the_best_of_one() -> None:
    assert not number_cells([0.9], 3)[0].is_best
    assert not any(cell.is_best for cell in number_cells([0.9, math.nan], 3))


def test_what_is_not_known_is_a_dash() -> None:
    assert [cell.text for cell in number_cells([math.nan, math.inf, 1], 2)] == ['–', '–', '1.00']


def test_summary_shows_each_trackers_metrics(sequences: list[Sequence]) -> None:
    results = two_trackers(sequences)
    table = summary_table(results)

    assert [column.text for column in table.columns] == ['near', 'lost:since=8']
    aucs = [row.auc for row in results.totals.values()]
    assert texts(table, 'success (AUC)') == [f'{auc:.3f}' for auc in aucs]
    assert texts(table, 'frames per second') == ['100.0', '500.0']
    assert texts(table, 'start, ms') == ['30.0', '6.0']
    assert texts(table, 'peak memory, MB') == ['300', '300']
    assert texts(table, 'sequences with the best success') == ['2', '0']
    assert cells(table, 'success (AUC)')[0].is_best
    assert cells(table, 'frames per second')[1].is_best


def test_mean_over_fewer_sequences_is_never_the_best(sequences: list[Sequence]) -> None:
    """``near`` is the better one, but nobody knows how it would have fared on the other clip."""
    results = results_of(sequences, {
        'near': [near(sequences[0]), Failure('out of memory')],
        'lost': map(lost, sequences), 'late': [lost(each, 12) for each in sequences]})
    table = summary_table(results)

    assert [cell.is_best for cell in cells(table, 'success (AUC)')] == [False, False, True]
    assert texts(table, 'sequences finished') == ['1', '2', '2']


def test_trackers_are_compared_over_the_sequences_that_all_finished(
    sequences: list[Sequence],
) -> None:
    results = results_of(sequences, {
        'near': [near(sequences[0]), Failure('out of memory')],
        'lost': map(lost, sequences), 'absent': [Failure('file is missing')] * 2})

    shared = cells(summary_table(results), 'success over the 1 sequence that all finished')
    assert shared == [
        Cell(f'{compute_metrics(sequences[0], near(sequences[0])).auc:.3f}', is_best=True),
        Cell(f'{compute_metrics(sequences[0], lost(sequences[0])).auc:.3f}'), Cell('–')]
    assert verdict(results)[0].startswith(
        'near follows best over the 1 sequence that every tracker finished: ')


def test_failed_run_is_shown_as_failed(sequences: list[Sequence]) -> None:
    results = results_of(sequences, {
        'near': [near(sequences[0]), Failure('out of memory')], 'lost': map(lost, sequences)})

    assert cells(sequence_table(results, {}), 'dog')[0] == Cell('failed', is_failed=True)
    line, = (line for line in tracker_table(results, 'near').groups[0].lines
             if line.name == 'dog')
    assert line.note == 'failed: out of memory'


def test_metrics_that_the_data_set_cannot_tell_have_no_line(sequences: list[Sequence]) -> None:
    names = {line.name for group in summary_table(two_trackers(sequences)).groups
             for line in group.lines}

    assert 'calibration error (ECE)' in names
    assert not {'lost: precision', 'frames worked on, %', 'sequences finished'} & names


def test_frames_without_time_are_reported(sequences: list[Sequence]) -> None:
    late = near(sequences[0])
    late.seconds[10:16] = math.nan
    results = results_of(sequences[:1], {'near': [late]})

    assert texts(summary_table(results), 'frames worked on, %') == ['75.0']


def test_attribute_shows_the_mean_over_its_sequences(sequences: list[Sequence]) -> None:
    cat, dog = (replace(sequence, attributes=attributes) for sequence, attributes in zip(
        sequences, [('blur',), ('blur', 'dark')], strict=True))
    table = attribute_table(two_trackers([cat, dog]))

    assert table is not None
    first, second = (compute_metrics(sequence, lost(sequence)).auc for sequence in (cat, dog))
    assert [line.name for line in table.groups[0].lines] == [
        'blur (2 sequences)', 'dark (1 sequence)']
    assert texts(table, 'blur (2 sequences)')[1] == f'{(first + second) / 2:.3f}'
    assert texts(table, 'dark (1 sequence)')[1] == f'{second:.3f}'


def test_without_attributes_there_is_no_table_of_them(sequences: list[Sequence]) -> None:
    assert attribute_table(two_trackers(sequences)) is None


def test_stages_are_means_over_frames_and_what_is_missing_is_shown(
    sequences: list[Sequence],
) -> None:
    results = two_trackers(sequences)
    table = stage_table(results, stage_times(results))

    assert texts(table, 'crop') == ['2.00', '–']
    assert texts(table, 'network') == ['5.00', '–']
    assert texts(table, 'other') == ['3.00', '2.00']
    assert texts(table, 'all') == ['10.00', '2.00']


def test_frames_without_time_count_for_no_stage(sequences: list[Sequence]) -> None:
    short, long = sequences
    late = run(short, short.boxes, stages={'network': 0.008})
    late.seconds[3:] = math.nan
    results = results_of([short, long], {
        'one': [late, run(long, long.boxes, stages={'network': 0.002})]})

    # Two frames of 8 ms, twenty-three of 2 ms.
    assert texts(stage_table(results, stage_times(results)), 'network') == ['2.48']
