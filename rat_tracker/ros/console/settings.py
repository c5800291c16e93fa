"""The parameters of ``console_node``."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.console.options import ConsoleOptions
from rat_tracker.parameters import parameter
from rat_tracker.parameters import same_as


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """One moment's values of all parameters."""

    host: str = same_as(ConsoleOptions, 'host')
    port: int = same_as(ConsoleOptions, 'port')
    token_file: str = parameter(
        '', 'A file with the token that the page asks for, 16 characters or more, readable by its '
        'owner alone; if empty, a token is made at the start where one is needed.', read_only=True)
    tracker: str = parameter(
        'tracker_node', "The tracker's node; a relative name is one in this node's namespace.",
        read_only=True)
    image_topic: str = parameter(
        '', 'The topic of the images that are shown, raw or compressed; if empty, that which the '
        'tracker listens to.', read_only=True)
    picture_width: int = parameter(
        960, 'How wide a picture may be that is sent to a browser, in pixels; wider ones are made '
        'smaller.', between=(160, 4096))
    picture_quality: int = parameter(
        75, 'The quality of the JPEGs that are sent to browsers.', between=(10, 95))
    picture_rate: float = same_as(ConsoleOptions, 'picture_rate')
    viewers: int = same_as(ConsoleOptions, 'viewers')
    niceness: int = parameter(
        10, 'The least niceness of this process, so that it never takes the processor from the '
        'tracker.', between=(0, 19), read_only=True)

    def consistency_error(self) -> str | None:
        """Return what no single range or choice tells to be wrong; None if all is well."""
        for name in ('host', 'tracker'):
            if not getattr(self, name):
                return f'parameter {name} is empty; leave it out to take its default'
        return None
