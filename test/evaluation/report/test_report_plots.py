"""The plots as pictures: the same style everywhere, ranked, and drawn for whatever is known."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
import re

import cv2
from matplotlib import rc_context
from matplotlib import rcParams
import numpy as np
import pytest
from support_report import lost
from support_report import near
from support_report import results_of
from support_report import run
from support_report import two_trackers

from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.report.curve_plots import curve_plots
from rat_tracker.evaluation.report.difference_plots import difference_plots
from rat_tracker.evaluation.report.plotting import Plot
from rat_tracker.evaluation.report.plotting import plot_styles
from rat_tracker.evaluation.report.plotting import plotting
from rat_tracker.evaluation.report.reliability_plot import reliability_plot
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.speed_plot import speed_plot
from rat_tracker.evaluation.report.stage_times import stage_plot
from rat_tracker.evaluation.report.stage_times import stage_times
from rat_tracker.evaluation.sequence_run import Failure

NAMES = (
    'rat:filters.grid=1:filters.kernel_size=7:attention_gain=0.25', '$x$', '$', '_hidden', r'\a',
    'a_{b}^c', '', 'größer', 'rat', 'opencv:csrt', 'opencv:kcf', 'opencv:nano')
ALL = {'success', 'precision', 'norm_precision', 'speed', 'difference_success',
       'difference_precision', 'stages', 'reliability'}


def draw(results: Results) -> dict[str, Plot]:
    with plotting():
        plots = [*curve_plots(results), speed_plot(results), *difference_plots(results),
                 stage_plot(stage_times(results)), reliability_plot(results)]
    return {plot.name: plot for plot in plots if plot is not None}


def test_every_pair_of_trackers_differs_in_colour_or_line() -> None:
    given = plot_styles(f'tracker {number}' for number in range(28))

    assert len({(style.color, style.dashes) for style in given.values()}) == 28


def test_neighbours_differ_in_colour_and_line_and_marker() -> None:
    given = list(plot_styles(f'tracker {number}' for number in range(28)).values())

    for style, other in pairwise(given):
        assert style.color != other.color
        assert style.dashes != other.dashes
        assert style.marker != other.marker


@pytest.fixture(scope='module')
def drawn(sequences: list[Sequence]) -> dict[str, Plot]:
    """Return the plots of two trackers."""
    return draw(two_trackers(sequences))


@pytest.fixture(scope='module')
def crowded(sequences: list[Sequence]) -> dict[str, Plot]:
    """Return the plots of twelve trackers with long and strange names."""
    return draw(results_of(sequences, {name: map(near, sequences) for name in NAMES}))


def test_plots_are_pictures_of_their_names(folder: Path) -> None:
    files = {file.stem: file for file in (folder / 'plots').iterdir()}
    assert set(files) == ALL
    for file in files.values():
        picture = cv2.imread(str(file))
        assert picture is not None
        assert picture.shape[1] == 800
        assert len(np.unique(picture)) > 50


def test_legend_is_sorted_by_the_metric(sequences: list[Sequence]) -> None:
    results = results_of(sequences, {
        'lost': map(lost, sequences), 'near': map(near, sequences),
        'late': [lost(sequence, 16) for sequence in sequences]})

    plots = list(curve_plots(results))

    assert [plot.name for plot in plots] == ['success', 'precision', 'norm_precision']
    for plot in plots:
        captions = re.findall(r'(near|late|lost) (\d\.\d{3})', plot.text)
        assert [tracker for tracker, _ in captions] == ['near', 'late', 'lost']
        assert sorted(captions, key=lambda pair: -float(pair[1])) == captions


def test_curves_are_drawn_in_the_colour_of_their_tracker(
    sequences: list[Sequence], drawn: dict[str, Plot],
) -> None:
    styles = two_trackers(sequences).styles

    for name, plot in drawn.items():
        if name not in {'stages', 'difference_success', 'difference_precision'}:
            for style in styles.values():
                assert style.color.encode() in plot.svg, name


def test_same_metrics_make_the_same_bytes_whatever_matplotlibs_settings_are(
    sequences: list[Sequence], drawn: dict[str, Plot],
) -> None:
    with rc_context({'font.size': 30, 'axes.facecolor': 'black'}):
        again = draw(two_trackers(sequences))
        assert rcParams['font.size'] == 30

    for name in ALL:
        assert again[name].png == drawn[name].png
        assert again[name].svg == drawn[name].svg


def test_nothing_is_drawn_of_what_is_not_known(sequences: list[Sequence]) -> None:
    assert draw(results_of(sequences, {'near': [Failure('no memory')] * 2})) == {}


def test_one_frame_has_accuracy_but_neither_speed_nor_reliability(
    sequences: list[Sequence],
) -> None:
    first = sequences[0].first(1)

    assert set(draw(results_of([first], {'near': [near(first)]}))) == {
        'success', 'precision', 'norm_precision'}


def test_scores_of_zero_and_one_have_a_reliability(sequences: list[Sequence]) -> None:
    sequence = sequences[0]
    scores = np.where(np.arange(24) < 12, 1.0, 0.0)
    plot = reliability_plot(
        results_of([sequence], {'sure': [run(sequence, sequence.boxes, scores)]}))

    assert plot is not None
    assert 'sure 0.522' in plot.text  # 12 of 23 frames are right at score 0


@pytest.mark.parametrize('name', NAMES)
def test_tracker_may_have_any_name(crowded: dict[str, Plot], name: str) -> None:
    assert set(crowded) == ALL
    assert f'{name} 0.' in crowded['success'].text


def test_twelve_trackers_fit(crowded: dict[str, Plot]) -> None:
    for plot in crowded.values():
        picture = cv2.imdecode(np.frombuffer(plot.png, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        # Nothing is cut off: the outermost pixels are empty.
        assert (picture[:2] > 240).all(), plot.name
        assert (picture[-2:] > 240).all(), plot.name
