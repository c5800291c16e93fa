"""The command ``python -m rat_tracker.ros.runs.bench``."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts
from rat_tracker.system.missing import Missing

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()
    require_environment('bench')

from collections.abc import Callable
from collections.abc import Sequence
from itertools import product
import os
from pathlib import Path
import re
import sys
from typing import Any
from typing import cast

import click
from rclpy.utilities import get_rmw_implementation_identifier

from rat_tracker.engines import ENGINES
from rat_tracker.evaluation.machine import conditions
from rat_tracker.evaluation.machine import processor
from rat_tracker.ros.runs.bench import configuration as configured
from rat_tracker.ros.runs.bench.configuration import Configuration
from rat_tracker.ros.runs.bench.configuration import Result
from rat_tracker.ros.runs.bench.configuration import Transport
from rat_tracker.ros.runs.bench.configuration import ViewerLoad
from rat_tracker.ros.runs.bench.measure import measure
from rat_tracker.ros.runs.bench.table import table
from rat_tracker.ros.runs.bench.table import write_csv
from rat_tracker.ros.runs.bench.table import write_markdown
from rat_tracker.system.interrupts import unwind_on_sigterm
from rat_tracker.system.program import make_console
from rat_tracker.system.program import Program
from rat_tracker.trackers import require_tracker

_SIZE = re.compile(r'(\d+)x(\d+)')
_SMALLEST, _LARGEST = 64, 4096  # pixels
_FASTEST = 1000.0  # Hz, the player's limit
_FILE_WIDTH = 120  # characters, where the output goes to no terminal
_WORKERS = 'clip player, tracker node and subscriber, each in a process of its own'


def _list_of(read: Callable[[str], Any]) -> Callable[..., list[Any]]:
    """Return a callback for an option that takes several values between commas."""
    def convert(context: click.Context, parameter: click.Parameter, value: str) -> list[Any]:
        try:
            found = [read(text.strip()) for text in value.split(',')]
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        return list(dict.fromkeys(found))
    return convert


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.1 <= rate <= _FASTEST:
        raise ValueError(f'{text!r} is no rate; write numbers of Hz from 0.1 to {_FASTEST:g}, '
                         'as in 30,60')
    return rate


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if not (found and all(_SMALLEST <= int(side) <= _LARGEST for side in found.groups())):
        raise ValueError(f'{text!r} is no size; write width x height in pixels, {_SMALLEST} to '
                         f'{_LARGEST}, as in 640x480,1280x720')
    return int(found[1]), int(found[2])


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f'{text!r} is none of {", ".join(choices)}')
        return text
    return read


def _tracker(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        require_tracker(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


@click.command(cls=Program)
@click.option('--sizes', default='640x480,1280x720', show_default=True, callback=_list_of(_size),
              help="The images' sizes in pixels.")
@click.option('--rates', default='30,60', show_default=True, callback=_list_of(_rate),
              help="The camera's rates in Hz.")
@click.option('--encodings', default=','.join(configured.ENCODINGS), show_default=True,
              callback=_list_of(_one_of(configured.ENCODINGS)), help='How the images are sent.')
@click.option('--transports', default=','.join(configured.TRANSPORTS), show_default=True,
              callback=_list_of(_one_of(configured.TRANSPORTS)),
              help='profile: with config/fastdds.xml; default: as Fast DDS comes.')
@click.option('--viewers', default='none', show_default=True, callback=_list_of(ViewerLoad.parse),
              help='Viewers in browsers: none; a number, 0 for a console_node without any; '
              'with +frozen one more that stopped, with +attention they want the attention.')
@click.option('--seconds', type=click.FloatRange(1.0, 3600.0), default=8.0, show_default=True,
              help='How long to measure each at least, after the start.')
@click.option('--tracker', default='rat', show_default=True, callback=_tracker,
              help='The tracker, as the node takes it.')
@click.option('--engine', default='auto', show_default=True, type=click.Choice(ENGINES),
              help='What runs the network.')
@click.option('--output', 'folder', type=click.Path(path_type=Path, file_okay=False),
              default=Path('out/bench'), show_default=True, help='Where the results go.')
def main(
    sizes: list[tuple[int, int]], rates: list[float], encodings: list[str],
    transports: list[str], viewers: list[ViewerLoad | None], seconds: float, tracker: str,
    engine: str, folder: Path,
) -> None:
    """Measure the way from a camera's image to the target message, in three processes."""
    unwind_on_sigterm()
    console = make_console()
    if not console.is_terminal:
        console = make_console(width=_FILE_WIDTH)
    asked = [Configuration(*size, rate, encoding, cast('Transport', transport), watching)
             for size, rate, encoding, transport, watching in product(
                 sizes, rates, encodings, transports, viewers)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f'{folder} cannot be written: {error.strerror}') from None
    results: list[Result] = []
    missing = Missing()

    def take(result: Result) -> None:
        results.append(result)
        missing.lines.clear()  # of the last time, when there were fewer results
        _save(results, folder, missing)
        console.print(f'{len(results)}/{len(asked)} {result.configuration}: {_brief(result)}',
                      soft_wrap=True)
    code, fault = 0, ''
    try:
        measure(asked, seconds, tracker, engine, folder / 'bench_ros_logs', take)
    except KeyboardInterrupt:
        code = 130
    except (RuntimeError, OSError) as error:  # no clip can be drawn or kept, no domain is free
        fault = str(error)
    if results:
        console.print(table(results))
        for name, text in _conditions(results).items():
            console.print(f'{name}: {text}', soft_wrap=True)
        console.print(f'results in {folder}: bench_ros.csv, bench_ros.md', soft_wrap=True)
    for line in (*missing.lines, *filter(None, [fault])):
        print(f'bench: {line}', file=sys.stderr)
    if fault and not results:
        sys.exit(2)
    sys.exit(code or int(bool(missing.lines or fault)
                         or any(result.failed for result in results)))


def _save(results: Sequence[Result], folder: Path, missing: Missing) -> None:
    with missing.unless_written(f'{folder / "bench_ros.csv"}'):
        write_csv(results, folder / 'bench_ros.csv')
    with missing.unless_written(f'{folder / "bench_ros.md"}'):
        write_markdown(results, _conditions(results), folder / 'bench_ros.md')


def _conditions(results: Sequence[Result]) -> dict[str, str]:
    """Return what the figures depend on."""
    stated = conditions(['python', '-m', 'rat_tracker.ros.runs.bench', *sys.argv[1:]], _WORKERS,
                        processor(), None)
    del stated['frames']  # says how the library's benchmark waits for a tracker
    engines = dict.fromkeys(result.figures.engine for result in results if result.figures)
    stated['engine'] = ', '.join(engines)
    stated['software'] += (f', ROS 2 {os.environ.get("ROS_DISTRO", "unknown")} with '
                           f'{get_rmw_implementation_identifier()}')
    return stated


def _brief(result: Result) -> str:
    found = result.figures
    if found is None:
        return f'FAILED: {result.fault}'
    return '; '.join((
        f'p50 {found.latency_p50_ms:.1f} ms, p99 {found.latency_p99_ms:.1f} ms, '
        f'{found.published - found.processed} of {found.published} frames lost', *result.notes))


if __name__ == '__main__':
    interrupts.interrupt_as_usual()
    main()
