"""The command ``python -m rat_tracker.ros.runs.walkthrough``."""

from __future__ import annotations

from rat_tracker import interrupts

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()

import json
import os
from pathlib import Path
import sys

import click
from rich.console import Console

from rat_tracker.ros.runs.processes.domain import free_domain
from rat_tracker.ros.runs.processes.ending import unwind_on_sigterm
from rat_tracker.ros.runs.processes.fastdds import use_our_profile
from rat_tracker.ros.runs.processes.harness import Refused
from rat_tracker.ros.runs.processes.node_process import NodeFailed
from rat_tracker.ros.runs.walkthrough.pictures import write_pictures
from rat_tracker.ros.runs.walkthrough.run import Order
from rat_tracker.ros.runs.walkthrough.run import run
from rat_tracker.ros.runs.walkthrough.summary import hidings
from rat_tracker.ros.runs.walkthrough.summary import summarize
from rat_tracker.ros.simulation.scenery import WALK
from rat_tracker.ros.simulation.walker import Walker


@click.command()
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
@click.option('--domain', type=click.IntRange(0, 232), help='The ROS_DOMAIN_ID to run in, so that '
              'others can look on; a free one if not given.')
def main(
    folder: Path, seconds: float, width: int, rate: float, distance: float, domain: int | None,
) -> None:
    """Let a simulated robot follow a simulated person, and write down how it went."""
    unwind_on_sigterm()
    console = Console()
    domain = free_domain() if domain is None else domain
    folder.mkdir(parents=True, exist_ok=True)
    os.environ['ROS_DOMAIN_ID'] = str(domain)
    use_our_profile()
    order = Order(seconds, width, width * 3 // 4, rate, distance, domain, folder)
    console.print(f'a simulated robot follows, ROS_DOMAIN_ID {domain}')
    try:
        with console.status('') as status:
            outcome = run(order, status.update)
    except (Refused, NodeFailed, TimeoutError) as error:
        print(f'walkthrough: {error}', file=sys.stderr)
        sys.exit(1)
    start = outcome.selections[0]
    summary = summarize(outcome.seen, outcome.targets, outcome.selections)
    (folder / 'summary.json').write_text(json.dumps(summary, indent=2) + '\n', encoding='utf-8')
    write_pictures(outcome.seen, hidings(outcome.seen, outcome.targets, start), start, folder)
    console.print_json(data=summary)
    console.print(f'results in {folder}: moments.jpg, above.jpg, summary.json')


if __name__ == '__main__':
    interrupts.interrupt_as_usual()
    main()
