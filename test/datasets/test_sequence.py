"""What a sequence tells of itself before it is run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from support_datasets import write_otb
from support_datasets import write_sequence

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset


def test_readable_sequence_is_let_through(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'walk')

    load_dataset(tmp_path)[0].require_readable()


def test_first_image_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk')  # with empty files for images

    with pytest.raises(DatasetError, match=r'walk/img/0001\.jpg cannot be read: it is empty'):
        load_dataset(tmp_path)[0].require_readable()


def test_only_the_first_image_is_read(tmp_path: Path) -> None:
    write_otb(tmp_path / 'walk')
    cv2.imwrite(str(tmp_path / 'walk' / 'img' / '0001.jpg'), np.zeros((48, 64, 3), np.uint8))

    load_dataset(tmp_path)[0].require_readable()
