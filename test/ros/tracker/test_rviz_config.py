"""config/rat_tracker.rviz: RViz knows every word of it, and our nodes publish what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rclpy.qos import DurabilityPolicy
from rclpy.qos import ReliabilityPolicy
from ros.client import Client
from ros.node_process import ROOT
from ros.node_thread import NodeThread
import yaml

from rat_tracker.ros.simulation.settings import SimulationSettings

# Facts about RViz 14.1 (ROS 2 Jazzy), read in github.com/ros2/rviz, branch jazzy: the classes in
# rviz_default_plugins/plugins_description.xml, their properties and message types in
# rviz_default_plugins/src/rviz_default_plugins/displays/, what every display and topic has in
# rviz_common/src/rviz_common/display.cpp and properties/qos_profile_property.cpp.
EVERY_DISPLAY = {'Class', 'Name', 'Enabled', 'Value'}
AXES = {'Shape', 'Color', 'Alpha', 'Shaft Length', 'Shaft Radius', 'Head Length', 'Head Radius',
        'Axes Length', 'Axes Radius'}
DISPLAYS: dict[str, set[str]] = {
    'rviz_default_plugins/Grid': {
        'Reference Frame', 'Plane Cell Count', 'Normal Cell Count', 'Cell Size', 'Line Style',
        'Color', 'Alpha', 'Plane', 'Offset'},
    'rviz_default_plugins/Image': {
        'Topic', 'Normalize Range', 'Min Value', 'Max Value', 'Median window'},
    'rviz_default_plugins/MarkerArray': {'Topic', 'Namespaces'},
    'rviz_default_plugins/Pose': {'Topic', *AXES},
    'rviz_default_plugins/PoseWithCovariance': {'Topic', 'Covariance', *AXES},
    'rviz_default_plugins/TF': {
        'Show Names', 'Show Axes', 'Show Arrows', 'Marker Scale', 'Update Interval',
        'Frame Timeout', 'Filter (whitelist)', 'Filter (blacklist)', 'Frames', 'Tree'},
}
MESSAGES = {
    'rviz_default_plugins/Image': 'sensor_msgs/msg/Image',
    'rviz_default_plugins/MarkerArray': 'visualization_msgs/msg/MarkerArray',
    'rviz_default_plugins/Pose': 'geometry_msgs/msg/PoseStamped',
    'rviz_default_plugins/PoseWithCovariance': 'geometry_msgs/msg/PoseWithCovarianceStamped',
}
# Those that pass through a filter of transforms have a size for it.
FILTERED = {'rviz_default_plugins/Pose', 'rviz_default_plugins/PoseWithCovariance'}
POLICIES = {
    'History Policy': {'System Default', 'Keep Last', 'Keep All'},
    'Reliability Policy': {'System Default', 'Reliable', 'Best Effort'},
    'Durability Policy': {'System Default', 'Transient Local', 'Volatile'},
}
PANELS = {f'rviz_common/{name}' for name in (
    'Displays', 'Help', 'Selection', 'Time', 'Tool Properties', 'Transformation', 'Views')}
TOOLS = {f'rviz_default_plugins/{name}' for name in (
    'FocusCamera', 'Interact', 'Measure', 'MoveCamera', 'PublishPoint', 'Select', 'SetGoal',
    'SetInitialPose')}
ORBIT = {'Class', 'Name', 'Value', 'Target Frame', 'Distance', 'Focal Point', 'Focal Shape Size',
         'Focal Shape Fixed Size', 'Near Clip Distance', 'Pitch', 'Yaw', 'Invert Z Axis',
         'Enable Stereo Rendering'}

CAMERA = '/image_raw'  # somebody else publishes it

config: dict[str, Any] = yaml.safe_load((ROOT / 'config' / 'rat_tracker.rviz').read_text())
manager = config['Visualization Manager']
displays = manager['Displays']


def topics() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield displays with their topics."""
    for display in displays:
        if 'Topic' in display:
            yield display, display['Topic']


def test_every_display_and_property_is_one_that_rviz_has() -> None:
    for display in displays:
        assert set(display) <= DISPLAYS[display['Class']] | EVERY_DISPLAY, display['Name']
        assert display['Value'] == display['Enabled']


def test_every_display_with_a_topic_says_how_it_is_subscribed_to() -> None:
    for display, topic in topics():
        filtered = {'Filter size'} if display['Class'] in FILTERED else set()
        assert set(topic) == {'Value', 'Depth', *POLICIES} | filtered, display['Name']
        for policy, values in POLICIES.items():
            assert topic[policy] in values


def test_every_panel_tool_and_view_is_one_that_rviz_has() -> None:
    assert {panel['Class'] for panel in config['Panels']} <= PANELS
    assert {tool['Class'] for tool in manager['Tools']} <= TOOLS
    view = manager['Views']['Current']
    assert view['Class'] == 'rviz_default_plugins/Orbit'
    assert set(view) <= ORBIT


def test_what_a_person_looks_for_is_there() -> None:
    assert {display['Name'] for display in displays if display['Enabled']} >= {
        'Overlay', 'Attention', 'Target', 'Pose', 'TF'}
    assert 'Camera' in {display['Name'] for display in displays}


def test_the_fixed_frame_is_the_one_that_our_cameras_name() -> None:
    frame = manager['Global Options']['Fixed Frame']
    assert frame == SimulationSettings().frame_id


def test_the_node_publishes_what_is_shown_with_the_same_qos(
    client: Client, node: NodeThread,
) -> None:
    for display, topic in topics():
        if topic['Value'] == CAMERA:
            continue
        offer = offered(client, topic['Value'])
        assert offer.topic_type == MESSAGES[display['Class']]
        assert _reliability(topic) == offer.qos_profile.reliability, display['Name']
        assert _durability(topic) == offer.qos_profile.durability, display['Name']


def offered(client: Client, topic: str) -> Any:
    """Return what the publisher of a topic offers."""
    offer, = client.wait(f'a publisher of {topic}', lambda: (
        client.node.get_publishers_info_by_topic(topic)))
    return offer


def test_the_camera_is_received_however_it_publishes() -> None:
    camera, = (topic for _, topic in topics() if topic['Value'] == CAMERA)
    assert _reliability(camera) is ReliabilityPolicy.BEST_EFFORT


def _reliability(topic: dict[str, Any]) -> ReliabilityPolicy:
    return ReliabilityPolicy[topic['Reliability Policy'].upper().replace(' ', '_')]


def _durability(topic: dict[str, Any]) -> DurabilityPolicy:
    return DurabilityPolicy[topic['Durability Policy'].upper().replace(' ', '_')]
