"""What the doctor says: one finding a line, each with what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
import enum
from typing import Any


class Level(enum.IntEnum):
    """How bad it is, the worst first."""

    ERROR = 0    # it blocks tracking
    WARNING = 1  # tracking works, but worse than it could
    NOTE = 2     # worth knowing
    OK = 3       # examined, and in order


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    :ivar subject: what it is about, a word that stays the same from release to release
    """

    level: Level
    subject: str
    text: str
    remedy: str = ''

    def as_dict(self) -> dict[str, str]:
        """Return it as it is written for machines."""
        return {'level': self.level.name.lower(), 'subject': self.subject, 'text': self.text,
                'remedy': self.remedy}

    @classmethod
    def from_dict(cls, written: Mapping[str, str]) -> Finding:
        """Return what ``as_dict`` wrote.

        :raises KeyError: something is missing, or the level is unknown
        """
        return cls(Level[written['level'].upper()], written['subject'], written['text'],
                   written['remedy'])


Check = Callable[..., Iterable[Finding]]


def run_checks(checks: Iterable[Check], *arguments: Any) -> list[Finding]:
    """Return what all checks find; one that fails is a finding itself, and harms no other."""
    findings: list[Finding] = []
    for check in checks:
        try:
            findings.extend(check(*arguments))
        except Exception as error:  # noqa: BLE001 - a patient may be ill in any way
            raise_interruption(error)
            name = check.__name__.replace('_', ' ')
            findings.append(Finding(
                Level.WARNING, 'check', f'the check of {name} failed: {_in_a_line(error)}',
                'look at that by other means, and report this line'))
    return findings


def raise_interruption(error: BaseException | None) -> None:
    """Raise the interruption or exit behind an error, if there is one.

    Libraries that are interrupted while they are imported turn that into an ImportError.
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error
        error = error.__cause__ or error.__context__


def _in_a_line(error: Exception) -> str:
    return f'{type(error).__name__}: {" ".join(str(error).split())}'
