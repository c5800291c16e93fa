"""Nodes for the tests: one shared by a module, or one of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
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
    from ros.node_thread import NodeThread

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
def shared_node(domain: int) -> Iterator[NodeThread]:
    """Keep one node with the fake tracker for all tests of a module."""
    from ros.fake_tracker_node import fake_tracker_node  # noqa: PLC0415 - as above
    from ros.node_thread import NodeThread  # noqa: PLC0415
    with NodeThread(domain, fake_tracker_node) as node:
        yield node


@pytest.fixture
def node(shared_node: NodeThread, client: Client) -> NodeThread:
    """Return the module's node: active, its engine loaded, nothing selected."""
    client.ready()
    client.clear()
    client.begin()  # last: what was said about the test before has come by now
    return shared_node


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[NodeThread, Client]]]:
    """Start nodes, each on a domain of its own, and a client to each; they end with the test.

    Each is in a thread of this process, has the fake tracker, unless another function is named
    to create it, and takes that function's options.
    """
    from ros.client import Client  # noqa: PLC0415 - tests skip where ROS is not installed
    from ros.fake_tracker_node import fake_tracker_node  # noqa: PLC0415
    from ros.node_thread import NodeThread  # noqa: PLC0415
    with ExitStack() as stack:
        def start(
            *ros_arguments: str, create: Callable[..., Any] = fake_tracker_node,
            parameters: Mapping[str, object] | None = None, **options: object,
        ) -> tuple[NodeThread, Client]:
            domain = stack.enter_context(reserved_domain())
            node = stack.enter_context(NodeThread(
                domain, partial(create, **options), *ros_arguments, parameters=parameters))
            client = Client(domain)
            stack.callback(client.close)
            return node, client
        yield start


@pytest.fixture
def start_process(tmp_path: Path) -> Iterator[Callable[..., tuple[NodeProcess, Client]]]:
    """Do as ``start`` does, with each node in a process of its own.

    It takes seconds, and is for tests of signals, exit codes, memory, or what crosses processes.
    """
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
