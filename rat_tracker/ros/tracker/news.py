"""What the worker has to tell the executor about the target, handed over without waiting."""

from __future__ import annotations

from collections.abc import Callable
import threading

from rclpy.node import Node

from rat_tracker.pipeline.result import TrackingResult


class News:
    """A slot for the newest answer and the ends of targets, emptied in the executor's thread."""

    def __init__(
        self, node: Node, answered: Callable[[TrackingResult], None],
        given_up: Callable[[str, str], None],
    ) -> None:
        """Call these two in the executor's thread.

        :param answered: with the newest answer; older ones that it had no time for are left out
        :param given_up: with the id of a target and why it was given up
        """
        self._node = node
        self._answered = answered
        self._given_up = given_up
        self._lock = threading.Lock()
        self._answer: TrackingResult | None = None
        self._ends: list[tuple[str, str]] = []
        # A future that another thread completes does not wake the executor; this does.
        self._guard = node.create_guard_condition(self._hand_over)

    @property
    def waiting(self) -> TrackingResult | None:
        """The newest answer, if it was not handed over yet."""
        return self._answer

    def put_answer(self, answer: TrackingResult) -> None:
        """Tell an answer; from any thread."""
        with self._lock:
            self._answer = answer
        self._guard.trigger()

    def put_end(self, name: str, reason: str) -> None:
        """Tell that the target of this id was given up; from any thread."""
        with self._lock:
            self._ends.append((name, reason))
        self._guard.trigger()

    def close(self) -> None:
        """Hand nothing over any more; whoever might put something in has ended."""
        self._node.destroy_guard_condition(self._guard)

    def _hand_over(self) -> None:
        with self._lock:
            answer, self._answer = self._answer, None
            ends, self._ends = self._ends, []
        if answer is not None:
            self._answered(answer)
        for name, reason in ends:
            self._given_up(name, reason)
