"""The message types that are read and written, for rosbags.

Ours come from the files that ROS 2's generators read, too. ``vision_msgs`` is on many machines not
installed; its layout is that of version 4, of ROS 2 Humble and later.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from rosbags.typesys import get_types_from_msg
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores
from rosbags.typesys.store import Typestore

import rat_tracker
from rat_tracker.messages.position import PositionTypes
from rat_tracker.messages.target import DetectionTypes
from rat_tracker.messages.target import TargetTypes

IMAGE = 'sensor_msgs/msg/Image'
CAMERA_INFO = 'sensor_msgs/msg/CameraInfo'
COMPRESSED_IMAGE = 'sensor_msgs/msg/CompressedImage'
TARGET = 'rat_tracker/msg/Target'
BOX = 'rat_tracker/msg/Box'
DETECTIONS = 'vision_msgs/msg/Detection2DArray'
BEARING = 'geometry_msgs/msg/Vector3Stamped'
POSE = 'geometry_msgs/msg/PoseStamped'
POSE_WITH_COVARIANCE = 'geometry_msgs/msg/PoseWithCovarianceStamped'

_VISION = {
    'Point2D': 'float64 x\nfloat64 y',
    'Pose2D': 'Point2D position\nfloat64 theta',
    'BoundingBox2D': 'Pose2D center\nfloat64 size_x\nfloat64 size_y',
    'ObjectHypothesis': 'string class_id\nfloat64 score',
    'ObjectHypothesisWithPose':
        'ObjectHypothesis hypothesis\ngeometry_msgs/PoseWithCovariance pose',
    'Detection2D': 'std_msgs/Header header\nObjectHypothesisWithPose[] results\n'
                   'BoundingBox2D bbox\nstring id',
    'Detection2DArray': 'std_msgs/Header header\nDetection2D[] detections',
}


def make_typestore() -> Typestore:
    """Return the types of ROS 2 Jazzy, ours, and those of ``vision_msgs`` that we write."""
    store = get_typestore(Stores.ROS2_JAZZY)
    for name in (BOX, TARGET):
        store.register(get_types_from_msg(_definition(name.rpartition('/')[2]), name))
    for name, text in _VISION.items():
        store.register(get_types_from_msg(text, f'vision_msgs/msg/{name}'))
    return store


def target_types(store: Typestore) -> TargetTypes:
    """Return rosbags' classes of what ``rat_tracker/Target`` consists of."""
    types = store.types
    return TargetTypes(
        target=types[TARGET], box=types[BOX], time=types['builtin_interfaces/msg/Time'],
        duration=types['builtin_interfaces/msg/Duration'])


def detection_types(store: Typestore) -> DetectionTypes:
    """Return rosbags' classes of what ``vision_msgs/Detection2DArray`` consists of."""
    types = store.types
    return DetectionTypes(
        detections=types[DETECTIONS], detection=types['vision_msgs/msg/Detection2D'],
        bounding_box=types['vision_msgs/msg/BoundingBox2D'],
        center=types['vision_msgs/msg/Pose2D'], position=types['vision_msgs/msg/Point2D'],
        result=types['vision_msgs/msg/ObjectHypothesisWithPose'],
        hypothesis=types['vision_msgs/msg/ObjectHypothesis'],
        pose_with_covariance=types['geometry_msgs/msg/PoseWithCovariance'],
        pose=types['geometry_msgs/msg/Pose'], point=types['geometry_msgs/msg/Point'],
        quaternion=types['geometry_msgs/msg/Quaternion'])


def position_types(store: Typestore) -> PositionTypes:
    """Return rosbags' classes of what positions consist of."""
    types = store.types
    return PositionTypes(
        vector_stamped=types[BEARING], vector=types['geometry_msgs/msg/Vector3'],
        pose_stamped=types[POSE], pose_with_covariance_stamped=types[POSE_WITH_COVARIANCE],
        pose_with_covariance=types['geometry_msgs/msg/PoseWithCovariance'],
        pose=types['geometry_msgs/msg/Pose'], point=types['geometry_msgs/msg/Point'],
        quaternion=types['geometry_msgs/msg/Quaternion'])


def _definition(name: str) -> str:
    """Return the text of one of our messages."""
    try:
        # Where pip or colcon installed the package.
        return files('rat_tracker.interfaces').joinpath(f'{name}.msg').read_text(encoding='utf-8')
    except ModuleNotFoundError:
        # In the source tree, nothing installed.
        root = Path(rat_tracker.__file__).parents[1]
        return (root / 'msg' / f'{name}.msg').read_text(encoding='utf-8')
