"""``rat_tracker engine``: engines are built before they are needed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from click.testing import CliRunner
from click.testing import Result
import pytest
import torch

from rat_tracker.cli import main

has_rtx = importlib.util.find_spec('tensorrt_rtx_bindings') is not None
needs_rtx = pytest.mark.skipif(not has_rtx, reason='package tensorrt-rtx-cu13-bindings is missing')
needs_no_torch_tensorrt = pytest.mark.skipif(
    importlib.util.find_spec('torch_tensorrt') is not None, reason='torch_tensorrt is installed')
SMALL = 'rat:patch_side=64'


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ['engine', *map(str, arguments)])


def build(cache: Path, *capabilities: str) -> list[str]:
    """Build for the small tracker; return the lines that were printed."""
    options = [word for number in capabilities for word in ('--capability', number)]
    outcome = run('build', '--tracker', SMALL, '--cache', cache, *options)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output.splitlines()


@needs_rtx
def test_engines_are_built_once_for_every_gpu_that_was_named(tmp_path: Path) -> None:
    first = build(tmp_path / 'engines', '8.6', '8.9')
    second = build(tmp_path / 'engines', '8.9', '12.0')

    assert [line.partition(':')[0] for line in first] == [
        'building', 'building', f'engines are in {tmp_path / "engines"}']
    assert [line.partition(':')[0] for line in second[:2]] == ['there already', 'building']
    assert second[0].endswith('×64×64×3 float16, compute capability 8.9')
    assert len(list((tmp_path / 'engines').iterdir())) == 3


@needs_rtx
def test_damaged_engine_is_built_again(tmp_path: Path) -> None:
    build(tmp_path / 'engines', '8.6')
    [file] = (tmp_path / 'engines').iterdir()
    whole = file.stat().st_size
    file.write_bytes(file.read_bytes()[:1000])

    assert 'not used: ' in run('list', '--cache', tmp_path / 'engines').output
    lines = build(tmp_path / 'engines', '8.6')

    assert lines[0].startswith('building: ')
    assert file.stat().st_size == pytest.approx(whole, rel=0.1)


@needs_rtx
def test_engines_are_listed(tmp_path: Path) -> None:
    build(tmp_path / 'engines', '8.6')

    outcome = run('list', '--cache', tmp_path / 'engines')

    engine, summary = outcome.output.splitlines()
    assert engine.startswith('tensorrt_rtx, BackboneWithBoxHead ')
    assert 'compute capability 8.6, built by TensorRT-RTX ' in engine
    assert engine.endswith(' MB')
    assert summary == f'1 in {tmp_path / "engines"}'


def test_empty_list_is_reported(tmp_path: Path) -> None:
    assert run('list', '--cache', tmp_path / 'none').output == f'0 in {tmp_path / "none"}\n'


@pytest.mark.parametrize(('arguments', 'message'), [
    (['--precision', 'int2'], "unknown precision 'int2'; choose one of: auto, float32, float16"),
    (['--engine', 'onnx'], "unknown engine 'onnx'; choose one of: "),
    (['--engine', 'torch'], "engine 'torch' runs networks as they are: there is nothing to"),
    pytest.param(['--engine', 'tensorrt'], 'pip install -r requirements/tensorrt.txt\n',
                 marks=needs_no_torch_tensorrt),
    pytest.param(['--capability', '9.0'], 'for compute capability 9.0; choose from: 7.5, 8.0, 8.6',
                 marks=needs_rtx),
    pytest.param(['--capability', '8.6', '--tracker', 'cat'], "unknown tracker 'cat'",
                 marks=needs_rtx),
])
def test_what_cannot_be_built_is_refused_in_one_line(
    tmp_path: Path, arguments: list[str], message: str,
) -> None:
    outcome = run('build', '--cache', tmp_path / 'engines', *arguments)

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1


@needs_rtx
def test_machine_without_a_gpu_has_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)

    outcome = run('build')

    assert outcome.exit_code == 2
    assert 'was found; say which GPUs to build for, as in --capability 8.6' in outcome.stderr


@needs_rtx
def test_folder_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    for verb in (['build', '--capability', '8.6'], ['list']):
        outcome = run(*verb, '--cache', tmp_path)
        assert outcome.exit_code == 2
        assert f'run: chmod 700 {tmp_path}\n' in outcome.stderr


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)

    outcome = run('build', '--capability', '8.6')

    assert outcome.exit_code == 2
    assert 'pip install -r requirements/tensorrt_rtx.txt\n' in outcome.stderr
