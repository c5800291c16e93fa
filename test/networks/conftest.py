"""The backbone that networks stand on."""

from __future__ import annotations

import pytest

from rat_tracker.networks.backbones.efficientnet_lite import EfficientNetLite0
from rat_tracker.weights import EFFICIENTNET_LITE0


@pytest.fixture(scope='package')
def backbone() -> EfficientNetLite0:
    """Return the published network for patches of 96 pixels, up to stride 16."""
    backbone = EfficientNetLite0(('stride8', 'stride16'), 96)
    backbone.load_weights(EFFICIENTNET_LITE0.load())
    return backbone.eval()
