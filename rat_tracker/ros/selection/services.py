"""The services with which programs select and clear."""

from __future__ import annotations

from collections.abc import Callable

from rclpy.callback_groups import CallbackGroup
from rclpy.node import Node
from std_srvs.srv import Trigger

from rat_tracker.pipeline.frame_buffer import NotReady
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.selection.requests import request_from_call
from rat_tracker.ros.selection.requests import SelectTarget
from rat_tracker.srv import SetTarget


class TargetServices:
    """``~/set_target`` and ``~/clear_target``."""

    def __init__(
        self, node: Node, group: CallbackGroup, select: SelectTarget, clear: Callable[[], bool],
    ) -> None:
        """Offer the services.

        :param group: one in which other callbacks go on while this one waits
        :param clear: follows nothing and returns whether something was followed before
        """
        self._node = node
        self._select = select
        self._clear = clear
        self._services = (
            node.create_service(
                SetTarget, '~/set_target', self._set_target, callback_group=group),
            node.create_service(Trigger, '~/clear_target', self._clear_target))

    def close(self) -> None:
        """Give the services back."""
        for service in self._services:
            self._node.destroy_service(service)

    async def _set_target(
        self, request: SetTarget.Request, response: SetTarget.Response,
    ) -> SetTarget.Response:
        try:
            selection = await self._select(
                'set_target', request.header, lambda: request_from_call(request))
        except ValueError as refusal:
            response.not_ready = isinstance(refusal, NotReady)
            response.message = str(refusal)
            return response
        response.accepted, response.id = True, selection.id
        response.box = to_box(selection.box)
        return response

    def _clear_target(
        self, request: Trigger.Request, response: Trigger.Response,
    ) -> Trigger.Response:
        response.success = True
        response.message = 'cleared' if self._clear() else 'no target was followed'
        return response
