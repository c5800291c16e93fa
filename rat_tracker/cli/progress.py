"""The bar that a user watches while frames are worked on."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import Task
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn


class _Rate(TextColumn):
    """Frames per second since the start, reading images and preparing trackers included."""

    def __init__(self) -> None:
        super().__init__('')

    def render(self, task: Task) -> str:  # type: ignore[override]
        return f'{task.finished_speed or task.speed or 0:.0f} frames/s'


@contextmanager
def frame_progress(frames: int, console: Console) -> Iterator[Callable[[int], None]]:
    """Yield what is to be told how many more frames are done, in any thread.

    The bar appears with the first of them: what is refused before that is refused without one.
    """
    progress = Progress(
        TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn(), _Rate(),
        TimeRemainingColumn(), console=console, transient=True)
    bar = progress.add_task('frames', total=frames)

    def advance(count: int) -> None:
        progress.start()
        progress.advance(bar, count)
    try:
        yield advance
    finally:
        if progress.live.is_started:
            progress.stop()
