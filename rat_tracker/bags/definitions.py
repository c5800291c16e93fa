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
from rat_tracker.messages.target import BOX
from rat_tracker.messages.target import TARGET

IMAGE = 'sensor_msgs/msg/Image'
CAMERA_INFO = 'sensor_msgs/msg/CameraInfo'
COMPRESSED_IMAGE = 'sensor_msgs/msg/CompressedImage'

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


def _definition(name: str) -> str:
    """Return the text of one of our messages."""
    try:
        # Where pip or colcon installed the package.
        return files('rat_tracker.interfaces').joinpath(f'{name}.msg').read_text(encoding='utf-8')
    except ModuleNotFoundError:
        # In the source tree, nothing installed.
        root = Path(rat_tracker.__file__).parents[1]
        return (root / 'msg' / f'{name}.msg').read_text(encoding='utf-8')
