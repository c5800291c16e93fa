"""Wait for the executor to come round, inside of a coroutine that it runs."""

from __future__ import annotations

from collections.abc import Generator


class NextTurn:
    """Awaiting this lets the executor do everything else first that is ready."""

    def __await__(self) -> Generator[None, None, None]:
        yield
