"""What a run could not write; all else that it has made is written all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Missing:
    """Files that are not there, or not whole, and why: a line for each."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @contextmanager
    def unless_written(self, name: str) -> Iterator[None]:
        """Let the block write a file; where it cannot, a line says so and the program goes on.

        :param name: what the line calls the file
        """
        try:
            yield
        # RuntimeError: what our own errors of pictures, videos and data sets are.
        except (OSError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            self.lines.append(f'{name} is missing: {reason or " ".join(str(error).split())}')
