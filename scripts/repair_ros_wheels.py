#!/usr/bin/env python3
"""Repair the paths that the ROS 2 wheels carry in their CMake files.

The wheels export ``INTERFACE_INCLUDE_DIRECTORIES`` of the machine that built them, for example
``/opt/python/cp311-cp311/include/python3.11``; CMake refuses a target whose include directory
does not exist. This writes the paths of the running interpreter instead. Running it again changes
nothing.
"""

from __future__ import annotations

from pathlib import Path
import re
import sys
import sysconfig

import numpy as np

BUILDER = r'/opt/python/cp\d+-cp\d+'
NUMPY_INCLUDE = re.compile(BUILDER + r'/lib/python[\d.]+/site-packages/numpy/_core/include')
PYTHON_INCLUDE = re.compile(BUILDER + r'/include/python[\d.]+')


def repaired(text: str) -> str:
    """Return a CMake file's text with this interpreter's include directories."""
    # Replaced by functions: a path may hold backslashes, which re.sub would read as groups.
    text = NUMPY_INCLUDE.sub(lambda _: np.get_include(), text)
    return PYTHON_INCLUDE.sub(lambda _: sysconfig.get_path('include'), text)


def main() -> int:
    """Repair every CMake file under the running interpreter's prefix."""
    files = sorted(Path(sys.prefix, 'share').glob('*/cmake/*.cmake'))
    if not files:
        print(f'no CMake files under {sys.prefix}/share: install requirements/ros.txt and '
              'requirements/build.txt first', file=sys.stderr)
        return 1
    for file in files:
        before = file.read_text(encoding='utf-8')
        after = repaired(before)
        if after != before:
            file.write_text(after, encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
