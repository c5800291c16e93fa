"""The types of the fixtures ``start`` and ``start_process``."""

from __future__ import annotations

from collections.abc import Callable

from ros.client import Client
from ros.node_process import NodeProcess
from ros.node_thread import NodeThread

Start = Callable[..., tuple[NodeThread, Client]]
StartProcess = Callable[..., tuple[NodeProcess, Client]]
