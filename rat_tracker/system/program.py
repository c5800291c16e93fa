"""Commands whose words reach any terminal, and the console that they print to."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from rat_tracker.system.standard_streams import reporting_lost_output
from rat_tracker.system.standard_streams import take_any_text


class Program(click.Command):
    """A command that is a program of its own: ``@click.command(cls=Program)``."""

    def main(self, *arguments: Any, **settings: Any) -> Any:
        take_any_text()
        with reporting_lost_output():
            return super().main(*arguments, **settings)


class ProgramGroup(Program, click.Group):
    """A program with verbs."""


def make_console(**settings: Any) -> Console:
    """Return a console that prints text as it is: no brackets or colons of a path mean anything.

    :param settings: what else ``rich.console.Console`` is to be told
    """
    return Console(markup=False, emoji=False, highlight=False, **settings)
