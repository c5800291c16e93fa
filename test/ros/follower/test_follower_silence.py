"""A follower that hears nothing names what is on its topics, and where a tracker is."""

from __future__ import annotations

from geometry_msgs.msg import PoseStamped
from geometry_msgs.msg import PoseWithCovarianceStamped
from ros.client import Client
from ros.node_thread import NodeThread
from ros.starting import Start

from rat_tracker.msg import Target
from rat_tracker.ros.follower.node import FollowerNode


def logged(client: Client, node: NodeThread, words: str) -> None:
    client.wait(f'{words!r} in the log', lambda: words in node.log)


def test_another_type_on_one_of_its_topics_is_named(start: Start) -> None:
    node, client = start(create=FollowerNode)
    client.node.create_publisher(PoseWithCovarianceStamped, '/pose', 1)
    client.node.create_publisher(PoseStamped, '/a_robot/pose', 1)
    client.node.create_publisher(PoseStamped, '/front/tracker_node/pose', 1)
    client.node.create_publisher(Target, '/front/tracker_node/target', 1)

    logged(client, node, '/pose carries geometry_msgs/msg/PoseWithCovarianceStamped, and the node '
                         'takes geometry_msgs/msg/PoseStamped there')
    logged(client, node, '--ros-args -r pose:=/front/tracker_node/pose')


def test_the_topics_of_a_tracker_are_named_and_no_pose_of_anybody_else(start: Start) -> None:
    node, client = start(create=FollowerNode)
    client.node.create_publisher(PoseStamped, '/robot/pose', 1)
    client.node.create_publisher(Target, '/eye/target', 1)

    logged(client, node, 'a tracker is at /eye; start the node with --ros-args '
                         '-r pose:=/eye/pose -r bearing:=/eye/bearing -r target:=/eye/target')
    assert '/robot/pose' not in node.log
