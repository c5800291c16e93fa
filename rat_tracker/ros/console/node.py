"""``ros2 run rat_tracker console_node``: the tracker in a browser, to look at and to steer.

It takes part like any other node: nothing in the tracker waits for it, and while no page is open
it subscribes to nothing.
"""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_node_if_interrupted()
    require_environment('console_node')

from importlib.util import find_spec
import sys

_PACKAGES = ('aiohttp', 'msgspec')


def main() -> int:
    """Run the node; 1 if the page cannot be served, 2 for wrong parameters."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        print(f'console_node: this needs the package {missing[0]}; install it with `pip install '
              '-r requirements/console.txt`', file=sys.stderr)
        return 1
    interrupts.end_node_if_interrupted()
    from rat_tracker.ros.console.program import run  # noqa: PLC0415 - it imports those packages
    return run()


if __name__ == '__main__':
    sys.exit(main())
