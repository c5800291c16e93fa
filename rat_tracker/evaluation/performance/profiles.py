"""Profiles, each made by the command in a process of its own, and their tables."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import shlex
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any

from rat_tracker.evaluation.performance.markdown import markdown_table

# What a GPU is measured with: in words, and the options of `rat_tracker profile`, which are also
# those of `rat_tracker engine build` for an engine that has to be built.
GPU_CONFIGURATIONS: Mapping[str, tuple[str, ...]] = {
    'torch float32, eager': ('--engine', 'torch', '--precision', 'float32', '--no-graphs'),
    'torch float16, eager': ('--engine', 'torch', '--precision', 'float16', '--no-graphs'),
    'torch float32, CUDA graph': ('--engine', 'torch', '--precision', 'float32'),
    'torch float16, CUDA graph': ('--engine', 'torch', '--precision', 'float16'),
    'TensorRT float16': ('--engine', 'tensorrt', '--precision', 'float16'),
    'TensorRT for RTX float16': ('--engine', 'tensorrt_rtx', '--precision', 'float16'),
}

_TRACEBACK = 'Traceback (most recent call last):'


class ProfileError(RuntimeError):
    """A profile that could not be made, or an engine; the message is what the command said."""


@dataclass(frozen=True, slots=True)
class MadeProfile:
    """What a command found.

    :param figures: what it wrote as JSON
    """

    command: str
    figures: Mapping[str, Any]


def make_profile(*options: str) -> MadeProfile:
    """Run ``rat_tracker profile``.

    :raises ProfileError: it failed
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / 'profile.json'
        _run('profile', *options, '--json', str(file))
        return MadeProfile(shlex.join(['rat_tracker', 'profile', *options]),
                           json.loads(file.read_text(encoding='utf-8')))


def build_engine(*options: str) -> str:
    """Run ``rat_tracker engine build``, so that no profile begins while an engine is being built.

    :return: the command
    :raises ProfileError: it failed
    """
    _run('engine', 'build', *options)
    return shlex.join(['rat_tracker', 'engine', 'build', *options])


def _run(*arguments: str) -> None:
    outcome = subprocess.run(
        [sys.executable, '-m', 'rat_tracker', *arguments],
        check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if outcome.returncode:
        raise ProfileError(reason(outcome.stderr) or f'exit code {outcome.returncode}')


def reason(said: str) -> str:
    """Return the line of a command's errors that says why it failed; '' if it said nothing.

    That is the last one, or of a traceback the one that names the exception: those of CUDA end
    with advice.
    """
    _, found, traceback = said.rpartition(_TRACEBACK)
    lines = [line for line in (traceback if found else said).splitlines() if line.strip()]
    if found:
        # Exceptions that were raised from others come last, each after its own traceback.
        return next((line for line in lines if not line[0].isspace()), '')
    return lines[-1].removeprefix('Error: ') if lines else ''


def stage_section(made: MadeProfile) -> str:
    """Return the table of stages, and below it memory and the processor's time."""
    found = made.figures
    resident = found['resident']
    joules = found['joules']
    return '\n'.join((
        markdown_table(
            ('stage', 'mean ms', 'p50 ms', 'p99 ms', 'share'),
            [(stage['name'], *(f'{stage[key]:.2f}' for key in ('mean_ms', 'p50_ms', 'p99_ms')),
              f'{stage["share"]:.0%}') for stage in found['stages']]),
        '',
        f'`{found["tracker"]}` on {found["engine"]}: {found["fps"]:.1f} frames/s over '
        f'{found["frames"]} frames; {found["cpu_seconds"]:.2f} CPU seconds per 1,000 frames; '
        f'resident memory {resident["after_warm_up"] / 1e6:.1f} MB after warm-up, '
        f'{resident["at_end"] / 1e6:.1f} MB at the end, peak {resident["peak"] / 1e6:.1f} MB, of '
        f'which {found["clip_bytes"] / 1e6:.1f} MB are the clip; '
        + ('energy not readable here' if joules is None
           else f"{joules:.1f} J per 1,000 frames (the whole machine's processors)") + '.'))


def gpu_section(
    targets: int, frames: int, make: Callable[..., MadeProfile] = make_profile,
    build: Callable[..., str] = build_engine,
    configurations: Mapping[str, Sequence[str]] = GPU_CONFIGURATIONS,
    on_row: Callable[[str], None] = lambda _: None,
) -> str:
    """Return the table of the GPU: one target, and several of them together.

    A configuration that cannot run here has a line that says why.

    :param on_row: told each line of the table, or why there is none, as soon as it is known
    """
    rows, faults, commands = [], [], []
    for name, options in configurations.items():
        try:
            if any(option.startswith('tensorrt') for option in options):
                commands.append(f'    {build(*options)}')
            made = make('--device', 'cuda', *options, '--targets', str(targets),
                        '--frames', str(frames))
        except ProfileError as error:
            faults.append(f'{name}: {error}')
            on_row(faults[-1])
            continue
        commands.append(f'    {made.command}')
        rows.append((f'{name} ({made.figures["engine"]})', *_gpu_cells(made.figures)))
        on_row(' | '.join(rows[-1]))
    table = markdown_table(
        ('engine', 'one target, p50 ms', 'p99 ms', f'{targets} targets, p50 ms', 'p99 ms',
         'ratio of p50', 'learning afterwards, mean ms', f'CPU s / 1,000 frames of {targets}',
         'GPU memory of all, MB'), rows)
    return '\n\n'.join(filter(None, (
        table if rows else '', *faults, '\n'.join(commands))))


def _gpu_cells(figures: Mapping[str, Any]) -> tuple[str, ...]:
    one, total, afterwards = figures['one_target'], figures['stages'][-1], figures['afterwards']
    return (
        f'{one["p50_ms"]:.2f}', f'{one["p99_ms"]:.2f}', f'{total["p50_ms"]:.2f}',
        f'{total["p99_ms"]:.2f}', f'{total["p50_ms"] / one["p50_ms"]:.2f}',
        f'{afterwards["mean_ms"] if afterwards else 0:.2f}', f'{figures["cpu_seconds"]:.2f}',
        f'{(figures["gpu_peak_bytes"] or 0) / 1e6:.0f}')
