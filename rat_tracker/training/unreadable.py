"""What is done about pictures that turn out to be damaged when they are drawn."""

from __future__ import annotations

from collections.abc import Callable
import logging
from typing import TypeVar

from rat_tracker.datasets import DatasetError

_log = logging.getLogger(__name__)
_TRIES = 100  # in a row, until no more is tried

Drawn = TypeVar('Drawn')


class Unreadable:
    """Draws again where a picture cannot be read, and keeps the reasons.

    A picture is tried again whenever it is drawn: what is drawn depends on nothing before it.

    :ivar reasons: each names a file, in the order in which they were found
    """

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def drawn(self, draw: Callable[[], Drawn]) -> Drawn:
        """Return what is drawn first that can be read.

        :raises DatasetError: many in a row cannot
        """
        fault = ''
        for _ in range(_TRIES):
            try:
                return draw()
            except DatasetError as error:
                fault = str(error)
                if fault not in self.reasons:
                    self.reasons.append(fault)
                    _log.warning('passed over: %s', fault)
        raise DatasetError(f'{fault}; so it is with {_TRIES} clips and pictures in a row')
