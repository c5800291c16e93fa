"""Recorded depth that image_transport compressed tells the same places as raw depth."""

from __future__ import annotations

from pathlib import Path
import struct

import cv2
import numpy as np
import pytest
from ros.calibrated_scene import NEAR
from support_bags import COMPRESSED
from support_bags import create
from support_bags import header
from support_bags import stamp_of
from support_positions import DEPTH_TOPIC
from support_positions import depths
from support_positions import expected_places
from support_positions import locate_by
from support_positions import pictures
from support_rvl import encode_rvl


@pytest.mark.parametrize(('named', 'before'), [
    ('16UC1; compressedDepth png', bytes(12)),
    ('16UC1; compressedDepth rvl', bytes(12)),
    ('16UC1; png compressed ', b''),
])
def test_compressed_depth_gives_the_positions(tmp_path: Path, named: str, before: bytes) -> None:
    raw = list(depths(pictures(4)))
    sent = []
    for index, picture in enumerate(pictures(4)):
        data = (struct.pack('<II', *picture.shape[::-1]) + encode_rvl(picture.ravel().tolist())
                if named.endswith('rvl') else cv2.imencode('.png', picture)[1].tobytes())
        sent.append((DEPTH_TOPIC, raw[index][1], create(
            COMPRESSED, header=header(stamp_of(index)), format=named,
            data=np.frombuffer(before + data, np.uint8))))

    found = locate_by(sent, tmp_path, 4)

    assert found.places() == expected_places(range(4), NEAR)
    assert found.notes == []
