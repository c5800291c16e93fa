"""The results as a table for the terminal, as Markdown and as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
import csv
from dataclasses import asdict
from dataclasses import fields
from pathlib import Path

from rich import box
from rich.table import Table

from rat_tracker.ros.bench.configuration import Configuration
from rat_tracker.ros.bench.configuration import Figures
from rat_tracker.ros.bench.configuration import Result

_HEADS = ('size', 'Hz', 'images', 'transport', 'p50 ms', 'p99 ms', 'frames', 'not received',
          'dropped', 'late', 'CPU camera', 'CPU node', 'CPU subscriber', 'overlap', 'note')
_CPU = _HEADS.index('CPU camera')
_TEXTS = ('size', 'images', 'transport', 'note')  # the other columns are numbers


def cells(result: Result) -> list[str]:
    """Return a row's texts, one for each head."""
    asked, found = result.configuration, result.figures
    begin = [f'{asked.width}x{asked.height}', f'{asked.rate:g}', asked.encoding, asked.transport]
    if found is None:
        return [*begin, *[''] * (len(_HEADS) - 5), f'FAILED: {_first_line(result.fault)}']
    return [
        *begin, f'{found.latency_p50_ms:.1f}', f'{found.latency_p99_ms:.1f}',
        str(found.published), str(found.not_received), str(found.dropped), str(found.late),
        f'{found.player_cpu:.2f}', f'{found.node_cpu:.2f}', f'{found.subscriber_cpu:.2f}',
        f'{found.overlap:.2f}', '; '.join(result.notes)]


def table(results: Sequence[Result]) -> Table:
    """Return the table for the terminal: narrower, with the notes below."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption='\n'.join(
        f'{result.configuration}: {note}' for result in results for note in cells(result)[-1:]
        if note), caption_justify='left')
    for head in _HEADS[:_CPU]:
        shown.add_column(head.replace(' ', '\n'), justify='left' if head in _TEXTS else 'right')
    shown.add_column('CPU of camera,\nnode, subscriber', justify='right')
    shown.add_column('overlap', justify='right')
    for result in results:
        row = cells(result)
        shown.add_row(*row[:_CPU], ' '.join(row[_CPU:_CPU + 3]), row[_CPU + 3],
                      style='red' if result.failed else None)
    return shown


def write_markdown(
    results: Sequence[Result], conditions: Mapping[str, str], path: Path,
) -> None:
    """Write the table as a document has it, and under which conditions it was made."""
    rules = ['---' if head in _TEXTS else '--:' for head in _HEADS]
    rows = [_HEADS, rules, *(cells(result) for result in results)]
    lines = ['| ' + ' | '.join(text.replace('|', '\\|') for text in row) + ' |' for row in rows]
    stated = [f'{name}: {text}  ' for name, text in conditions.items()]
    path.write_text('\n'.join([*lines, '', *stated, '']), encoding='utf-8')


def write_csv(results: Sequence[Result], path: Path) -> None:
    """Write a row for each configuration with all its figures; they are empty where it failed."""
    names = [item.name for item in (*fields(Configuration), *fields(Figures))]
    with path.open('w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, [*names, 'note', 'fault'])
        writer.writeheader()
        for result in results:
            figures = {} if result.figures is None else asdict(result.figures)
            writer.writerow({
                **asdict(result.configuration), **figures, 'note': '; '.join(result.notes),
                'fault': result.fault})


def _first_line(text: str) -> str:
    return text.strip().partition('\n')[0]
