"""The tables that compare trackers: all metrics, each sequence, each attribute."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
import math

from rat_tracker.evaluation.metrics.one_pass import by_attribute
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.report.differences import difference_text
from rat_tracker.evaluation.report.differences import interval_text
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.summary import Row
from rat_tracker.evaluation.report.tables import Best
from rat_tracker.evaluation.report.tables import Cell
from rat_tracker.evaluation.report.tables import Group
from rat_tracker.evaluation.report.tables import Heading
from rat_tracker.evaluation.report.tables import headings
from rat_tracker.evaluation.report.tables import Line
from rat_tracker.evaluation.report.tables import number_cells
from rat_tracker.evaluation.report.tables import Table
from rat_tracker.evaluation.report.texts import counted


@dataclass(frozen=True)
class _Metric:
    """A metric of ``summary.csv`` as tables show it.

    :param interval: the name of its interval, which has a line of its own; none: it has none
    :param worth_showing: tells so of a tracker's value; a metric is left out where it is worth
        it for no tracker. None: it is always shown
    """

    title: str
    value: Callable[[Row], float]
    digits: int
    best: Best | None = max
    worth_showing: Callable[[float], bool] | None = None
    interval: str = ''

    def is_shown(self, results: Results) -> bool:
        return self.worth_showing is None or any(
            self.worth_showing(self.value(row)) for row in results.totals.values())


_METRICS = {
    'accuracy': (
        _Metric('success (AUC)', lambda row: row.auc, 3, interval='auc'),
        _Metric('precision, 20 px', lambda row: row.precision_20, 3, interval='precision_20'),
        _Metric('normalised precision', lambda row: row.norm_precision, 3),
        _Metric('average overlap (AO)', lambda row: row.ao, 3),
        _Metric('success rate, 0.5', lambda row: row.sr_50, 3),
        _Metric('success rate, 0.75', lambda row: row.sr_75, 3),
    ),
    'speed and memory': (
        _Metric('frames per second', lambda row: row.fps, 1),
        _Metric('frames worked on, %', lambda row: 100 * row.worked, 1,
                worth_showing=lambda value: value < 100),
        _Metric('start, ms', lambda row: row.init_ms, 1, min),
        _Metric('peak memory, MB', lambda row: row.peak_memory_mb, 0, min),
    ),
    'calibration of the score': (
        _Metric('calibration error (ECE)', lambda row: row.ece, 3, min, interval='ece'),
        _Metric('lost: precision', lambda row: row.lost_precision, 3,
                worth_showing=math.isfinite),
        _Metric('lost: recall', lambda row: row.lost_recall, 3, worth_showing=math.isfinite),
    ),
    'what the states say': (
        _Metric('boxes that miss: TRACKING', lambda row: row.missed_tracking, 3, min,
                worth_showing=math.isfinite, interval='missed_tracking'),
        _Metric('right boxes: TRACKING', lambda row: row.right_tracking, 3,
                worth_showing=math.isfinite, interval='right_tracking'),
        _Metric('right boxes: LOST', lambda row: row.right_lost, 3, min,
                worth_showing=math.isfinite, interval='right_lost'),
        _Metric('lasting losses', lambda row: row.losses, 0, best=None,
                worth_showing=math.isfinite),
        _Metric('losses told within 0.5 s', lambda row: row.losses_told, 3,
                worth_showing=math.isfinite, interval='losses_told'),
    ),
}


def summary_table(results: Results) -> Table:
    """Return all metrics of each tracker over all sequences."""
    groups = [
        Group([line for kind in kinds if kind.is_shown(results)
               for line in _summary_lines(results, kind)], title)
        for title, kinds in _METRICS.items() if any(kind.is_shown(results) for kind in kinds)]
    groups[0] = Group([*groups[0].lines, *_count_lines(results)], groups[0].title)
    return Table('Metrics over all sequences', 'metric', headings(results.styles), groups)


def difference_table(results: Results) -> Table | None:
    """Return the differences of all pairs of trackers; None without a pair."""
    if not results.differences:
        return None
    lines = [
        Line(one.pair, [Cell(str(one.auc.count)), Cell(difference_text(one.auc)),
                        Cell(difference_text(one.precision_20))])
        for one in results.differences]
    return Table('Differences of means, with 95 % intervals', 'trackers', [
        Heading('sequences'), Heading('success (AUC)'), Heading('precision, 20 px')],
        [Group(lines)])


def sequence_table(results: Results, links: Mapping[str, str]) -> Table:
    """Return the success on each sequence, or the mean score without true boxes.

    :param links: by name of the sequence, the part of the page with its film strips
    """
    value = results.success if results.has_accuracy else results.mean_score
    lines = []
    for sequence in results.sequences:
        cells = number_cells([value(tracker, sequence.name) for tracker in results.totals], 3,
                             best=max if results.has_accuracy else None)
        lines.append(Line(
            sequence.name,
            [cell if results.reason(tracker, sequence.name) is None
             else Cell('failed', is_failed=True)
             for tracker, cell in zip(results.totals, cells, strict=True)],
            link=links.get(sequence.name, '')))
    if not results.has_accuracy:
        return Table('Mean score on each sequence: what the trackers themselves say', 'sequence',
                     headings(results.styles), [Group(lines)])
    mean = Line('mean', number_cells(
        [row.auc for row in results.totals.values()], 3, comparable=results.comparable()))
    return Table('Success (AUC) on each sequence', 'sequence', headings(results.styles),
                 [Group(lines), Group([mean])])


def attribute_table(results: Results) -> Table | None:
    """Return the mean success over the sequences with each attribute; None without attributes."""
    names: dict[str, list[str]] = {}
    for sequence in results.sequences:
        for attribute in sequence.attributes:
            names.setdefault(attribute, []).append(sequence.name)
    if not names:
        return None
    means = [by_attribute((sequence, compute_metrics(sequence, run))
                          for sequence, run in results.runs(tracker))
             for tracker in results.totals]
    lines = [
        Line(f'{attribute} ({counted(len(names[attribute]), "sequence")})', number_cells(
            [mean[attribute].auc if attribute in mean else math.nan for mean in means], 3,
            comparable=results.comparable(names[attribute])))
        for attribute in sorted(names)]
    return Table('Success (AUC) by attribute', 'attribute', headings(results.styles),
                 [Group(lines)])


def tracker_table(results: Results, tracker: str) -> Table:
    """Return all metrics of one tracker on each sequence."""
    kinds = [kind for kinds in _METRICS.values() for kind in kinds if kind.is_shown(results)]
    lines = []
    for sequence in results.sequences:
        row = results.rows[tracker, sequence.name]
        reason = results.reason(tracker, sequence.name)
        lines.append(Line(
            sequence.name, [Cell(str(row.frames)), *(
                cell for kind in kinds
                for cell in number_cells([kind.value(row)], kind.digits))],
            note='' if reason is None else f'failed: {reason}'))
    return Table(f'All metrics of {tracker}', 'sequence',
                 [Heading('frames'), *(Heading(kind.title) for kind in kinds)], [Group(lines)])


def _summary_lines(results: Results, kind: _Metric) -> Iterator[Line]:
    """Yield a metric's line, and that of its interval where there is one."""
    yield Line(kind.title, number_cells(
        [kind.value(row) for row in results.totals.values()], kind.digits, kind.best,
        results.comparable()))
    if kind.interval:
        texts = [interval_text(results.intervals[tracker][kind.interval])
                 for tracker in results.totals]
        if any(texts):
            yield Line('95 % interval', [Cell(text) for text in texts])


def _count_lines(results: Results) -> list[Line]:
    """Return how often each tracker was best, and what is fair to compare where some failed."""
    lines = []
    if len(results.totals) > 1 and results.has_accuracy:
        wins = [results.wins(tracker) for tracker in results.totals]
        lines.append(Line('sequences with the best success', number_cells(wins, 0)))
    if not all(results.comparable()):
        finished = [len(results.runs(tracker)) for tracker in results.totals]
        lines.append(Line('sequences finished', number_cells(finished, 0)))
        count = counted(len(results.shared()), 'sequence')
        lines.append(Line(f'success over the {count} that all finished',
                          number_cells(results.shared_success().values(), 3)))
    return lines
