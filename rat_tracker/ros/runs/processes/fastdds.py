"""Which settings of Fast DDS the nodes that we start inherit."""

from __future__ import annotations

import os
from pathlib import Path

from ament_index_python.packages import get_package_share_directory

_PROFILES = 'FASTRTPS_DEFAULT_PROFILES_FILE'


def use_our_profile() -> None:
    """Set ``config/fastdds.xml`` for this process and those that it starts; a user's own stays.

    Without it, Fast DDS loses most of the images (config/fastdds.xml says why).
    """
    if _PROFILES not in os.environ:
        os.environ[_PROFILES] = str(
            Path(get_package_share_directory('rat_tracker')) / 'config' / 'fastdds.xml')
