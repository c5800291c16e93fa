"""``rat_tracker performance``: the tables of a document, made in one run."""

from __future__ import annotations

from pathlib import Path
import re
import subprocess
import sys

from click.testing import CliRunner
import pytest
from support_datasets import write_sequence
import torch

from rat_tracker.cli import main
from rat_tracker.evaluation.performance.profiles import GPU_CONFIGURATIONS
from rat_tracker.evaluation.performance.profiles import gpu_section
from rat_tracker.evaluation.performance.profiles import make_profile
from rat_tracker.evaluation.performance.profiles import ProfileError

SMALL = 'rat:patch_side=64:channels=8:ranking_channels=8'


def test_all_tables_are_printed_and_written(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, '-m', 'rat_tracker', 'performance', '--trackers', f'{SMALL},opencv:kcf',
         '--frames', '4', '--rounds', '2', '--cores', '1', '--output', str(tmp_path / 'out')],
        check=False, capture_output=True, text=True)

    assert outcome.returncode == 0, outcome.stderr
    text = (tmp_path / 'out' / 'performance.md').read_text(encoding='utf-8')
    assert outcome.stdout == f'{text}written to {tmp_path}/out/performance.md\n'
    assert re.findall('^## (.*)$', text, re.MULTILINE) == [
        'Where the time of a frame goes', 'Beside the peers', 'What it costs',
        'On an NVIDIA GPU']
    assert '| network | ' in text
    assert f'|  | `{SMALL}` | `opencv:kcf` |' in text
    assert re.search(r'\| ratio to opencv:kcf \| [\d.]+ .*\| 1.00 \|', text)
    assert re.search(r'\| peak memory, MB \| \d+ \| \d+ \|', text)
    assert '3 synthetic clips of 640×480, 4 frames each' in text
    assert text.count(', 1 cores; Python 3.') == 3
    assert '    rat_tracker profile --frames 4\n' in text
    assert text.count(f'    rat_tracker performance --trackers {SMALL},opencv:kcf --frames 4') == 2
    if not torch.cuda.is_available():
        assert 'No NVIDIA GPU that torch can use was found.' in text


def test_data_set_is_measured_with_its_accuracy(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'set' / 'card')

    outcome = CliRunner().invoke(main, [
        'performance', str(tmp_path / 'set'), '--trackers', 'opencv:kcf', '--rounds', '1',
        '--frames', '5', '--output', str(tmp_path)])

    assert outcome.exit_code == 0, outcome.output
    assert '1 sequences of set, 5 frames' in outcome.output
    success = re.search(r'\| success \(AUC\) \| ([\d.]+) \|', outcome.output)
    assert success is not None
    assert float(success[1]) > 0.5


@pytest.mark.skipif(not torch.cuda.is_available(), reason='this needs an NVIDIA GPU')
def test_gpu_is_measured_with_one_target_and_with_two() -> None:
    text = gpu_section(2, 20, configurations={
        'eager': ('--engine', 'torch', '--no-graphs'), 'CUDA graph': ('--engine', 'torch')})

    assert re.search(r'\| eager \(torch on cuda.*\) \|( [\d.]+ \|){8}', text)
    assert re.search(r'\| CUDA graph \(torch on cuda.*\) \|( [\d.]+ \|){8}', text)
    assert 'one target, p50 ms | p99 ms | 2 targets, p50 ms' in text


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is an NVIDIA GPU')
def test_configuration_that_cannot_run_here_says_so_in_one_line_each() -> None:
    configurations = {name: GPU_CONFIGURATIONS[name] for name in (
        'torch float32, eager', 'TensorRT for RTX float16')}

    text = gpu_section(2, 20, configurations=configurations)

    assert re.fullmatch(r"torch float32, eager: device 'cuda' needs an NVIDIA GPU[^\n]*\n\n"
                        r"TensorRT for RTX float16: engine 'tensorrt_rtx' needs [^\n]*", text)


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is an NVIDIA GPU')
def test_gpu_alone_can_be_asked_for(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, ['performance', '--gpu-only', '--output', str(tmp_path)])

    assert outcome.exit_code == 0, outcome.output
    text = (tmp_path / 'performance.md').read_text(encoding='utf-8')
    assert text == ('## On an NVIDIA GPU\n\n'
                    'No NVIDIA GPU that torch can use was found.\n\n')


@pytest.mark.parametrize(('arguments', 'message'), [
    (['--trackers', 'cat'], "unknown tracker 'cat'; choose from: rat, opencv:csrt"),
    (['--nano-models', '/nowhere'], '/nowhere/nanotrack_backbone_sim.onnx is missing'),
    (['/nowhere'], 'data set /nowhere is not a folder'),
    (['--cores', '4096'], '--cores 4096 is more than this process may use'),
    (['--output', '/proc/out'], '/proc/out cannot be written'),
])
def test_what_cannot_work_is_refused_in_one_line(
    tmp_path: Path, arguments: list[str], message: str,
) -> None:
    outcome = CliRunner().invoke(
        main, ['performance', '--frames', '2', '--output', str(tmp_path), *arguments])

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1


def test_profile_that_fails_says_why() -> None:
    with pytest.raises(ProfileError, match=r"^unknown engine 'onnx'; choose one of"):
        make_profile('--engine', 'onnx', '--frames', '1', '--width', '64', '--height', '64')
