"""Where a console_node that we started offers its page."""

from __future__ import annotations

import re

from rat_tracker.ros.runs.processes.node_process import NodeProcess

START = 120.0  # seconds that the page may take to be there, on a machine that is busy
_ADDRESS = re.compile(r'https?://\S+')


def address(node: NodeProcess) -> str | None:
    """Return the address that the node's log tells to open; None before."""
    found = _ADDRESS.search(node.log)
    return None if found is None else found[0]
