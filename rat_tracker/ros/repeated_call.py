"""A call of a node's service, made again until it is answered."""

from __future__ import annotations

import time
from typing import Any

from rclpy.node import Node

_AGAIN = 2.0  # seconds: a response is lost where the node does not know our side yet


class RepeatedCall:
    """Made as soon as the service is there; ``answer`` is None until it is answered."""

    def __init__(self, node: Node, kind: Any, name: str, request: Any) -> None:
        self._node = node
        self._client = node.create_client(kind, name)
        self._request = request
        self._futures: list[Any] = []
        self._next = 0.0

    def step(self) -> None:
        """Call, if it is time to; whoever made the node spins it."""
        now = time.monotonic()
        if self.answer is None and now > self._next and self._client.service_is_ready():
            self._futures.append(self._client.call_async(self._request))
            self._next = now + _AGAIN

    @property
    def answer(self) -> Any:
        """The response, once there is one."""
        return next((future.result() for future in self._futures if future.done()), None)

    def close(self) -> None:
        """Call no more."""
        self._node.destroy_client(self._client)
