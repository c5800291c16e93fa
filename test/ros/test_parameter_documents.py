"""What users read about parameters is what the code says of them, for all nodes."""

from __future__ import annotations

from dataclasses import Field
from dataclasses import fields
from pathlib import Path
import runpy
from typing import Any

import pytest
from rclpy.parameter import Parameter
from rclpy.parameter import parameter_dict_from_yaml_file
from ros.node_process import ROOT

WRITER = runpy.run_path(str(ROOT / 'scripts' / 'write_parameters.py'))
NODES: dict[str, type] = WRITER['NODES']
EXPECTED: dict[Path, str] = WRITER['documents']()
PARAMETERS = [(node, item) for node, kind in NODES.items() for item in fields(kind)]
UNITS = ('metres', 'radians', 'seconds', 'm/s', 'rad/s', '1/s', 'Hz', 'share', 'per second')


@pytest.mark.parametrize('path', EXPECTED, ids=lambda path: path.name)
def test_a_document_says_what_the_code_says(path: Path) -> None:
    assert path.read_text('utf-8') == EXPECTED[path], 'run python scripts/write_parameters.py'


def test_every_node_has_its_table() -> None:
    text = '\n'.join(EXPECTED.values())
    assert [text.count(f'<!-- parameters of {node} -->\n\n| Parameter |') for node in NODES] == (
        [1] * len(NODES))


@pytest.mark.parametrize('node', WRITER['FILES'])
def test_a_parameter_file_states_all_defaults_as_ros_reads_them(node: str) -> None:
    path = ROOT / 'config' / f'{WRITER["FILES"][node][0]}.yaml'
    file = parameter_dict_from_yaml_file(str(path), use_wildcard=True)
    stated = {name: Parameter.from_parameter_msg(value).value for name, value in file.items()}
    defaults = {item.name: item.default for item in fields(NODES[node])}
    assert stated == defaults
    assert {name: type(value) for name, value in stated.items()} == {
        name: type(value) for name, value in defaults.items()}


@pytest.mark.parametrize(('node', 'item'), PARAMETERS, ids=lambda value: getattr(
    value, 'name', value))
def test_a_parameter_tells_what_it_is_in_which_unit_and_range(
    node: str, item: Field[Any],
) -> None:
    description = item.metadata['description']
    assert description.endswith('.')
    if type(item.default) in (int, float):
        low, high = item.metadata['between']
        assert {type(low), type(high)} == {type(item.default)}
        assert low <= item.default <= high
    if isinstance(item.default, float):
        assert any(unit in description for unit in UNITS)
    if item.metadata['choices']:
        assert item.default in item.metadata['choices']
