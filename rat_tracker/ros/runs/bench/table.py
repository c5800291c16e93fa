"""The results as a table for the terminal, as Markdown and as CSV."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
import csv
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import fields
from pathlib import Path

from rich import box
from rich.table import Table

from rat_tracker.ros.runs.bench.configuration import Configuration
from rat_tracker.ros.runs.bench.configuration import Figures
from rat_tracker.ros.runs.bench.configuration import Result
from rat_tracker.system.files import write_whole


@dataclass(frozen=True, slots=True)
class _Column:
    """A figure's name, and its text in each row."""

    head: str
    text: Callable[[Figures], str]


# What is measured in every configuration, and what only where a console_node runs.
_COLUMNS = (
    _Column('p50 ms', lambda found: f'{found.latency_p50_ms:.1f}'),
    _Column('p99 ms', lambda found: f'{found.latency_p99_ms:.1f}'),
    _Column('frames', lambda found: str(found.published)),
    _Column('not received', lambda found: str(found.not_received)),
    _Column('dropped', lambda found: str(found.dropped)),
    _Column('late', lambda found: str(found.late)),
    _Column('CPU camera', lambda found: f'{found.player_cpu:.2f}'),
    _Column('CPU node', lambda found: f'{found.node_cpu:.2f}'),
    _Column('CPU subscriber', lambda found: f'{found.subscriber_cpu:.2f}'),
)
_LOAD = 'CPU '  # begins the heads of those columns
_OVERLAP = _Column('overlap', lambda found: f'{found.overlap:.2f}')
_WATCHED = (
    _Column('CPU console', lambda found: f'{found.console_cpu:.2f}'),
    _Column('CPU viewers', lambda found: f'{found.viewers_cpu:.2f}'),
    _Column('pictures Hz', lambda found: f'{found.pictures_hz:.1f}'),
)


def _columns(results: Sequence[Result]) -> tuple[_Column, ...]:
    watched = _WATCHED if _watched(results) else ()
    return (*_COLUMNS, *watched, _OVERLAP)


def _watched(results: Sequence[Result]) -> bool:
    return any(result.configuration.viewers is not None for result in results)


def _asked(result: Result, watched: bool) -> dict[str, str]:
    """Return what was measured, by its column's head."""
    asked = result.configuration
    viewers = {'viewers': str(asked.viewers or 'none')} if watched else {}
    return {'size': f'{asked.width}x{asked.height}', 'Hz': f'{asked.rate:g}',
            'images': asked.encoding, 'transport': asked.transport, **viewers}


def _note(result: Result) -> str:
    if result.figures is None:
        return f'FAILED: {_first_line(result.fault)}'
    return '; '.join(result.notes)


def _measured(result: Result, columns: Sequence[_Column]) -> list[str]:
    found = result.figures
    return ['' if found is None else column.text(found) for column in columns]


def table(results: Sequence[Result]) -> Table:
    """Return the table for the terminal: narrower, with the notes below.

    What all configurations share stands above it, and the processors' loads in one column.
    """
    watched, columns = _watched(results), _columns(results)
    rows = [_asked(result, watched) for result in results]
    shared = {head: text for head, text in rows[0].items()
              if all(row[head] == text for row in rows)}
    shown = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, title_justify='left', caption_justify='left',
        title=', '.join(f'{head} {text}' for head, text in shared.items()) or None,
        caption='\n'.join(f'{result.configuration}: {note}' for result in results
                          if (note := _note(result))))
    for head in rows[0]:
        if head not in shared:
            shown.add_column(head, justify='right' if head == 'Hz' else 'left')
    loads = [column for column in columns if column.head.startswith(_LOAD)]
    figures = [column for column in columns if column not in loads]
    for column in figures:
        shown.add_column(column.head.replace(' ', '\n'), justify='right')
    names = [column.head.removeprefix(_LOAD) for column in loads]
    half = len(names) // 2
    shown.add_column(f'CPU of {", ".join(names[:half])},\n{", ".join(names[half:])}',
                     justify='right')
    for result, row in zip(results, rows, strict=True):
        shown.add_row(*(text for head, text in row.items() if head not in shared),
                      *_measured(result, figures), ' '.join(_measured(result, loads)),
                      style='red' if result.failed else None)
    return shown


def write_markdown(
    results: Sequence[Result], conditions: Mapping[str, str], path: Path,
) -> None:
    """Write the table as a document has it, and under which conditions it was made."""
    watched, columns = _watched(results), _columns(results)
    asked = list(_asked(results[0], watched))
    rows = [
        [*asked, *(column.head for column in columns), 'note'],
        [*('--:' if head == 'Hz' else '---' for head in asked), *('--:' for _ in columns), '---'],
        *([*_asked(result, watched).values(), *_measured(result, columns), _note(result)]
          for result in results)]
    lines = ['| ' + ' | '.join(text.replace('|', '\\|') for text in row) + ' |' for row in rows]
    stated = [f'{name}: {text}  ' for name, text in conditions.items()]
    write_whole(path, '\n'.join([*lines, '', *stated, '']))


def write_csv(results: Sequence[Result], path: Path) -> None:
    """Write a row for each configuration with all its figures; they are empty where it failed."""
    names = [item.name for item in (*fields(Configuration), *fields(Figures))]
    with path.open('w', encoding='utf-8', errors='backslashreplace', newline='') as file:
        writer = csv.DictWriter(file, [*names, 'note', 'fault'])
        writer.writeheader()
        for result in results:
            figures = {} if result.figures is None else asdict(result.figures)
            writer.writerow({
                **asdict(result.configuration), **figures,
                'viewers': str(result.configuration.viewers or 'none'),
                'note': '; '.join(result.notes), 'fault': result.fault})


def _first_line(text: str) -> str:
    return text.strip().partition('\n')[0]
