"""The command line: one file per verb."""

from __future__ import annotations

import click

from rat_tracker.cli.benchmark import benchmark
from rat_tracker.cli.calibrate import calibrate
from rat_tracker.cli.doctor import doctor
from rat_tracker.cli.engine import engine
from rat_tracker.cli.profile import profile
from rat_tracker.cli.states import states
from rat_tracker.cli.track import track
from rat_tracker.cli.train import train
from rat_tracker.cli.trax import trax
from rat_tracker.cli.vot import vot
from rat_tracker.system.program import ProgramGroup


@click.group(cls=ProgramGroup, name='rat_tracker',
             context_settings={'help_option_names': ['-h', '--help']})
@click.version_option(package_name='rat_tracker')
def main() -> None:
    """Follow one target through a camera's images; measure how well and how fast."""


main.add_command(benchmark)
main.add_command(calibrate)
main.add_command(doctor)
main.add_command(engine)
main.add_command(profile)
main.add_command(states)
main.add_command(track)
main.add_command(train)
main.add_command(trax)
main.add_command(vot)
