"""Write the nodes' parameters, as the code states them, into config/ and the tables of docs/.

A table is that after a line ``<!-- parameters of NODE -->``. From the repository's root:

    . scripts/environment.sh; python scripts/write_parameters.py
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field
from dataclasses import fields
from pathlib import Path
import re
import textwrap
from typing import Any

from rat_tracker.ros.console.settings import ConsoleSettings
from rat_tracker.ros.follower.settings import FollowerSettings
from rat_tracker.ros.parameters import AT_CONFIGURE
from rat_tracker.ros.player.settings import PlayerSettings
from rat_tracker.ros.simulation.settings import SimulationSettings
from rat_tracker.ros.tracker.settings import TrackerSettings

ROOT = Path(__file__).resolve().parents[1]
NODES: dict[str, type] = {
    'tracker_node': TrackerSettings, 'follower_node': FollowerSettings,
    'console_node': ConsoleSettings,
    'clip_player': PlayerSettings, 'simulated_robot': SimulationSettings}
# Those that have a parameter file: its name, what starts the node with it, the page about it.
_RUN = 'ros2 run rat_tracker {} --ros-args --params-file '
FILES = {
    'tracker_node': ('tracker', 'ros2 launch rat_tracker tracker.launch.py params_file:=', 'node'),
    'follower_node': ('follower', _RUN.format('follower_node'), 'robot'),
    'console_node': ('console', _RUN.format('console_node'), 'console')}
_TABLE = re.compile(r'(<!-- parameters of (\w+) -->\n\n)(?:\|[^\n]*\n)*')
_WIDTH = 99
_READ_ONLY = 'Read at the start.'
_CHANGING = 'May change while the node runs.'


def documents() -> dict[Path, str]:
    """Return what the files should hold."""
    texts = {ROOT / 'config' / f'{name}.yaml': _parameter_file(node)
             for node, (name, _, _) in FILES.items()}
    for path in sorted((ROOT / 'docs').glob('*.md')):
        text = path.read_text('utf-8')
        if _TABLE.search(text):
            texts[path] = _TABLE.sub(lambda found: found[1] + _table(found[2]), text)
    return texts


def _parameter_file(node: str) -> str:
    name, command, page = FILES[node]
    lines = [
        f'# The parameters of {node} with their defaults. Copy this file, change the copy, and '
        'start',
        f'#     {command}my_{name}.yaml',
        f'# A value with a decimal point needs one (2.0, not 2). docs/{page}.md says more.',
        '# Written by scripts/write_parameters.py.',
        '/**:', '  ros__parameters:']
    for when in (_READ_ONLY, AT_CONFIGURE, _CHANGING):
        items = [item for item in fields(NODES[node]) if _when(item) == when]
        if items:
            lines += ['', f'    # {when}']
        for item in items:
            bounds = f' Values: {_bounds(item)}.' if _bounds(item) else ''
            comment = item.metadata['description'] + bounds
            lines += ['', *textwrap.wrap(
                comment, _WIDTH, initial_indent='    # ', subsequent_indent='    # '),
                f'    {item.name}: {_value(item.default) or repr("")}']
    return '\n'.join(lines).replace('ros__parameters:\n\n', 'ros__parameters:\n') + '\n'


def _table(node: str) -> str:
    rows = ['| Parameter | Default | Values | What it is |', '|---|---|---|---|']
    for item in fields(NODES[node]):
        when = _when(item)
        description = item.metadata['description'] + ('' if when == _CHANGING else f' {when}')
        cells = (f'`{item.name}`', _value(item.default), _bounds(item), description)
        rows.append('| ' + ' | '.join(cells).replace('|  |', '| |').replace('|  |', '| |') + ' |')
    rows.append('| `use_sim_time` | false | | Take the time from `/clock`, as in simulation and '
                'playback. |')
    return '\n'.join(rows) + '\n'


def _when(item: Field[Any]) -> str:
    if item.metadata['read_only']:
        return _READ_ONLY
    return AT_CONFIGURE if item.metadata['at_configure'] else _CHANGING


def _bounds(item: Field[Any]) -> str:
    if item.metadata['choices']:
        return ', '.join(item.metadata['choices'])
    if item.metadata['between'] is not None:
        low, high = item.metadata['between']
        return f'{_value(low)} to {_value(high)}'
    return ''


def _value(value: object) -> str:
    """Return a value as YAML has it, but for an empty text, and long fractions shorter."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(round(value, 3)) if isinstance(value, float) else str(value)


def _changed() -> Iterator[Path]:
    for path, text in documents().items():
        if path.read_text('utf-8') != text:
            path.write_text(text, 'utf-8')
            yield path


if __name__ == '__main__':
    for changed in _changed():
        print(f'written: {changed.relative_to(ROOT)}')
