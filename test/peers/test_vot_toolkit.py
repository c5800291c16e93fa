"""VOT's own toolkit runs our trackers over TraX, and its figures are ours."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence as List
import math
from pathlib import Path
from typing import Any

from click.testing import CliRunner
import numpy as np
from peers.vot_workspace import ANCHORS
from peers.vot_workspace import CALLED
from peers.vot_workspace import make_workspace
from peers.vot_workspace import MULTISTART_RANGE
from peers.vot_workspace import REPETITIONS
from peers.vot_workspace import SCENES
from peers.vot_workspace import SKIPPED
from peers.vot_workspace import SUPERVISED_RANGE
from peers.vot_workspace import TOOLKIT
from peers.vot_workspace import TRACKERS
from peers.vot_workspace import Workspace
import pytest
from support_vot import read_trajectory

from rat_tracker.cli import main
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.vot.anchors import Anchor
from rat_tracker.evaluation.vot.anchors import find_anchors
from rat_tracker.evaluation.vot.experiments import run_multistart
from rat_tracker.evaluation.vot.experiments import run_supervised
from rat_tracker.evaluation.vot.experiments import run_unsupervised
from rat_tracker.evaluation.vot.multistart import failure
from rat_tracker.evaluation.vot.multistart import multistart_figures
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import Trajectory
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.run import Run
from rat_tracker.evaluation.vot.supervised import supervised_figures
from rat_tracker.evaluation.vot.unsupervised import unsupervised_figures
from rat_tracker.geometry import Box
from rat_tracker.tracker import Tracker

# The toolkit runs inside a fixture; on a slow machine that takes minutes.
pytestmark = pytest.mark.timeout(1800)

SIZE = (320, 240)
NAMES = tuple(TRACKERS)


@pytest.fixture(scope='module')
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace in which the toolkit ran all trackers."""
    assert TOOLKIT.is_file(), f'{TOOLKIT} is not there; run `make test-peers`'
    made = make_workspace(tmp_path_factory.mktemp('workspace'))
    made.evaluate(*NAMES)
    return made


@pytest.fixture(scope='module')
def results(workspace: Workspace) -> dict[str, Any]:
    """Return what the toolkit made of the runs, by experiment."""
    return workspace.analysis(*NAMES)['results']


@pytest.fixture(scope='module')
def sequences(workspace: Workspace) -> dict[str, Sequence]:
    return {sequence.name: sequence for sequence in load_dataset(workspace.sequences)}


@pytest.fixture(scope='module')
def tracker(name: str) -> Tracker:
    """Return the tracker itself, not served."""
    return create_tracker_or_baseline(TRACKERS[name][0])


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Return what puts figures on the terminal, where a reader may compare them, too."""
    def show_both(what: str, theirs: tuple[float, ...], ours: object) -> None:
        with capsys.disabled():
            print(f'\n{what}: toolkit {", ".join(f"{value:.7f}" for value in theirs)}; {ours}')
    return show_both


def toolkit_figures(results: dict[str, Any], experiment: str, analysis: str) -> Any:
    """Return an analysis's figures: by tracker, or by tracker and then sequence."""
    found = results[experiment]
    names = [entry['name'] for entry in found['parameters']['analyses']]
    figures = found['results'][names.index(analysis)]
    if len(figures) == len(NAMES) * len(SCENES):
        rows = iter(figures)
        return {name: {scene: next(rows) for scene in SCENES} for name in NAMES}
    return dict(zip(NAMES, figures, strict=True))


def repetitions(
    workspace: Workspace, sequence: Sequence, name: str, experiment: str, count: int,
) -> list[Run]:
    """Return the runs that the toolkit recorded, with overlaps as we count them."""
    truth = truth_regions(sequence)
    return [
        Run.compare(read_trajectory(workspace.trajectory(
            name, experiment, sequence.name, f'{number:03}')), truth, SIZE)
        for number in range(1, count + 1)]


def anchored(workspace: Workspace, sequence: Sequence, name: str) -> list[Run]:
    truth = truth_regions(sequence)
    return [
        Run.compare(
            read_trajectory(workspace.trajectory(
                name, 'multistart', sequence.name, f'{anchor.frame:08}')),
            [truth[frame] for frame in anchor.order(len(truth))], SIZE)
        for anchor in find_anchors(sequence)]


def failures(runs: Iterable[Run]) -> int:
    return sum(entry is Code.FAILURE for run in runs for entry in run.trajectory)


def test_small_stack_has_failures_and_starts_after_them(
    workspace: Workspace, sequences: dict[str, Sequence],
) -> None:
    """Without any, what follows would compare little."""
    for name, least in (('Rat', 1), ('Kcf', 5)):
        runs = [run for sequence in sequences.values()
                for run in repetitions(workspace, sequence, name, 'supervised', 1)]
        assert failures(runs) >= least
        assert sum(entry is Code.INITIALIZATION for run in runs for entry in run.trajectory) > 2
        lost = [failure(run) < len(run) for sequence in sequences.values()
                for run in anchored(workspace, sequence, name)]
        assert {True, False} == set(lost)


@pytest.mark.parametrize('name', NAMES)
def test_supervised_figures_are_the_toolkits(
    workspace: Workspace, results: dict[str, Any], sequences: dict[str, Sequence], name: str,
    show: Callable[..., None],
) -> None:
    runs = {scene: repetitions(workspace, sequences[scene], name, 'supervised', REPETITIONS)
            for scene in SCENES}
    for scene in SCENES:
        accuracy, failed, point, _ = toolkit_figures(results, 'supervised', 'ar')[name][scene]
        figures = supervised_figures([runs[scene]])
        assert figures.accuracy == pytest.approx(accuracy, abs=1e-6)
        assert figures.failures == failed
        assert figures.robustness == pytest.approx(point[0], abs=1e-6)

    accuracy, failed, point, _ = toolkit_figures(results, 'supervised', 'average_ar')[name]
    eao = toolkit_figures(results, 'supervised', 'eao')[name][0]
    figures = supervised_figures([runs[scene] for scene in SCENES], SUPERVISED_RANGE)
    assert figures.accuracy == pytest.approx(accuracy, abs=1e-6)
    assert figures.failures == pytest.approx(failed, abs=1e-6)
    assert figures.robustness == pytest.approx(point[0], abs=1e-6)
    assert figures.eao == pytest.approx(eao, abs=1e-6)
    show(f'{name} supervised', (accuracy, failed, point[0], eao), figures)


@pytest.mark.parametrize('name', NAMES)
def test_unsupervised_figures_are_the_toolkits(
    workspace: Workspace, results: dict[str, Any], sequences: dict[str, Sequence], name: str,
    show: Callable[..., None],
) -> None:
    runs = [repetitions(workspace, sequences[scene], name, 'unsupervised', 1)
            for scene in SCENES]
    by_sequence = toolkit_figures(results, 'unsupervised', 'accuracy')[name]
    for scene, single in zip(SCENES, runs, strict=True):
        assert unsupervised_figures([single]).accuracy == pytest.approx(
            by_sequence[scene][0], abs=1e-6)
    accuracy = toolkit_figures(results, 'unsupervised', 'average_accuracy')[name][0]
    later = toolkit_figures(results, 'unsupervised', 'average_accuracy_1')[name][0]
    curve = toolkit_figures(results, 'unsupervised', 'success')[name][0]
    figures = unsupervised_figures(runs)
    assert figures.accuracy == pytest.approx(accuracy, abs=1e-6)
    assert unsupervised_figures(runs, burn_in=1).accuracy == pytest.approx(later, abs=1e-6)
    assert figures.success == pytest.approx(np.mean([y for _, y in curve]), abs=1e-6)
    show(f'{name} unsupervised', (accuracy,), figures)


@pytest.mark.parametrize('name', NAMES)
def test_multistart_figures_are_the_toolkits(
    workspace: Workspace, results: dict[str, Any], sequences: dict[str, Sequence], name: str,
    show: Callable[..., None],
) -> None:
    runs = {scene: (len(sequences[scene].frames), anchored(workspace, sequences[scene], name))
            for scene in SCENES}
    for scene in SCENES:
        accuracy, robustness, *_ = toolkit_figures(results, 'multistart', 'ar')[name][scene]
        figures = multistart_figures([runs[scene]], MULTISTART_RANGE)
        assert figures.accuracy == pytest.approx(accuracy, abs=1e-6)
        assert figures.robustness == pytest.approx(robustness, abs=1e-6)

    accuracy, robustness, *_ = toolkit_figures(results, 'multistart', 'average_ar')[name]
    eao = toolkit_figures(results, 'multistart', 'eao')[name][0]
    figures = multistart_figures(runs.values(), MULTISTART_RANGE)
    assert figures.accuracy == pytest.approx(accuracy, abs=1e-6)
    assert figures.robustness == pytest.approx(robustness, abs=1e-6)
    assert figures.eao == pytest.approx(eao, abs=1e-6)
    show(f'{name} multistart', (accuracy, robustness, eao), figures)


@pytest.mark.parametrize('name', NAMES)
def test_ranges_of_published_stacks_are_treated_alike_where_sequences_are_too_short(
    workspace: Workspace, results: dict[str, Any], sequences: dict[str, Sequence], name: str,
) -> None:
    """One mean is over nothing, the other one over zeros and what failed runs are worth."""
    supervised = toolkit_figures(results, 'supervised', 'published_eao')[name][0]
    multistart = toolkit_figures(results, 'multistart', 'published_eao')[name][0]

    assert math.isnan(supervised)
    assert math.isnan(supervised_figures(
        [repetitions(workspace, sequences[scene], name, 'supervised', REPETITIONS)
         for scene in SCENES]).eao)
    assert multistart_figures(
        [(len(sequences[scene].frames), anchored(workspace, sequences[scene], name))
         for scene in SCENES]).eao == pytest.approx(multistart, abs=1e-6)


def test_toolkit_makes_the_same_figures_of_runs_that_we_wrote(
    workspace: Workspace, results: dict[str, Any], tmp_path: Path,
) -> None:
    """``rat_tracker vot`` leaves results where the toolkit looks for its own."""
    for experiment in ('supervised', 'unsupervised', 'multistart'):
        outcome = CliRunner().invoke(main, [
            'vot', str(workspace.sequences), '--trackers', TRACKERS['Kcf'][0],
            '--experiment', experiment, '--output', str(tmp_path)])
        assert outcome.exit_code == 0, outcome.output
    (tmp_path / 'results' / TRACKERS['Kcf'][0]).rename(workspace.folder / 'results' / CALLED)

    called = workspace.analysis(CALLED)['results']

    for experiment, analysis in (('supervised', 'average_ar'), ('supervised', 'eao'),
                                 ('unsupervised', 'average_accuracy'), ('multistart', 'eao')):
        index = [entry['name'] for entry in called[experiment]['parameters']['analyses']].index(
            analysis)
        figures = called[experiment]['results'][index][0]
        expected = toolkit_figures(results, experiment, analysis)['Kcf']
        assert figures[:2] == [pytest.approx(value, abs=1e-6) for value in expected[:2]]


def assert_same(ours: Trajectory, theirs: Trajectory) -> None:
    """Compare up to single precision, in which the toolkit holds boxes."""
    assert [entry for entry in ours if isinstance(entry, Code)] == [
        entry for entry in theirs if isinstance(entry, Code)]
    for frame, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if isinstance(one, Box):
            assert isinstance(other, Box), frame
            assert one.values == pytest.approx(other.values, rel=1e-6, abs=1e-5), frame
        else:
            assert one == other, frame


@pytest.mark.parametrize('name', NAMES, scope='module')
class TestRunsInThisProcess:
    """A user gets the toolkit's results without it."""

    def test_supervised(
        self, workspace: Workspace, sequences: dict[str, Sequence], tracker: Tracker, name: str,
    ) -> None:
        for scene, sequence in sequences.items():
            recording = run_supervised(tracker, sequence, skipped=SKIPPED)
            assert recording.image_size == SIZE
            assert_same(recording.trajectory, read_trajectory(
                workspace.trajectory(name, 'supervised', scene, '001')))

    def test_unsupervised(
        self, workspace: Workspace, sequences: dict[str, Sequence], tracker: Tracker, name: str,
    ) -> None:
        for scene, sequence in sequences.items():
            assert_same(
                run_unsupervised(tracker, sequence).trajectory, read_trajectory(
                    workspace.trajectory(name, 'unsupervised', scene, '001')))

    def test_multistart(
        self, workspace: Workspace, sequences: dict[str, Sequence], tracker: Tracker, name: str,
    ) -> None:
        for scene, sequence in sequences.items():
            anchors: List[Anchor] = find_anchors(sequence)
            assert {anchor.frame: -1 if anchor.backward else 1 for anchor in anchors} == (
                ANCHORS[scene])
            for anchor, recording in zip(
                    anchors, run_multistart(tracker, sequence, anchors), strict=True):
                assert_same(recording.trajectory, read_trajectory(
                    workspace.trajectory(name, 'multistart', scene, f'{anchor.frame:08}')))
