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
    """How many a second since the start, reading images and preparing trackers included."""

    def __init__(self, what: str) -> None:
        super().__init__('')
        self._what = what

    def render(self, task: Task) -> str:  # type: ignore[override]
        return f'{task.finished_speed or task.speed or 0:.3g} {self._what}/s'


@contextmanager
def frame_progress(
    count: int | None, console: Console, what: str = 'frames',
) -> Iterator[Callable[[int], None]]:
    """Yield what is to be told how many more frames, or ``what``, are done, in any thread.

    The bar appears with the first of them: what is refused before that is refused without one.

    :param count: of all of them; None where nobody knows
    """
    progress = Progress(
        TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn(), _Rate(what),
        TimeRemainingColumn(), console=console, transient=True)
    bar = progress.add_task(what, total=count)

    def advance(more: int) -> None:
        progress.start()
        progress.advance(bar, more)
    try:
        yield advance
    finally:
        if progress.live.is_started:
            progress.stop()
