"""The names of trackers on a command line."""

from __future__ import annotations

from rat_tracker.cli.refusal import Refusal


def tracker_names(value: str) -> list[str]:
    """Return the names in a list with commas between them, each once."""
    names = (name.strip().rstrip(':') for name in value.split(','))
    found = list(dict.fromkeys(filter(None, names)))
    if not found:
        raise Refusal('no tracker is named; write for example --trackers rat,opencv:csrt')
    return found
