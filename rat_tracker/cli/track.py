"""``rat_tracker track``: follow a target through a ROS 2 bag, without ROS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from rat_tracker.cli.packages import bag_packages
from rat_tracker.cli.position_options import position_options
from rat_tracker.cli.position_options import position_parameters
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.system.interrupts import interruptible
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from rat_tracker.bags.bag_tracker import Tally

_INTERRUPTED = 130  # the exit code of a shell's commands that Ctrl-C ended
_LONGEST = 1e9  # seconds


def _seconds(_: click.Context, __: click.Parameter, value: float) -> float:
    if 0 <= value <= _LONGEST:
        return value
    raise Refusal(f'--start {value:g} is no time; write the seconds after the begin of the bag')


@click.command()
@click.argument('bag', type=click.Path(path_type=Path))
@click.option('--topic', metavar='NAME',
              help='The images, of sensor_msgs/Image or CompressedImage; not needed where the '
              'bag has one such topic, beside that of --depth.')
@click.option('--box', required=True, metavar='X,Y,WIDTH,HEIGHT',
              help='What is to be followed, in pixels of the image.')
@click.option('--start', type=float, default=0.0, callback=_seconds, metavar='SECONDS',
              help='The box was drawn on the first image that was recorded so long after the '
              'begin of the bag.  [default: the first one]')
@click.option('--stamp', metavar='SECONDS.NANOSECONDS',
              help='The box was drawn on the image of this stamp.')
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/track'),
              show_default=True, help="The new bag's folder.")
@click.option('--storage', type=click.Choice(['mcap', 'sqlite3']), default='mcap',
              show_default=True, help='How the new bag is stored.')
@click.option('--overlay', is_flag=True,
              help='Write the images with box, state and score, too, as JPEG.')
@click.option('--attention', is_flag=True, help='Write the attention map, too, as PNG.')
@click.option('--realtime', is_flag=True,
              help='Images come at the times of their stamps and do not wait: those that come '
              'while one is worked on give way to the newest.')
@position_options
def track(
    bag: Path, topic: str | None, box: str, start: float, stamp: str | None, tracker: str,
    output: Path, storage: str, overlay: bool, attention: bool, realtime: bool,
    camera_info: str | None, image_geometry: str, depth: str | None, depth_tolerance: float,
    target_height: float | None, target_width: float | None,
) -> None:
    """Follow a target through the images in BAG and write what tracker_node would publish.

    BAG is a folder with a metadata.yaml, or an .mcap or .db3 file, of ROS 2. Every message has the
    header of its image, and the time at which that was recorded. Bearings to the target need
    the camera's calibration, and poses its depth images or the target's size.
    """
    # Whoever asks for help does not wait for torch.
    with bag_packages():
        from rat_tracker.bags.bag_tracker import BagTracker  # noqa: PLC0415
        from rat_tracker.bags.definitions import make_typestore  # noqa: PLC0415
        from rat_tracker.bags.errors import BagError  # noqa: PLC0415
        from rat_tracker.bags.first_image import find_first  # noqa: PLC0415
        from rat_tracker.bags.positions import PositionWriter  # noqa: PLC0415
        from rat_tracker.bags.replay import every  # noqa: PLC0415
        from rat_tracker.bags.replay import newest  # noqa: PLC0415
        from rat_tracker.bags.results import require_free  # noqa: PLC0415
        from rat_tracker.bags.results import ResultBag  # noqa: PLC0415
        from rat_tracker.bags.sensor_context import find_sensor_context  # noqa: PLC0415
        from rat_tracker.bags.source import Bag  # noqa: PLC0415
    from rat_tracker.geometry import Box  # noqa: PLC0415
    from rat_tracker.stamps import parse_stamp  # noqa: PLC0415
    from rat_tracker.target import Target  # noqa: PLC0415
    from rat_tracker.trackers import create_tracker  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = make_console()
    store = make_typestore()
    with refusing(BagError, ValueError, WeightsError):
        require_free(output)
        parameters = position_parameters(depth, depth_tolerance, target_height, target_width)
        drawn = Box.parse(box)
        at = None if stamp is None else parse_stamp(stamp)
        if at is not None and start:
            raise Refusal('--start and --stamp both name the image of the box; give one of them')
        with Bag(bag, store) as recording:
            name = recording.choose(topic, depth)
            context = find_sensor_context(
                recording, name, parameters, calibrations=camera_info, depth=depth,
                geometry=image_geometry, offset=start)
            first, others = find_first(
                recording, name, start, at, context.topics if context else {})
            bag_tracker = BagTracker(first, drawn)
            count = None if start or at is not None else recording.count(name)
            with interruptible() as interrupted:
                # An interrupt while a network is converted would turn into other errors.
                target = Target(create_tracker(tracker))
                with ResultBag(output, storage, store, overlay=overlay,
                               attention=attention) as results, \
                        frame_progress(count, console) as advance:
                    positions = PositionWriter(context, results, store) if context else None
                    bag_tracker.run(
                        target, newest(first, others, interrupted) if realtime
                        else every(first, others), results, interrupted, advance, positions)
            fault, remedy = recording.fault, recording.remedy
    notes = [*recording.notes, *bag_tracker.notes, *(positions.notes if positions else []),
             *results.missing]
    _print_tally(bag_tracker.tally, notes, positions.counts if positions else [], console)
    console.print(f'{target.engine}; results in {output}', soft_wrap=True)
    if interrupted():
        click.echo(f'interrupted: the first {bag_tracker.tally.frames} images are in {output}',
                   err=True)
        raise click.exceptions.Exit(_INTERRUPTED)
    if fault:
        raise click.ClickException(f'{fault}; the results of the {bag_tracker.tally.frames} other '
                                   f'images are in {output}; {remedy}')
    if bag_tracker.tally.failure:
        raise click.ClickException(
            f'{bag_tracker.tally.failure}; the results until then are in {output}')
    if bag_tracker.tally.unreadable or results.missing or (context and context.unreadable):
        raise click.exceptions.Exit(1)  # what is missing was printed


def _print_tally(
    tally: Tally, notes: list[str], counts: list[tuple[str, int]], console: Console,
) -> None:
    """Print what became of the images, and what the user should know of them.

    :param counts: of what else was written
    """
    for note in notes:
        click.echo(note, err=True)
    if tally.unreadable:
        click.echo(f'{tally.unreadable} of {tally.frames} images could not be read and were left '
                   f'out, the first because: {tally.first_fault}', err=True)
    if tally.unstamped:
        click.echo(f'{tally.unstamped} of {tally.tracked} images have no stamp, and so have the '
                   'results; mend the camera driver. Ages count as 0, and the times of recording '
                   'set the pace', err=True)
    if tally.given_up:
        click.echo(f'the target was given up: {tally.given_up}', err=True)
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify='right')
    for label, count in (('images', tally.frames), ('tracked', tally.tracked),
                         ('dropped', tally.dropped), ('not readable', tally.unreadable)):
        table.add_row(label, str(count))
    table.add_section()
    for state, count in sorted(tally.states.items()):
        table.add_row(state.name, str(count))
    table.add_section()
    for label, count in counts or [('bearings', 0)]:
        table.add_row(label, str(count))
    table.add_section()
    table.add_row('tracked per second', f'{tally.tracked / max(tally.seconds, 1e-9):.1f}')
    console.print(table)
