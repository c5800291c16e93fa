"""A run has its ROS domain to itself: neither another run nor a node of anybody is in it."""

from __future__ import annotations

import random

import pytest
import rclpy

from rat_tracker.ros.runs.processes.domain import reserved_domain


def require_refused() -> None:
    with pytest.raises(RuntimeError, match='every ROS_DOMAIN_ID'), reserved_domain():
        pass


def test_domain_is_given_to_nobody_while_it_is_reserved_or_a_node_runs_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = rclpy.Context()
    with reserved_domain() as domain:
        monkeypatch.setattr(random, 'sample', lambda *_: [domain])  # no other is looked at
        require_refused()
        rclpy.init(context=context, domain_id=domain)
        node = rclpy.create_node('resident', context=context)
    try:
        require_refused()
    finally:
        node.destroy_node()
        context.try_shutdown()
    with reserved_domain() as again:
        assert again == domain
