"""The lifecycle node that follows a target through a camera's images."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_node_if_interrupted()
    require_environment('tracker_node')

from collections.abc import Callable
import gc
import itertools
import os
import sys
import time
from typing import NoReturn

from diagnostic_msgs.msg import DiagnosticArray
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock
from rclpy.clock import ClockType
from rclpy.context import Context
from rclpy.executors import Executor
from rclpy.lifecycle import LifecycleNode
from rclpy.lifecycle import LifecycleState
from rclpy.lifecycle import TransitionCallbackReturn
from rclpy.parameter import Parameter

from rat_tracker.pipeline.health import diagnose
from rat_tracker.pipeline.health import LogThrottle
from rat_tracker.pipeline.health import NodeHealth
from rat_tracker.pipeline.statistics import Statistics
from rat_tracker.pipeline.worker import Status
from rat_tracker.ros import parameters
from rat_tracker.ros.execution.spin import run_node
from rat_tracker.ros.execution.spin import spin
from rat_tracker.ros.tracker.diagnostics import to_diagnostics
from rat_tracker.ros.tracker.engine_log import EngineLog
from rat_tracker.ros.tracker.session import CreateTracker
from rat_tracker.ros.tracker.session import Session
from rat_tracker.ros.tracker.settings import TrackerSettings
from rat_tracker.ros.tracker.transitions import refuse_impossible_transitions
from rat_tracker.trackers import create_tracker

_REPORT_PERIOD = 1.0  # seconds


class TrackerNode(parameters.IdempotentParameters, LifecycleNode):
    """Parameters and diagnostics for life; a ``Session`` from ``configure`` to ``cleanup``."""

    def __init__(
        self, *, tracker_factory: CreateTracker = create_tracker,
        report_period: float = _REPORT_PERIOD, context: Context | None = None,
    ) -> None:
        """Declare the parameters and begin to publish diagnostics.

        :param tracker_factory: creates the tracker while the node is configured
        :param report_period: seconds from one message of diagnostics to the next
        :param context: of ``rclpy``; None: the default one
        :raises ValueError: parameters are of the wrong type or out of range
        """
        super().__init__('tracker_node', context=context)
        self._tracker_factory = tracker_factory
        self._settings = parameters.declare(self, TrackerSettings, check=False)
        self.add_on_set_parameters_callback(self._check_changes)
        self.add_post_set_parameters_callback(self._apply_changes)
        self._session: Session | None = None
        self._statistics = Statistics()
        self._numbers = itertools.count(1)
        self._log_throttle = LogThrottle()
        refuse_impossible_transitions(self)
        self._diagnostics = self.create_publisher(DiagnosticArray, '/diagnostics', 10)
        # Diagnostics go on while simulated time stands still.
        self.create_timer(report_period, self._report, clock=Clock(
            clock_type=ClockType.STEADY_TIME))
        # Last: of a node that cannot be created nothing may stay behind in Python's log.
        self._engine_log = EngineLog(self)

    def start(self) -> None:
        """Configure and activate, unless somebody else manages the node."""
        if (self._settings.autostart
                and self.trigger_configure() is TransitionCallbackReturn.SUCCESS):
            self.trigger_activate()

    def close(self) -> None:
        """End the session, whatever state the node is in."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def destroy_node(self) -> None:
        """Let go of everything that is outside of this object, too."""
        self.close()
        self._engine_log.close()
        super().destroy_node()

    # Transitions

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Check the parameters, create topics and services, and begin to load the model."""
        error = parameters.validation_error(self._settings)
        if error is not None:
            self.get_logger().error(f'cannot be configured: {error}')
            return TransitionCallbackReturn.FAILURE
        return self._attempt('configured', self._open)

    def _open(self) -> None:
        self._statistics = Statistics()
        self._session = Session(
            self, self._settings, self._statistics, lambda: str(next(self._numbers)),
            self._tracker_factory)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe to the camera."""
        assert self._session is not None
        return self._attempt('activated', self._session.activate)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Unsubscribe and give up the target; the model stays loaded."""
        assert self._session is not None
        return self._attempt('deactivated', self._session.deactivate)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give back the model, topics and services."""
        return self._attempt('cleaned up', self.close)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give back everything, from any state."""
        return self._attempt('shut down', self.close)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Go back to unconfigured."""
        return self._attempt('cleaned up', self.close)

    def _attempt(self, done: str, act: Callable[[], None]) -> TransitionCallbackReturn:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - rclpy would drop it, whatever it is
            self.get_logger().error(f'cannot be {done}: {error}')
            return TransitionCallbackReturn.FAILURE
        return TransitionCallbackReturn.SUCCESS

    # Parameters

    def _check_changes(self, changes: list[Parameter]) -> SetParametersResult:
        reason = parameters.change_error(self._settings, changes, self._session is not None)
        return SetParametersResult(successful=reason is None, reason=reason or '')

    def _apply_changes(self, changes: list[Parameter]) -> None:
        self._settings = parameters.read(self, TrackerSettings)
        if self._session is not None:
            self._session.apply(self._settings)

    # Diagnostics

    def _report(self) -> None:
        health = self._without_session() if self._session is None else self._session.health()
        # Silence shows in the diagnostics after half the period, any other cause at once; in the
        # log, either has to have lasted for half the period more.
        delay = self._settings.silence_period / 2
        cause = diagnose(health, delay)
        self._diagnostics.publish(to_diagnostics(
            health, cause, self._settings, self.get_clock().now().to_msg()))
        if self._log_throttle.due(health.now, cause, delay):
            self.get_logger().warning(str(cause))

    def _without_session(self) -> NodeHealth:
        return NodeHealth(
            now=time.monotonic(), node=self.get_fully_qualified_name(),
            lifecycle=self._state_machine.current_state[1], topic='', since=0.0, publishers=0,
            incompatible='', counters=self._statistics.snapshot(), worker=Status(loading=False))


def _start_and_spin(executor: Executor, node: TrackerNode) -> int:
    node.start()
    return spin(executor, node)


def main(create_node: Callable[[], TrackerNode] = TrackerNode) -> NoReturn:
    """Run the node of ``ros2 run rat_tracker tracker_node`` and end the process."""
    code = run_node('tracker_node', create_node, _start_and_spin)
    # What is left in cycles keeps the way into the domain open, and os._exit would leave its
    # shared memory behind, where it stays until the machine starts anew.
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    # All that is ours is closed. What torch does at the interpreter's end crashes now and then, in
    # torch.library, and launch would report a node that died.
    os._exit(code)


if __name__ == '__main__':
    main()
