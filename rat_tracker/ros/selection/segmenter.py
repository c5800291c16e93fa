"""Boxes around points, found beside the executor, which goes on to take images meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from rclpy.task import Future

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.execution.executor_calls import ExecutorCalls
from rat_tracker.segmentation.point_to_box import box_around


class _Question(NamedTuple):
    image: Image
    x: float
    y: float
    answer: Future


class Segmenter:
    """One question at a time in a thread of its own, and one that waits: the newest.

    Finding a box takes about a tenth of a second, three images of a camera. Everything but that is
    in the executor's thread.
    """

    def __init__(self, calls: ExecutorCalls) -> None:
        self._calls = calls
        self._pool = ThreadPoolExecutor(1, 'segmentation')
        self._asked: _Question | None = None
        self._waiting: _Question | None = None

    def box_around(self, image: Image, x: float, y: float) -> Awaitable[Box]:
        """Return what will be the box around the thing at a point.

        Awaiting it raises ``ValueError`` if there is none, or a later question took its place.
        """
        question = _Question(image, x, y, Future())
        if self._asked is None:
            self._ask(question)
        else:
            self._refuse_waiting('a later point was selected before this one was looked at')
            self._waiting = question
        answer: Awaitable[Box] = question.answer
        return answer

    def close(self) -> None:
        """Refuse what is asked and end the thread."""
        self._refuse_waiting('the node is being cleaned up')
        self._pool.shutdown()
        if self._asked is not None:
            _refuse(self._asked, 'the node is being cleaned up')
            self._asked = None

    def _ask(self, question: _Question) -> None:
        self._asked = question
        self._pool.submit(self._find, question)

    def _find(self, question: _Question) -> None:
        """In the thread: find the box."""
        found: Box | Exception
        try:
            found = box_around(question.image, question.x, question.y)
        except Exception as error:  # noqa: BLE001 - whoever asked has to know, whatever it is
            found = error
        self._calls.call_soon(partial(self._on_found, found))

    def _on_found(self, found: Box | Exception) -> None:
        question, self._asked = self._asked, None
        if question is None:
            return
        if isinstance(found, Box):
            question.answer.set_result(found)
        else:
            _refuse(question, str(found))
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._ask(waiting)

    def _refuse_waiting(self, reason: str) -> None:
        if self._waiting is not None:
            _refuse(self._waiting, reason)
            self._waiting = None


def _refuse(question: _Question, reason: str) -> None:
    question.answer.set_exception(ValueError(reason))
    # Else rclpy complains where the process ends before whoever asked is resumed.
    question.answer.exception()
