"""The topics, services and parameters that the documents name are those of the running node."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
import re
import time
from typing import Any

import cv2
import pytest
from rcl_interfaces.srv import ListParameters
from rclpy.action import get_action_server_names_and_types_by_node
from ros import scene
from ros.client import Client
from ros.client import NODE
from ros.client import PATIENCE
from ros.node_process import NodeProcess
from ros.node_process import ROOT
from ros.node_thread import NodeThread

from rat_tracker.ros.messages import Detections

DOCUMENTS = [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]
ROBOT = ROOT / 'docs' / 'robot.md'
CONSOLE = ROOT / 'docs' / 'console.md'
COMPANIONS = {
    'console_node': ROOT / 'rat_tracker' / 'ros' / 'console' / 'node.py',
    'clip_player': ROOT / 'rat_tracker' / 'ros' / 'player' / 'node.py',
    'follower_node': ROOT / 'rat_tracker' / 'ros' / 'follower' / 'node.py',
    'simulated_robot': ROOT / 'rat_tracker' / 'ros' / 'simulation' / 'node.py',
}
REFERENCE = ROOT / 'docs' / 'node.md'
# What every node has, and what belongs to another transport.
NODE_TOPICS = {'/parameter_events', '/rosout', f'{NODE}/transition_event'}
ACTION = '/_action/'  # in the names of the topics and services that an action consists of
NODE_SERVICES = re.compile(
    rf'{NODE}/(change_state|get_\w+|set_parameters\w*|list_parameters|describe_parameters)')
NODE_PARAMETERS = re.compile(r'qos_overrides\..*|start_type_description_service')


def table_rows(document: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the head of a table's first column and the code in it, row by row."""
    head = ''
    for line in document.read_text().splitlines():
        if not line.startswith('|'):
            head = ''
            continue
        first = line.strip('|').split('|')[0].strip()
        if not head:
            head = first
        elif not set(first) <= set('-: '):
            yield head, re.findall(r'`([^`]+)`', first)


def named(head: str, *documents: Path) -> set[str]:
    """Return what the documents' tables under this head name."""
    return {name for document in documents if document.exists()
            for table, names in table_rows(document) if table == head for name in names}


def resolved(names: set[str]) -> set[str]:
    """Return full names of topics and services."""
    return {NODE + name[1:] if name.startswith('~') else
            name if name.startswith('/') else f'/{name}' for name in names}


@pytest.fixture
def parameters(client: Client, node: NodeThread) -> set[str]:
    listed = client.call(ListParameters, f'{NODE}/list_parameters', ListParameters.Request())
    return {name for name in listed.result.names if not NODE_PARAMETERS.fullmatch(name)}


Look = Callable[[], set[str]]


def topics_of(client: Client, node: str) -> set[str]:
    """Return the topics that a node is known to have by now."""
    graph = client.node
    return {name for entities in (
        graph.get_publisher_names_and_types_by_node(node, '/'),
        graph.get_subscriber_names_and_types_by_node(node, '/')) for name, _ in entities}


def services_of(client: Client, node: str) -> set[str]:
    """Return the services that a node is known to have by now."""
    return set(dict(client.node.get_service_names_and_types_by_node(node, '/')))


def await_all(client: Client, named: set[str], look: Look) -> set[str]:
    """Look until all that is named is there, as the graph becomes known little by little."""
    end = time.monotonic() + PATIENCE
    while not named <= (found := look()) and time.monotonic() < end:
        client.spin()
    return found


@pytest.fixture
def topics(client: Client, node: NodeThread) -> Look:
    """Return what looks for the topics of the node, with those that parameters add to it."""
    client.discover('tracker_node')
    return lambda: ({name for name in topics_of(client, 'tracker_node') if ACTION not in name}
                    - NODE_TOPICS | {'/image_raw/compressed', '/image_raw/compressedDepth',
                                   '/depth/image_raw', '/tf'})


@pytest.fixture
def services(client: Client, node: NodeThread) -> Look:
    client.discover('tracker_node')
    return lambda: {name for name in services_of(client, 'tracker_node')
                    if ACTION not in name and not NODE_SERVICES.fullmatch(name)}


@pytest.fixture
def optional() -> set[str]:
    """Return the topics that only some machines have."""
    return set() if Detections else {f'{NODE}/detections', '/detections'}


def test_the_reference_names_every_topic_and_no_other(
    client: Client, topics: Look, optional: set[str],
) -> None:
    named_there = resolved(named('Topic', REFERENCE)) - optional
    assert named_there == await_all(client, named_there, topics)


def test_the_reference_names_every_service_and_no_other(client: Client, services: Look) -> None:
    named_there = resolved(named('Service', REFERENCE))
    assert named_there == await_all(client, named_there, services)


def test_the_reference_names_every_action_and_no_other(client: Client, node: NodeThread) -> None:
    client.discover('tracker_node')
    named_there = resolved(named('Action', REFERENCE))
    assert named_there == await_all(client, named_there, lambda: set(dict(
        get_action_server_names_and_types_by_node(client.node, 'tracker_node', '/'))))


def test_the_reference_names_every_parameter_and_no_other(parameters: set[str]) -> None:
    assert named('Parameter', REFERENCE) == parameters


def test_the_reference_names_every_value_of_the_diagnostics_and_no_other(
    client: Client, node: NodeThread,
) -> None:
    client.wait('diagnostics', lambda: client.diagnosis()[1])
    values = client.diagnosis()[1]
    assert named('Value', REFERENCE) == {re.sub(r'_p(50|99)$', '', key) for key in values}


@pytest.fixture(scope='module')
def companions(domain: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Keep the other nodes running, whose names the documents may use as well."""
    folder = tmp_path_factory.mktemp('clip')
    assert cv2.imwrite(str(folder / '1.png'), scene.picture(0))
    options: dict[str, dict[str, object]] = {
        'console_node': {'port': 0},
        'clip_player': {'video': folder, 'loop': 'true', 'rate': 1.0}}
    with ExitStack() as stack:
        for name, program in COMPANIONS.items():
            stack.enter_context(NodeProcess(
                domain, folder / f'{name}.log', program=program, parameters=options.get(name)))
        yield list(COMPANIONS)


@pytest.mark.parametrize('document', DOCUMENTS, ids=lambda path: path.name)
def test_no_document_names_what_is_not_there(
    document: Path, client: Client, companions: list[str], topics: Look, services: Look,
    parameters: set[str], optional: set[str],
) -> None:
    parameters = {*parameters}
    for name in companions:
        listed = client.call(
            ListParameters, f'/{name}/list_parameters', ListParameters.Request())
        parameters.update(listed.result.names)
        client.discover(name)
    assert named('Parameter', document) <= parameters
    for head, own, of, rest in (('Topic', topics, topics_of, optional),
                                ('Service', services, services_of, set())):
        def all_of_them(own: Look = own, of: Any = of, rest: set[str] = rest) -> set[str]:
            return own() | rest | {found for name in companions for found in of(client, name)}
        named_there = resolved(named(head, document))
        assert named_there <= await_all(client, named_there, all_of_them)
