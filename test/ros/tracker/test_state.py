"""~/state: latched, one message for each change, and the truth for whoever joins late."""

from __future__ import annotations

from typing import Any

from rclpy.qos import DurabilityPolicy
from rclpy.qos import QoSProfile
from ros import scene
from ros.client import ACTIVATE
from ros.client import Client
from ros.client import DEACTIVATE
from ros.client import NODE
from ros.node_thread import NodeThread
from ros.starting import Start

from rat_tracker.msg import Target

LATCHED = QoSProfile(depth=50, durability=DurabilityPolicy.TRANSIENT_LOCAL)


def listen(client: Client) -> list[Any]:
    """Subscribe now and return the list that what comes is put into."""
    received: list[Any] = []
    client.node.create_subscription(Target, f'{NODE}/state', received.append, LATCHED)
    client.wait('the latched state', lambda: received)
    return received


def test_whoever_joins_late_gets_the_state_once(client: Client, node: NodeThread) -> None:
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    for index in range(1, 6):
        client.show(index, scene.picture(index))

    received = listen(client)

    assert [message.state for message in received] == [Target.TRACKING]
    assert received[0].header.stamp == client.stamp(0)
    assert received[0].id == client.target(5).id


def test_each_change_is_published_once(client: Client, node: NodeThread) -> None:
    for index in range(2):  # when the second has a result, the state of the first was published
        client.show(index, scene.picture(index))
    received = listen(client)
    received.clear()
    selected = client.select(scene.red_box(1))
    assert selected.accepted, selected.message
    for index in range(2, 30):
        client.show(index, scene.picture(index, red=not 5 <= index < 20))

    states = [Target.TRACKING, Target.UNCERTAIN, Target.LOST, Target.TRACKING]
    client.wait('four changes', lambda: len(received) >= 4)
    assert [message.state for message in received] == states
    assert {message.id for message in received} == {selected.id}
    assert received[2].last_seen == client.stamp(4)
    assert received[2].reason


def test_inactive_node_follows_nothing(client: Client, node: NodeThread) -> None:
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    received = listen(client)
    client.wait('the selection to count', lambda: received[-1].state == Target.TRACKING)

    assert client.change_state(DEACTIVATE)
    client.wait('the end of it', lambda: received[-1].state == Target.SEARCHING)
    assert 'inactive' in received[-1].reason

    assert client.change_state(ACTIVATE)
    client.wait('the new beginning', lambda: 'no image' in received[-1].reason)


def test_patience_is_a_parameter(start: Start) -> None:
    node, client = start(parameters={'lost_after': 3})
    client.ready()
    client.show(0, scene.picture(0))
    assert client.select(scene.red_box(0)).accepted
    for index in range(1, 6):
        client.show(index, scene.picture(index, red=False))

    # All answers: an image that seemed to be lost on its way was sent, and counts, once more.
    received = [target.state for target in client.received[f'{NODE}/target']
            if target.state in (Target.UNCERTAIN, Target.LOST)]
    assert received[:5] == [Target.UNCERTAIN] * 3 + [Target.LOST] * 2
    assert node.running
