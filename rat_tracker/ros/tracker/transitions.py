"""Lifecycle transitions that a node cannot make now are refused, not raised."""

from __future__ import annotations

from typing import Any

from lifecycle_msgs.srv import ChangeState
from rclpy.lifecycle import LifecycleNode


def refuse_impossible_transitions(node: LifecycleNode) -> None:
    """Have ``~/change_state`` answer each request: rclpy's own raises where there is no way.

    A manager asks again when its first answer is lost, and then asks for what was done already.
    """
    service = next(item for item in node.services if item.srv_type is ChangeState)
    change_state = service.callback

    def change_or_refuse(request: Any, response: Any) -> Any:
        ways = {number: label for number, label, *_ in node._state_machine.available_transitions}
        number, label = request.transition.id, request.transition.label
        if label in ways.values() if label else number in ways:
            return change_state(request, response)
        state = node._state_machine.current_state[1]
        possible = ', '.join(f'{label} ({number})' for number, label in ways.items())
        node.get_logger().warning(
            f'the transition {label or number!r} is refused: the node is {state}; '
            + (f'from there it can make: {possible}' if ways else 'start it again to use it'))
        return ChangeState.Response(success=False)
    service.callback = change_or_refuse
