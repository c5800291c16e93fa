"""What the doctor found, for people and for machines."""

from __future__ import annotations

from collections.abc import Sequence
import textwrap
from typing import Any

from rich.console import Console
from rich.text import Text

from rat_tracker.doctor.finding import Finding
from rat_tracker.doctor.finding import Level

SCHEMA = 1  # grows when something in the JSON changes its meaning or goes
_STYLES = {Level.ERROR: 'bold red', Level.WARNING: 'yellow', Level.NOTE: 'cyan', Level.OK: 'green'}
_INDENT = 9


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings in order of their levels; within one they stay in order."""
    return sorted(findings, key=lambda finding: finding.level)


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether a fault blocks tracking."""
    return any(finding.level is Level.ERROR for finding in findings)


def as_json(findings: Sequence[Finding], topics: Sequence[Any]) -> dict[str, Any]:
    """Return everything for machines."""
    return {
        'schema': SCHEMA,
        'ok': not has_errors(findings),
        'findings': [finding.as_dict() for finding in worst_first(findings)],
        'topics': list(topics),
    }


def show(findings: Sequence[Finding], console: Console) -> None:
    """Print one finding after the other: in a terminal folded, with its remedy below; else a line.

    A remedy is not folded: the terminal does that, and what is copied from it stays one line.
    """
    for finding in worst_first(findings):
        if console.is_terminal:
            _show_folded(finding, console)
        else:
            remedy = f' -> {finding.remedy}' if finding.remedy else ''
            console.print(
                f'{finding.level.name.lower()}: {finding.subject}: {finding.text}{remedy}',
                markup=False, highlight=False, soft_wrap=True)
    console.print(_verdict(findings), markup=False, highlight=False, soft_wrap=True)


def _show_folded(finding: Finding, console: Console) -> None:
    style = _STYLES[finding.level]
    margin = Text(f'{finding.level.name.lower():<{_INDENT}}', style)
    width = max(console.width - _INDENT, 20)
    for line in textwrap.wrap(f'{finding.subject}: {finding.text}', width, break_long_words=False,
                              break_on_hyphens=False):
        console.print(margin + Text(line), soft_wrap=True)
        margin = Text(' ' * _INDENT)
    if finding.remedy:
        console.print(Text(f'{"-> ":>{_INDENT}}{finding.remedy}', 'bold'), soft_wrap=True)


def _verdict(findings: Sequence[Finding]) -> str:
    errors, warnings = (sum(finding.level is level for finding in findings)
                        for level in (Level.ERROR, Level.WARNING))
    if not errors and not warnings:
        return 'Nothing blocks tracking.'
    counts = ' and '.join(_count(number, word) for number, word in (
        (errors, 'error'), (warnings, 'warning')) if number)
    return (f'{counts}: ' + ('tracking is blocked.' if errors
                             else 'nothing blocks tracking.'))


def _count(number: int, word: str) -> str:
    return f'{number} {word}' if number == 1 else f'{number} {word}s'
