"""VOT's own toolkit runs our trackers over TraX, and its metrics are ours."""

from __future__ import annotations

from collections.abc import Callable
import math
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from peers.vot_workspace import CALLED
from peers.vot_workspace import EAO_RANGE
from peers.vot_workspace import make_workspace
from peers.vot_workspace import PUBLISHED_RANGE
from peers.vot_workspace import SCENES
from peers.vot_workspace import TOOLKIT
from peers.vot_workspace import TRACKERS
from peers.vot_workspace import Workspace
import pytest
from support_vot import read_trajectory

from rat_tracker.cli import main
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.vot.experiment import run_supervised
from rat_tracker.evaluation.vot.metrics import count_failures
from rat_tracker.evaluation.vot.metrics import Run
from rat_tracker.evaluation.vot.metrics import vot_metrics
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import Trajectory
from rat_tracker.evaluation.vot.regions import truth_regions
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
    """Return what the toolkit made of the runs."""
    return workspace.analysis(*NAMES)['results']['supervised']


@pytest.fixture(scope='module')
def sequences(workspace: Workspace) -> dict[str, Sequence]:
    return {sequence.name: sequence for sequence in load_dataset(workspace.sequences)}


@pytest.fixture(scope='module')
def tracker(name: str) -> Tracker:
    """Return the tracker itself, not served."""
    return create_tracker_or_baseline(TRACKERS[name])


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Return what puts metrics on the terminal, where a reader may compare them, too."""
    def show_both(what: str, theirs: tuple[float, ...], ours: object) -> None:
        with capsys.disabled():
            print(f'\n{what}: toolkit {", ".join(f"{value:.7f}" for value in theirs)}; {ours}')
    return show_both


def toolkit_metrics(results: dict[str, Any], analysis: str) -> Any:
    """Return an analysis's metrics: by tracker, or by tracker and then sequence."""
    names = [entry['name'] for entry in results['parameters']['analyses']]
    metrics = results['results'][names.index(analysis)]
    if len(metrics) == len(NAMES) * len(SCENES):
        rows = iter(metrics)
        return {name: {scene: next(rows) for scene in SCENES} for name in NAMES}
    return dict(zip(NAMES, metrics, strict=True))


def recorded(workspace: Workspace, sequence: Sequence, name: str) -> Run:
    """Return the run that the toolkit recorded, with overlaps as we count them."""
    return Run.compare(
        read_trajectory(workspace.trajectory(name, 'supervised', sequence.name)),
        truth_regions(sequence), SIZE)


def test_small_stack_has_failures_and_starts_after_them(
    workspace: Workspace, sequences: dict[str, Sequence],
) -> None:
    """Without any, what follows would compare little; KCF fails on every processor."""
    runs = [recorded(workspace, sequence, 'Kcf') for sequence in sequences.values()]

    assert sum(map(count_failures, runs)) > 1
    assert sum(entry is Code.INITIALIZATION for run in runs for entry in run.trajectory) > 2


@pytest.mark.parametrize('name', NAMES)
def test_metrics_are_the_toolkits(
    workspace: Workspace, results: dict[str, Any], sequences: dict[str, Sequence], name: str,
    show: Callable[..., None],
) -> None:
    runs = {scene: recorded(workspace, sequences[scene], name) for scene in SCENES}
    for scene in SCENES:
        accuracy, failed, point, _ = toolkit_metrics(results, 'ar')[name][scene]
        metrics = vot_metrics([runs[scene]], EAO_RANGE)
        assert metrics.accuracy == pytest.approx(accuracy, abs=1e-6)
        assert metrics.failures == failed
        assert metrics.robustness == pytest.approx(point[0], abs=1e-6)

    accuracy, failed, point, _ = toolkit_metrics(results, 'average_ar')[name]
    eao = toolkit_metrics(results, 'eao')[name][0]
    metrics = vot_metrics(runs.values(), EAO_RANGE)
    assert metrics.accuracy == pytest.approx(accuracy, abs=1e-6)
    assert metrics.failures == pytest.approx(failed, abs=1e-6)
    assert metrics.robustness == pytest.approx(point[0], abs=1e-6)
    assert metrics.eao == pytest.approx(eao, abs=1e-6)
    show(name, (accuracy, failed, point[0], eao), metrics)


@pytest.mark.parametrize('name', NAMES)
def test_range_of_a_published_stack_is_treated_alike_where_sequences_are_too_short(
    workspace: Workspace, results: dict[str, Any], sequences: dict[str, Sequence], name: str,
) -> None:
    """The mean is over nothing."""
    runs = [recorded(workspace, sequences[scene], name) for scene in SCENES]

    assert math.isnan(toolkit_metrics(results, 'published_eao')[name][0])
    assert math.isnan(vot_metrics(runs, PUBLISHED_RANGE).eao)


def test_toolkit_makes_the_same_metrics_of_runs_that_we_wrote(
    workspace: Workspace, results: dict[str, Any], tmp_path: Path,
) -> None:
    """``rat_tracker vot`` leaves results where the toolkit looks for its own."""
    outcome = CliRunner().invoke(main, [
        'vot', str(workspace.sequences), '--trackers', TRACKERS['Kcf'],
        '--output', str(tmp_path)])
    assert outcome.exit_code == 0, outcome.output
    (tmp_path / 'results' / TRACKERS['Kcf']).rename(workspace.folder / 'results' / CALLED)

    called = workspace.analysis(CALLED)['results']['supervised']

    for analysis in ('average_ar', 'eao'):
        index = [entry['name'] for entry in called['parameters']['analyses']].index(analysis)
        expected = toolkit_metrics(results, analysis)['Kcf']
        assert called['results'][index][0][:2] == [
            pytest.approx(value, abs=1e-6) for value in expected[:2]]


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
def test_runs_in_this_process_are_the_toolkits(
    workspace: Workspace, sequences: dict[str, Sequence], tracker: Tracker, name: str,
) -> None:
    """A user gets the toolkit's results without it."""
    for scene, sequence in sequences.items():
        recording = run_supervised(tracker, sequence)
        assert recording.image_size == SIZE
        assert_same(recording.trajectory, read_trajectory(
            workspace.trajectory(name, 'supervised', scene)))
