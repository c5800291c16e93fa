"""One message out of a bag."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rat_tracker.stamps import NANOSECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """One message that has a header.

    ``message`` is None where its bytes are none, and ``fault`` says so.
    """

    time: int  # when it was recorded, nanoseconds
    message: Any
    fault: str = ''

    @property
    def stamp(self) -> int:
        """The header's, nanoseconds; 0 where there is none."""
        if self.message is None:
            return 0
        stamp = self.message.header.stamp
        return int(stamp.sec) * NANOSECONDS + int(stamp.nanosec)


# By topic, who is called with its messages as they come in between those that are iterated over.
Auxiliary = Mapping[str, Callable[[Recorded], None]]
