"""The node's module is there before torch is: that is imported when a tracker is made."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')


def test_node_does_not_wait_for_torch() -> None:
    code = 'import sys, rat_tracker.ros.tracker.node; print("torch" in sys.modules)'

    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)

    assert done.stdout == 'False\n'
