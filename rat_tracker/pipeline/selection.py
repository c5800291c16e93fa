"""What the tracker starts on."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.pipeline.frame import Frame

# Seconds within which two selections were made without knowing of each other: longer than two
# messages that were sent at once take to arrive one after the other, shorter than a person takes
# to see what was selected and to choose again (a quarter of a second).
MOMENT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Start on a new target; ``image`` is the frame's, decoded, and ``box`` was checked on it.

    ``source`` is the way in which it was selected, and ``arrival`` the time at which its message
    came, in seconds of the steady clock.
    """

    id: str
    frame: Frame
    image: Image
    box: Box
    segmented: bool = False  # nobody drew the box: it was made around a point
    source: str = ''
    arrival: float = 0.0

    def gives_way_to(self, other: Selection) -> str:
        """Return why this one does not count beside another; empty if it does.

        Who selects last is followed. Of what arrived within one moment the one on the later image
        counts, as its chooser knew more; on the same image again the last.
        """
        mine, others = self.frame.sequence, other.frame.sequence
        in_a_moment = abs(self.arrival - other.arrival) <= MOMENT
        if in_a_moment and mine < others:
            reason = 'was made in the same moment on a later image'
        elif self.arrival < other.arrival and not (in_a_moment and mine > others):
            reason = 'was made while this one was looked for'
        else:
            return ''
        return f'selection {other.id} ({other.source}) {reason}; select again if it is wrong'
