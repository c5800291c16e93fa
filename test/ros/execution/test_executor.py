"""Whatever a callback raises is logged in one line that names it, and the node lives on."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from rcl_interfaces.srv import SetParameters
from rclpy.context import Context
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.parameter import Parameter
from ros.client import Client
from ros.node_thread import NodeThread
from std_msgs.msg import String
from std_srvs.srv import Trigger

from rat_tracker.ros.execution.executor import FaultTolerantExecutor

TOPIC, SERVICE = '/faulty_node/topic', '/faulty_node/service'
NAMES = {
    'subscription': 'subscription to /faulty_node/topic',
    'service': 'service /faulty_node/service',
    'timer': 'Timer FaultyNode.fail',
    'guard condition': 'GuardCondition FaultyNode.fail',
    'task': 'task fail',
    'coroutine': 'task fail_later',
    'done callback': 'task fail',
    'event': 'EventHandler FaultyNode.fail',
    'parameters': 'service /faulty_node/set_parameters',
}


class FaultyNode(Node):
    """Everything that a node can have is in it, and one of them raises."""

    def __init__(self, faulty: str, *, context: Context) -> None:
        super().__init__('faulty_node', context=context)
        self.faulty = faulty
        self.stops = 0
        self.failures = 0
        self.heard: list[str] = []
        events = SubscriptionEventCallbacks(
            matched=self.fail if faulty == 'event' else None)
        self.subscription = self.create_subscription(
            String, '~/topic', self.fail if faulty == 'subscription' else self.hear, 10,
            event_callbacks=events)
        self.create_service(
            Trigger, '~/service', self.fail if faulty == 'service' else self.serve)
        if faulty == 'parameters':
            self.add_on_set_parameters_callback(self.fail)
        elif faulty == 'timer':
            self.create_timer(0.002, self.fail)
        elif faulty == 'guard condition':
            self.create_guard_condition(self.fail).trigger()
        else:
            self.create_timer(0.01, self.begin)

    def begin(self) -> None:
        """Begin what needs an executor, once."""
        self.timers.__next__().cancel()
        if self.faulty == 'task':
            self.executor.create_task(self.fail)
        elif self.faulty == 'coroutine':
            self.executor.create_task(self.fail_later)
        elif self.faulty == 'done callback':
            self.executor.create_task(lambda: None).add_done_callback(self.fail)

    def fail(self, *_: object) -> Any:
        self.failures += 1
        raise RuntimeError('it is\nbroken')

    async def fail_later(self) -> None:
        self.fail()

    def hear(self, message: String) -> None:
        self.heard.append(message.data)

    def serve(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success = True
        return response

    def enter_safe_state(self) -> None:
        self.stops += 1


Begin = Callable[[str], tuple[FaultyNode, NodeThread]]


@pytest.fixture
def begin(client: Client, domain: int) -> Iterator[Begin]:
    threads = []

    def begin(faulty: str) -> tuple[FaultyNode, NodeThread]:
        made = []

        def create(context: Context) -> FaultyNode:
            made.append(FaultyNode(faulty, context=context))
            return made[0]
        threads.append(NodeThread(domain, create))
        client.discover('faulty_node')
        return made[0], threads[0]
    yield begin
    for thread in threads:
        thread.end()
    client.wait('the end of the node', lambda: 'faulty_node' not in client.node.get_node_names())


@pytest.mark.parametrize('faulty', NAMES)
def test_what_a_callback_raises_is_one_line_with_its_name(
    client: Client, begin: Begin, faulty: str,
) -> None:
    node, thread = begin(faulty)
    publisher = client.node.create_publisher(String, TOPIC, 10)
    client.wait('the subscription', publisher.get_subscription_count)
    client.insist('a fault', lambda: publisher.publish(String(data='a')), lambda: node.failures
                  or faulty in ('service', 'parameters'))
    answer = client.call(Trigger, SERVICE, Trigger.Request())
    assert answer.success == (faulty != 'service')
    if faulty == 'service':
        assert answer.message == 'it is broken'
    result, = client.call(SetParameters, '/faulty_node/set_parameters', SetParameters.Request(
        parameters=[Parameter('use_sim_time', value=False).to_parameter_msg()])).results
    assert result.successful == (faulty != 'parameters')
    if faulty == 'parameters':
        assert result.reason == 'it is broken'
    client.wait('the line', lambda: 'failed' in thread.log)
    line, = (line for line in thread.log.splitlines() if 'failed' in line)
    assert line.startswith('[ERROR] ')
    assert (f'[faulty_node]: {NAMES[faulty]} failed, RuntimeError: it is broken '
            '(test_executor.py, line ') in line
    assert 'Traceback' not in thread.log
    client.node.destroy_publisher(publisher)
    assert thread.running
    thread.stop()
    assert {str(fault) for fault in thread.take_faults()} == {'it is\nbroken'}
    assert node.stops == node.failures


def test_a_callback_that_always_raises_does_not_flood_the_log(
    client: Client, begin: Begin, monkeypatch: pytest.MonkeyPatch,
) -> None:
    node, thread = begin('timer')
    client.wait('many faults', lambda: node.failures > 100)
    assert thread.log.count('failed') == 1
    monkeypatch.setattr('rat_tracker.ros.execution.executor._THROTTLE', 0.05)
    client.wait('the next line', lambda: thread.log.count('failed') > 1)
    assert 'times since this was said last' in thread.log.splitlines()[1]
    thread.stop()
    thread.take_faults()


def test_a_message_that_cannot_be_read_is_passed_over(client: Client, begin: Begin) -> None:
    node, thread = begin('nothing')
    publisher = client.node.create_publisher(String, TOPIC, 10)
    client.wait('the subscription', publisher.get_subscription_count)
    publisher.publish(b'\x00\x01\x00\x00\xff\xff\xff\x7fa')  # a text of 2 GiB, in one byte
    node.subscription.msg_type = int  # rclpy fails before it has called the callback
    client.insist('a fault', lambda: publisher.publish(String(data='lost')), lambda: (
        'subscription to /faulty_node/topic failed, ' in thread.log))
    node.subscription.msg_type = String
    client.insist('a message that is sound', lambda: publisher.publish(String(data='sound')),
                  lambda: 'sound' in node.heard)
    client.node.destroy_publisher(publisher)
    assert thread.take_faults()


def test_text_that_is_none_is_taken(client: Client, begin: Begin) -> None:
    node, _ = begin('nothing')
    publisher = client.node.create_publisher(String, TOPIC, 10)
    client.wait('the subscription', publisher.get_subscription_count)
    client.insist('the text', lambda: publisher.publish(
        b'\x00\x01\x00\x00\x03\x00\x00\x00\xff\xfe\x00\x00'), lambda: node.heard)
    assert node.heard[0] == '\ufffd\ufffd'
    client.node.destroy_publisher(publisher)


@pytest.mark.parametrize('ending', [SystemExit, KeyboardInterrupt])
def test_what_ends_a_program_ends_the_spinning(ending: type[BaseException]) -> None:
    context = Context()
    context.init()
    executor = FaultTolerantExecutor(context=context)

    def end() -> None:
        raise ending
    executor.create_task(end)
    with pytest.raises(ending):
        executor.spin()
    context.try_shutdown()
    executor.spin()  # returns at once
    executor.shutdown()
