"""What other threads want done is done in the executor's thread, in order, and soon."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
import threading

import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

from rat_tracker.ros.execution.executor_calls import ExecutorCalls
from rat_tracker.ros.execution.executor_calls import NewestCall
from rat_tracker.ros.execution.executor_calls import next_turn

LONG = 10.0  # seconds after which nothing comes any more


class Bench:
    """A node and its executor, which turns only when it is told to."""

    def __init__(self, domain: int) -> None:
        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=domain)
        self.node = Node('bench', context=self._context, enable_rosout=False)
        self.executor = SingleThreadedExecutor(context=self._context)
        self.executor.add_node(self.node)
        self.calls = ExecutorCalls(self.node)

    def turn(self) -> None:
        self.executor.spin_once(timeout_sec=LONG)

    def close(self) -> None:
        self.executor.shutdown()
        self.node.destroy_node()
        rclpy.shutdown(context=self._context)


@pytest.fixture
def bench(domain: int) -> Iterator[Bench]:
    bench = Bench(domain)
    yield bench
    bench.close()


def in_a_thread(function: Callable[[], None]) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_calls_are_made_in_order_and_in_the_executors_thread(bench: Bench) -> None:
    made: list[tuple[int, threading.Thread]] = []

    def note(number: int) -> None:
        made.append((number, threading.current_thread()))

    def ask() -> None:
        for number in range(3):
            bench.calls.call_soon(partial(note, number))
    in_a_thread(ask)
    assert not made
    bench.turn()
    assert made == [(number, threading.current_thread()) for number in range(3)]


def test_a_call_from_another_thread_wakes_the_executor(bench: Bench) -> None:
    made = threading.Event()

    def turn() -> None:
        while not made.is_set():
            bench.turn()
    waiting = threading.Thread(target=turn)
    waiting.start()
    bench.calls.call_soon(made.set)
    waiting.join(LONG / 2)
    assert made.is_set()


def test_a_call_that_raises_loses_none_of_the_others(bench: Bench) -> None:
    made: list[str] = []
    bench.calls.call_soon(lambda: made.remove('what is not there'))
    bench.calls.call_soon(lambda: made.append('after it'))
    with pytest.raises(ValueError, match='not in list'):
        bench.turn()
    bench.turn()
    assert made == ['after it']


def test_of_values_that_were_overtaken_only_the_newest_is_passed_on(bench: Bench) -> None:
    came: list[int] = []
    newest = NewestCall(bench.calls, came.append)
    assert newest.waiting is None

    def put() -> None:
        for value in range(3):
            newest.call_soon(value)
    in_a_thread(put)
    assert newest.waiting == 2
    bench.turn()
    assert came == [2]
    assert newest.waiting is None


def test_a_coroutine_lets_everything_else_that_is_ready_be_done_first(bench: Bench) -> None:
    done: list[str] = []

    async def patient() -> None:
        await next_turn()
        done.append('the coroutine')
    bench.calls.call_soon(lambda: done.append('the call'))
    task = bench.executor.create_task(patient)
    bench.executor.spin_until_future_complete(task, timeout_sec=LONG)
    assert done == ['the call', 'the coroutine']
