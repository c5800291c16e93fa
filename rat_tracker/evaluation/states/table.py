"""A row for each scenario: how often LOST was right, and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
import statistics

from rat_tracker.evaluation.states.episode import Episode
from rat_tracker.target import State

HEADS = (
    'scenario (clips)', 'reported LOST', 'hidden: LOST', 'hidden: TRACKING', 'false alarms',
    'found again', 'after, median', 'after, at worst', 'wrong')


def row(name: str, episodes: Sequence[Episode]) -> list[str]:
    """Return the cells of a row, in the order of ``HEADS``.

    *reported LOST*: clips in which LOST was reported while the target was hidden. *hidden*: of the
    frames that show nothing of the target, those with this state. *false alarms*: times that LOST
    began while the target was in sight, before it went. *found again*: clips in which the right
    thing was tracked when the target was back; *after*: seconds from when it was in sight again.
    *wrong*: times that LOST ended on another thing.
    """
    hidden = [frame for episode in episodes for frame in episode.hidden]
    gone = [episode for episode in episodes if episode.hidden]
    found = [episode.found_after for episode in gone if episode.found_after is not None]

    def share(state: State) -> str:
        if not hidden:
            return ''
        return f'{sum(frame.state == state for frame in hidden) / len(hidden):.0%}'
    return [
        f'{name} ({len(episodes)})',
        f'{sum(episode.reported_lost for episode in gone)}/{len(gone)}' if gone else '',
        share(State.LOST), share(State.TRACKING),
        str(sum(episode.alarms for episode in episodes)),
        f'{len(found)}/{len(gone)}' if gone else '',
        f'{statistics.median(found):.1f} s' if found else '',
        f'{max(found):.1f} s' if found else '',
        str(sum(episode.false_finds for episode in episodes)),
    ]
