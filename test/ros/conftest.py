"""Nodes for the tests: one shared by a module, or one of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
import os
from pathlib import Path
from typing import Any
from typing import TYPE_CHECKING

import pytest
from ros.node_process import NodeProcess
from ros.node_process import ROOT

from rat_tracker.ros.runs.processes.domain import reserved_domain

if TYPE_CHECKING:
    from ros.client import Client

# Read by this process's own side of the transport, before its first context.
os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
os.environ['FASTRTPS_DEFAULT_PROFILES_FILE'] = str(ROOT / 'config' / 'fastdds.xml')


@pytest.fixture(scope='module')
def domain() -> Iterator[int]:
    with reserved_domain() as number:
        yield number


@pytest.fixture(scope='module')
def client(domain: int) -> Iterator[Client]:
    from ros.client import Client  # noqa: PLC0415 - tests skip where ROS is not installed
    client = Client(domain)
    yield client
    client.close()


@pytest.fixture(scope='module')
def shared_node(domain: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    """Keep one node with the fake tracker for all tests of a module."""
    with NodeProcess(domain, tmp_path_factory.mktemp('node') / 'log') as node:
        yield node


@pytest.fixture
def node(shared_node: NodeProcess, client: Client) -> NodeProcess:
    """Return the module's node: active, its engine loaded, nothing selected."""
    client.ready()
    client.clear()
    client.begin()  # last: what was said about the test before has come by now
    return shared_node


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., tuple[NodeProcess, Client]]]:
    """Start nodes, each on a domain of its own, and a client to each; they end with the test."""
    from ros.client import Client  # noqa: PLC0415 - tests skip where ROS is not installed
    with ExitStack() as stack:
        def start(*arguments: str, **options: Any) -> tuple[NodeProcess, Client]:
            domain = stack.enter_context(reserved_domain())
            node = NodeProcess(domain, tmp_path / f'node_{domain}.log', *arguments, **options)
            stack.enter_context(node)
            client = Client(domain)
            stack.callback(client.close)
            return node, client
        yield start
