"""The figures of a contest and of profiles, and how a document shows them."""

from __future__ import annotations

from collections.abc import Sequence as List
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rat_tracker.cli.engine import build
from rat_tracker.cli.profile import profile
from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.engines import ENGINES
from rat_tracker.engines import PRECISIONS
from rat_tracker.evaluation.performance.contest import Turn
from rat_tracker.evaluation.performance.markdown import markdown_table
from rat_tracker.evaluation.performance.profiles import GPU_CONFIGURATIONS
from rat_tracker.evaluation.performance.profiles import gpu_section
from rat_tracker.evaluation.performance.profiles import MadeProfile
from rat_tracker.evaluation.performance.profiles import ProfileError
from rat_tracker.evaluation.performance.profiles import reason
from rat_tracker.evaluation.performance.profiles import stage_section
from rat_tracker.evaluation.performance.standing import Spread
from rat_tracker.evaluation.performance.standing import Standing
from rat_tracker.evaluation.performance.standing import standings
from rat_tracker.evaluation.performance.tables import cost_section
from rat_tracker.evaluation.performance.tables import speed_section
from rat_tracker.evaluation.running.runner import SequenceRun

TRUTH = np.tile([10.0, 10, 20, 20], (3, 1))
CLIP = Sequence('clip', ImageFiles((Path('a.jpg'),) * 3), TRUTH)


def turn(tracker: str, lap: int, seconds: List[float], cpu: float, peak: int = 1) -> Turn:
    """A tracker that is right but in the first round, whose boxes are the ones that count."""
    boxes = TRUTH.copy()
    boxes[1:, 0] += 0 if lap == 0 else 500
    return Turn(tracker, CLIP, lap, SequenceRun(
        boxes, np.ones(3), np.array([0.3, *seconds]), {}, (64, 48), peak * 1_000_000), cpu)


TURNS = [
    turn('rat', 0, [0.01, 0.01], 0.04, 300), turn('opencv:csrt', 0, [0.02, 0.02], 0.06),
    turn('opencv:csrt', 1, [0.05, 0.05], 0.06, 80), turn('rat', 1, [0.01, 0.03], 0.06),
    turn('rat', 2, [0.02, 0.08], 0.05), turn('opencv:csrt', 2, [0.2, 0.2], 0.06),
]


@pytest.fixture
def found() -> list[Standing]:
    return standings(TURNS)


def test_speed_is_that_of_each_round_without_the_start(found: list[Standing]) -> None:
    rat, csrt = found

    assert (rat.tracker, csrt.tracker) == ('rat', 'opencv:csrt')
    assert rat.fps == pytest.approx((100, 50, 20))
    assert csrt.fps == pytest.approx((50, 20, 5))
    assert rat.init_ms == pytest.approx(300)
    assert rat.p50_ms == pytest.approx(15)  # of 10, 10, 10, 20, 30, 80


def test_ratio_is_that_of_the_same_round(found: list[Standing]) -> None:
    rat, csrt = found

    ratio = rat.ratio_to(csrt)

    assert (ratio.median, ratio.low, ratio.high) == pytest.approx((2.5, 2, 4))


def test_processors_time_is_for_a_thousand_frames(found: list[Standing]) -> None:
    assert found[0].cpu_seconds == pytest.approx((20, 30, 25))


def test_accuracy_is_that_of_the_first_round_and_memory_the_most(found: list[Standing]) -> None:
    assert found[0].accuracy.auc == pytest.approx(20 / 21)
    assert found[0].peak_bytes == 300_000_000


def test_table_of_speed_shows_medians_with_their_range(found: list[Standing]) -> None:
    text = speed_section(found)

    assert text.splitlines()[:4] == [
        '|  | `rat` | `opencv:csrt` |',
        '| --- | --: | --: |',
        '| frames per second | 50.0 (20.0–100.0) | 20.0 (5.0–50.0) |',
        '| ratio to opencv:csrt | 2.50 (2.00–4.00) | 1.00 |']
    assert '| success (AUC) | 0.952 | 0.952 |' in text
    assert 'Medians of 3 rounds' in text


def test_table_of_one_round_has_no_ranges() -> None:
    text = speed_section(standings(TURNS[:2]))

    assert '| frames per second | 100.0 | 50.0 |' in text
    assert text.endswith('One round.')


def test_without_csrt_the_last_tracker_is_the_measure() -> None:
    text = speed_section(standings([turn('rat', 0, [0.01, 0.01], 1),
                                    turn('opencv:kcf', 0, [0.005, 0.005], 1)]))

    assert '| ratio to opencv:kcf | 0.50 | 1.00 |' in text


def test_table_of_cost_shows_memory_and_processors_time(found: list[Standing]) -> None:
    assert cost_section(found).splitlines()[2:] == [
        '| peak memory, MB | 300 | 80 |',
        '| CPU s / 1,000 frames | 25.00 (20.00–30.00) | 30.00 |']


def test_spread_of_one_value_is_that_value() -> None:
    assert Spread.of([3.0]) == Spread(3.0, 3.0, 3.0)


def test_bars_in_a_text_do_not_end_its_cell() -> None:
    assert markdown_table(['a|b'], [['c']]) == '| a\\|b |\n| --- |\n| c |'


def stage(name: str, p50: float, p99: float) -> dict[str, Any]:
    return {'name': name, 'mean_ms': p50, 'p50_ms': p50, 'p99_ms': p99, 'share': 0.5}


FIGURES = {
    'tracker': 'rat', 'engine': 'torch on cuda', 'fps': 500.0, 'frames': 300, 'cpu_seconds': 2.5,
    'resident': {'after_warm_up': 400_000_000, 'at_end': 401_000_000, 'peak': 500_000_000},
    'clip_bytes': 55_000_000, 'joules': None, 'gpu_peak_bytes': 90_000_000,
    'afterwards': stage('afterwards', 0.7, 0.9),
    'stages': [stage('crop', 0.5, 1), stage('total', 4, 6)], 'one_target': stage('total', 1, 2),
}


def test_table_of_stages_has_a_line_for_each_and_says_what_it_took() -> None:
    text = stage_section(MadeProfile('rat_tracker profile', FIGURES))

    assert '| crop | 0.50 | 0.50 | 1.00 | 50% |' in text
    assert '2.50 CPU seconds per 1,000 frames' in text
    assert '400.0 MB after warm-up, 401.0 MB at the end, peak 500.0 MB' in text
    assert 'energy not readable here' in text
    assert '7.0 J per 1,000 frames' in stage_section(
        MadeProfile('rat_tracker profile', {**FIGURES, 'joules': 7.0}))


def never(*_: str) -> str:
    raise AssertionError('torch needs no engine to be built')


def test_table_of_the_gpu_compares_one_target_with_several() -> None:
    asked: list[tuple[str, ...]] = []

    def make(*options: str) -> MadeProfile:
        asked.append(options)
        return MadeProfile('rat_tracker profile …', FIGURES)

    text = gpu_section(8, 100, make, never, {'torch': ('--engine', 'torch')})

    assert asked == [
        ('--device', 'cuda', '--engine', 'torch', '--targets', '8', '--frames', '100')]
    figures = '1.00 | 2.00 | 4.00 | 6.00 | 4.00 | 0.70 | 2.50 | 90'
    assert f'| torch (torch on cuda) | {figures} |' in text
    assert text.endswith('    rat_tracker profile …')


def test_what_a_gpu_cannot_run_is_said_below_the_table() -> None:
    def make(*options: str) -> MadeProfile:
        if 'tensorrt' in options:
            raise ProfileError('it is not installed')
        return MadeProfile('rat_tracker profile …', FIGURES)

    told: list[str] = []
    text = gpu_section(8, 100, make, lambda *_: 'rat_tracker engine build',
                       {'TensorRT': ('--engine', 'tensorrt'), 'torch': ()}, told.append)

    assert '| torch (torch on cuda) |' in text
    assert 'TensorRT: it is not installed' in text
    assert told[0] == 'TensorRT: it is not installed'
    assert told[1].startswith('torch (torch on cuda) | 1.00 | 2.00 |')


def test_engine_is_built_before_it_is_measured() -> None:
    done: list[str] = []

    def build(*options: str) -> str:
        done.append(f'build {" ".join(options)}')
        return 'rat_tracker engine build …'

    def make(*options: str) -> MadeProfile:
        done.append('profile')
        return MadeProfile('rat_tracker profile …', FIGURES)

    text = gpu_section(8, 100, make, build, {'TensorRT': ('--engine', 'tensorrt_rtx')})

    assert done == ['build --engine tensorrt_rtx', 'profile']
    assert text.endswith('    rat_tracker engine build …\n    rat_tracker profile …')


def test_no_table_is_shown_where_nothing_could_run() -> None:
    def make(*_: str) -> MadeProfile:
        raise ProfileError('there is no GPU')

    assert gpu_section(8, 100, make, never, {'torch': ()}) == 'torch: there is no GPU'


@pytest.mark.parametrize('options', GPU_CONFIGURATIONS.values(), ids=GPU_CONFIGURATIONS)
def test_what_a_gpu_is_measured_with_exists(options: tuple[str, ...]) -> None:
    chosen = profile.make_context('profile', [*options, '--device', 'cuda']).params

    assert chosen['engine'] in ENGINES
    assert chosen['precision'] in PRECISIONS


@pytest.mark.parametrize(
    'options', [options for options in GPU_CONFIGURATIONS.values() if 'torch' not in options])
def test_engine_that_a_gpu_is_measured_with_can_be_built(options: tuple[str, ...]) -> None:
    profiled = profile.make_context('profile', list(options)).params
    built = build.make_context('build', list(options)).params

    assert (built['name'], built['precision']) == (profiled['engine'], profiled['precision'])


def test_eager_graph_and_both_kinds_of_tensorrt_are_measured() -> None:
    chosen = [profile.make_context('profile', list(options)).params
              for options in GPU_CONFIGURATIONS.values()]

    assert [(each['engine'], each['precision'], each['graphs']) for each in chosen] == [
        ('torch', 'float32', False), ('torch', 'float16', False),
        ('torch', 'float32', True), ('torch', 'float16', True),
        ('tensorrt', 'float16', True), ('tensorrt_rtx', 'float16', True)]


@pytest.mark.parametrize(('said', 'why'), [
    ('', ''),
    ('a warning\nError: it is not installed\n', 'it is not installed'),
    ('Usage: rat_tracker\n\nError: No such option: --cat', 'No such option: --cat'),
    ('Traceback (most recent call last):\n  File "a.py", line 1\n    work()\n'
     'torch.AcceleratorError: CUDA error: an illegal memory access\n'
     'Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.\n\n',
     'torch.AcceleratorError: CUDA error: an illegal memory access'),
    ('Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n\nThe above '
     'exception was the direct cause of the following exception:\n\nTraceback (most recent call '
     'last):\n  File "a.py", line 2\nValueError: it is broken\n', 'ValueError: it is broken'),
])
def test_reason_of_a_failure_is_one_line(said: str, why: str) -> None:
    assert reason(said) == why
