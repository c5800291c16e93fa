"""Positions as messages of rosbags' classes, which take fields by name as rclpy's do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from rosbags.typesys import get_typestore
from rosbags.typesys import Stores

from rat_tracker.messages.position import TRANSFORMS
from rat_tracker.messages.position import write_pose_with_covariance
from rat_tracker.messages.position import write_transforms
from rat_tracker.position.back_projection import Position

STORE = get_typestore(Stores.ROS2_JAZZY)
TYPES = STORE.types.__getitem__
HEADER = TYPES('std_msgs/msg/Header')(
    stamp=TYPES('builtin_interfaces/msg/Time')(sec=1, nanosec=2), frame_id='camera_optical')
POSITION = Position(np.array([0.5, -0.25, 2.0]), np.diag([0.01, 0.02, 0.04]), 0.2)


def test_a_transform_leads_from_the_camera_s_optical_frame_to_the_target_s() -> None:
    message = write_transforms(HEADER, POSITION, 'target', TYPES)
    STORE.serialize_cdr(message, TRANSFORMS)  # every field is of its type
    (transform,) = message.transforms
    assert (transform.header, transform.child_frame_id) == (HEADER, 'target')
    translation, rotation = transform.transform.translation, transform.transform.rotation
    assert (translation.x, translation.y, translation.z) == (0.5, -0.25, 2.0)
    assert math.hypot(rotation.x, rotation.y, rotation.z, rotation.w) == pytest.approx(1.0)


def test_a_pose_carries_the_position_s_covariance_and_says_that_its_turn_is_not_known() -> None:
    pose = write_pose_with_covariance(HEADER, POSITION, TYPES).pose
    covariance = pose.covariance.reshape(6, 6)
    assert np.array_equal(covariance[:3, :3], POSITION.covariance)
    assert np.allclose(np.diag(covariance)[3:], math.pi ** 2 / 3)
    assert np.count_nonzero(covariance[:3, 3:]) == np.count_nonzero(covariance[3:, :3]) == 0
