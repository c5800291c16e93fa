"""What a profile shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rat_tracker.evaluation.running.profile import Profile


def stage_table(result: Profile, title: str) -> Table:
    """Show the time of each stage, for all targets together."""
    table = Table(title=Text(title if result.targets == 1 else
                             f'{title}, {result.targets} targets'))
    table.add_column('stage')
    for name in ('mean ms', 'p50 ms', 'p99 ms', 'share'):
        table.add_column(name, justify='right')
    for stage in result.stages:
        table.add_row(stage.name, f'{stage.mean_ms:.2f}', f'{stage.p50_ms:.2f}',
                      f'{stage.p99_ms:.2f}', f'{stage.share:.0%}',
                      end_section=stage is result.stages[-2])
    return table


def profile_lines(result: Profile, clip_bytes: int) -> Iterator[str]:
    """Yield what else was measured, a line for each subject.

    :param clip_bytes: of the memory, what the images that are played take
    """
    yield (f'speed: {result.fps:.1f} frames/s over {result.frames} frames, '
           f'init {result.init_ms:.0f} ms')
    if result.afterwards is not None:
        yield ('afterwards, while nobody waits, is learned: mean '
               f'{result.afterwards.mean_ms:.2f} ms, p99 {result.afterwards.p99_ms:.2f} ms; the '
               'speed counts that')
    if result.one_target is not None:
        one, total = result.one_target, result.total
        yield (f'{result.targets} targets together: p50 {total.p50_ms:.2f} ms, p99 '
               f'{total.p99_ms:.2f} ms; one alone: p50 {one.p50_ms:.2f} ms, p99 '
               f'{one.p99_ms:.2f} ms; ratio {total.p50_ms / one.p50_ms:.2f} (p50), '
               f'{total.p99_ms / one.p99_ms:.2f} (p99)')
    yield (f'processor: {result.cpu_seconds:.2f} CPU seconds per 1,000 frames '
           '(all threads, user and system)')
    resident = result.resident
    yield (f'resident memory: {megabytes(resident.after_warm_up)} after warm-up, '
           f'{megabytes(resident.at_end)} after {result.frames:,} frames, '
           f'peak {megabytes(resident.peak)}' + (
               f'; {megabytes(clip_bytes)} of it are the clip' if clip_bytes else ''))
    if result.gpu_peak_bytes is not None:
        yield f'GPU memory: peak {megabytes(result.gpu_peak_bytes)} of torch'
    yield f'kept of what is followed: {megabytes(result.kept_bytes)}'
    yield 'energy: ' + (
        'not readable here' if result.joules is None else
        f"{result.joules:.1f} J per 1,000 frames (the whole machine's processors)")


def megabytes(size: int | None) -> str:
    return 'not known' if size is None else f'{size / 1e6:.1f} MB'
