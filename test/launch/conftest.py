"""A ROS domain of its own for each launch, and somebody to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from rat_tracker.ros.runs.processes.domain import reserved_domain

if TYPE_CHECKING:
    from ros.client import Client
    from support_launch import Processes


@pytest.fixture
def domain(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with reserved_domain() as number:
        monkeypatch.setenv('ROS_DOMAIN_ID', str(number))
        monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')
        monkeypatch.delenv('FASTRTPS_DEFAULT_PROFILES_FILE', raising=False)
        yield number


@pytest.fixture
def client(domain: int) -> Iterator[Client]:
    from ros.client import Client  # noqa: PLC0415 - tests skip where ROS is not installed
    client = Client(domain)
    yield client
    client.close()


@pytest.fixture
def processes() -> Processes:
    from support_launch import Processes  # noqa: PLC0415 - tests skip where launch is missing
    return Processes()
