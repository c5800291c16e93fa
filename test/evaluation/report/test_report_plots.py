"""The plots as pictures: the same look everywhere, ranked, and drawn for whatever is known."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
import re

import cv2
from matplotlib import rc_context
from matplotlib import rcParams
import numpy as np
import pytest
from support_report import benchmark_of
from support_report import clips
from support_report import lost
from support_report import near
from support_report import run
from support_report import two_trackers

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.report import write_report
from rat_tracker.evaluation.report.canvas import Plot
from rat_tracker.evaluation.report.canvas import plotting
from rat_tracker.evaluation.report.curve_plots import curve_plots
from rat_tracker.evaluation.report.looks import looks
from rat_tracker.evaluation.report.reliability_plot import reliability_plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.speed_plot import speed_plot
from rat_tracker.evaluation.report.stage_plot import stage_plot
from rat_tracker.evaluation.report.stage_times import stage_times
from rat_tracker.evaluation.running.outcome import Benchmark
from rat_tracker.evaluation.running.outcome import Failure

ALL = {'success', 'precision', 'norm_precision', 'speed', 'stages', 'reliability'}


@pytest.fixture(scope='module')
def sequences(tmp_path_factory: pytest.TempPathFactory) -> list[Sequence]:
    return clips(tmp_path_factory.mktemp('clips'))


def draw(benchmark: Benchmark) -> dict[str, Plot]:
    results = Results.of(benchmark)
    with plotting():
        plots = [*curve_plots(results), speed_plot(results), stage_plot(stage_times(results)),
                 reliability_plot(results)]
    return {plot.name: plot for plot in plots if plot is not None}


def test_every_pair_of_trackers_differs_in_colour_or_line() -> None:
    given = looks(f'tracker {number}' for number in range(28))

    assert len({(look.color, look.dashes) for look in given.values()}) == 28


def test_neighbours_differ_in_colour_and_line_and_marker() -> None:
    given = list(looks(f'tracker {number}' for number in range(28)).values())

    for look, other in pairwise(given):
        assert look.color != other.color
        assert look.dashes != other.dashes
        assert look.marker != other.marker


def test_plots_are_pictures_of_their_names(tmp_path: Path, sequences: list[Sequence]) -> None:
    write_report(tmp_path, Results.of(two_trackers(sequences)))

    files = {file.stem: file for file in (tmp_path / 'plots').iterdir()}
    assert set(files) == ALL
    for file in files.values():
        picture = cv2.imread(str(file))
        assert picture is not None
        assert picture.shape[1] == 800
        assert len(np.unique(picture)) > 50


def test_legend_is_sorted_by_the_figure(sequences: list[Sequence]) -> None:
    plots = draw(benchmark_of(sequences, {
        'lost': map(lost, sequences), 'near': map(near, sequences),
        'late': [lost(sequence, 16) for sequence in sequences]}))

    for name in ('success', 'precision', 'norm_precision'):
        said = re.findall(r'(near|late|lost) (\d\.\d{3})', plots[name].text)
        assert [tracker for tracker, _ in said] == ['near', 'late', 'lost']
        assert sorted(said, key=lambda pair: -float(pair[1])) == said


def test_curves_are_drawn_in_the_colour_of_their_tracker(sequences: list[Sequence]) -> None:
    benchmark = two_trackers(sequences)
    given = looks(benchmark.trackers)

    for name, plot in draw(benchmark).items():
        if name != 'stages':
            for look in given.values():
                assert look.color.encode() in plot.svg, name


def test_same_figures_make_the_same_bytes(sequences: list[Sequence]) -> None:
    first, second = (draw(two_trackers(sequences)) for _ in range(2))

    for name in ALL:
        assert first[name].png == second[name].png
        assert first[name].svg == second[name].svg


def test_matplotlibs_settings_are_not_changed_and_do_not_change_the_plots(
    sequences: list[Sequence],
) -> None:
    usual = draw(two_trackers(sequences))
    with rc_context({'font.size': 30, 'axes.facecolor': 'black'}):
        assert draw(two_trackers(sequences))['success'].png == usual['success'].png
        assert rcParams['font.size'] == 30


def test_nothing_is_drawn_of_what_is_not_known(sequences: list[Sequence]) -> None:
    assert draw(benchmark_of(sequences, {'near': [Failure('no memory')] * 2})) == {}


def test_one_frame_has_accuracy_but_neither_speed_nor_reliability(
    sequences: list[Sequence],
) -> None:
    first = sequences[0].first(1)

    assert set(draw(benchmark_of([first], {'near': [near(first)]}))) == {
        'success', 'precision', 'norm_precision'}


def test_scores_of_zero_and_one_have_a_reliability(sequences: list[Sequence]) -> None:
    sequence = sequences[0]
    scores = np.where(np.arange(24) < 12, 1.0, 0.0)
    plots = draw(benchmark_of([sequence], {'sure': [run(sequence, sequence.boxes, scores)]}))

    assert 'sure 0.522' in plots['reliability'].text  # 12 of 23 frames are right at score 0


@pytest.mark.parametrize('name', [
    'rat:filters.grid=1:filters.kernel_size=7:attention_gain=0.25', '$x$', '$', '_hidden', r'\a',
    'a_{b}^c', '', 'größer'])
def test_tracker_may_have_any_name(sequences: list[Sequence], name: str) -> None:
    plots = draw(benchmark_of(sequences, {name: map(near, sequences)}))

    assert set(plots) == ALL
    assert f'{name} 0.' in plots['success'].text


def test_twelve_trackers_fit(sequences: list[Sequence]) -> None:
    plots = draw(benchmark_of(
        sequences, {f'tracker {number}': map(near, sequences) for number in range(12)}))

    for plot in plots.values():
        picture = cv2.imdecode(np.frombuffer(plot.png, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        # Nothing is cut off: the outermost pixels are empty.
        assert (picture[:2] > 240).all(), plot.name
        assert (picture[-2:] > 240).all(), plot.name
