"""The command ``python -m rat_tracker.ros.runs.walkthrough``."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()
    require_environment('walkthrough')

import json
from pathlib import Path
import sys

import click

from rat_tracker.ros.runs.processes.command import DOMAIN
from rat_tracker.ros.runs.processes.command import started_nodes
from rat_tracker.ros.runs.walkthrough.pictures import write_pictures
from rat_tracker.ros.runs.walkthrough.run import run
from rat_tracker.ros.runs.walkthrough.summary import hidings
from rat_tracker.ros.runs.walkthrough.summary import summarize
from rat_tracker.ros.simulation.scenery import WALK
from rat_tracker.ros.simulation.walker import Walker
from rat_tracker.system.files import write_whole
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console
from rat_tracker.system.program import Program


@click.command(cls=Program)
@click.option('--out', '--output', 'folder', type=click.Path(path_type=Path, file_okay=False),
              default=Path('out/robot'), show_default=True, help='Where the results go.')
@click.option('--seconds', type=click.FloatRange(min=5), default=round(Walker(WALK).round),
              show_default=True, help="How long to follow; the default is the walk's one round.")
@click.option('--width', type=click.IntRange(64, 1920), default=640, show_default=True,
              help="Width of the camera's images in pixels; they are 4:3.")
@click.option('--rate', type=click.FloatRange(1, 60), default=15, show_default=True,
              help='Images per second.')
@click.option('--distance', type=click.FloatRange(0.5, 5), default=2.0, show_default=True,
              help='Metres to keep between robot and person.')
@DOMAIN
def main(
    folder: Path, seconds: float, width: int, rate: float, distance: float, domain: int | None,
) -> None:
    """Let a simulated robot follow a simulated person, and write down how it went."""
    console = make_console()
    with started_nodes('walkthrough', folder, domain) as domain:
        console.print(f'a simulated robot follows, ROS_DOMAIN_ID {domain}')
        with console.status('') as status:
            outcome = run(folder, domain, status.update, seconds=seconds, width=width, rate=rate,
                          distance=distance)
    start = outcome.selections[0]
    summary = summarize(outcome.seen, outcome.targets, outcome.selections)
    missing = Missing()
    if outcome.fault:
        missing.lines.append(f'{outcome.fault}; what was seen until then is in {folder}')
    with missing.unless_written(f'{folder / "summary.json"}'):
        write_whole(folder / 'summary.json', json.dumps(summary, indent=2) + '\n')
    console.print_json(data=summary)
    write_pictures(outcome.seen, hidings(outcome.seen, outcome.targets, start), start, folder,
                   missing)
    console.print(f'results in {folder}: moments.jpg, above.jpg, summary.json', soft_wrap=True)
    for line in missing.lines:
        click.echo(f'walkthrough: {line}', err=True)
    sys.exit(1 if missing.lines else 0)


if __name__ == '__main__':
    interrupts.interrupt_as_usual()
    main()
