"""``rat_tracker doctor``: what blocks tracking, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import nullcontext
from functools import partial
import json
from pathlib import Path
import re
import tempfile
from typing import Any
from typing import TYPE_CHECKING

import click

from rat_tracker.system.interrupts import unwind_on_sigterm
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from rat_tracker.doctor.finding import Finding
    from rat_tracker.ros.runs.processes.node_process import PythonProcess

_NODE = re.compile(r'/?[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*', re.ASCII)
_COLOUR = re.compile(r'\x1b\[[0-9;]*m')
# Seconds beside the inspection in which a busy machine has started Python and met the nodes.
_PATIENCE = 60.0


def _node(_: click.Context, parameter: click.Parameter, name: str) -> str:
    if not _NODE.fullmatch(name):
        raise click.BadParameter(f'{name!r} is not the name of a node, such as /tracker_node')
    return f'/{name.lstrip("/")}'


@click.command()
@click.option('--node', metavar='NAME', default='/tracker_node', show_default=True, callback=_node,
              help="The tracker's node.")
@click.option('--seconds', type=click.FloatRange(min=0.5, max=600.0), default=3.0,
              show_default=True, help='How long the image topics are measured.')
@click.option('--json', 'machine', is_flag=True, help='Write JSON, as docs/doctor.md describes.')
@click.pass_context
def doctor(context: click.Context, node: str, seconds: float, machine: bool) -> None:
    """Say what blocks tracking, worst first, and what to do about it.

    It checks what is installed, the engines, the camera's topics, the tracker's node and the
    shared memory between them, and changes nothing. ROS_DOMAIN_ID counts as for any node. The exit
    code is 0 if nothing blocks tracking, 1 if something does, and 2 if the command was wrong.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.doctor import report  # noqa: PLC0415

    console = make_console()
    waiting = make_console(stderr=True)
    with waiting.status('inspecting') if waiting.is_terminal else nullcontext():
        findings, topics = _examine(node, seconds)
    if machine:
        click.echo(json.dumps(report.as_json(findings, topics), indent=2))
    else:
        report.show(findings, console)
    context.exit(1 if report.has_errors(findings) else 0)


def _examine(node: str, seconds: float) -> tuple[list[Finding], list[Any]]:
    from rat_tracker.doctor.engines import engines  # noqa: PLC0415
    from rat_tracker.doctor.finding import run_checks  # noqa: PLC0415
    from rat_tracker.doctor.packages import optional_packages  # noqa: PLC0415
    from rat_tracker.doctor.packages import required_packages  # noqa: PLC0415
    from rat_tracker.doctor.report import has_errors  # noqa: PLC0415
    from rat_tracker.doctor.ros_environment import environment  # noqa: PLC0415
    from rat_tracker.doctor.ros_installation import messages  # noqa: PLC0415
    from rat_tracker.doctor.ros_installation import ros  # noqa: PLC0415

    def installed() -> list[Finding]:
        return run_checks((required_packages, engines, optional_packages))

    around_ros = run_checks((ros, messages, environment))
    if has_errors(around_ros):
        return [*around_ros, *installed()], []
    with _inspecting(node, seconds) as seen:
        packages = installed()  # takes as long as the nodes take to meet
        findings, topics = seen()
    return [*around_ros, *findings, *packages], topics


@contextmanager
def _inspecting(
    node: str, seconds: float,
) -> Iterator[Callable[[], tuple[list[Finding], list[Any]]]]:
    """Inspect ROS in a process: what is wrong there may end it, or make it hang.

    It gives what waits for that, and returns the findings and the topics.
    """
    from rat_tracker.ros.runs.processes.node_process import PythonProcess  # noqa: PLC0415

    unwind_on_sigterm()
    with tempfile.TemporaryDirectory(prefix='rat_tracker_doctor_') as folder:
        output = Path(folder) / 'findings.json'
        with PythonProcess('rat_tracker.ros.doctor', [
                '--node', node, '--seconds', str(seconds), '--output', str(output),
        ], Path(folder) / 'log') as process:
            yield partial(_findings, process, output, 2 * seconds + _PATIENCE)


def _findings(
    process: PythonProcess, output: Path, patience: float,
) -> tuple[list[Finding], list[Any]]:
    from rat_tracker.doctor.finding import Finding  # noqa: PLC0415
    from rat_tracker.doctor.finding import Level  # noqa: PLC0415

    code = process.wait(patience)
    if code == 0:
        written = json.loads(output.read_text(encoding='utf-8'))
        return [Finding.from_dict(item) for item in written['findings']], written['topics']
    lines = _COLOUR.sub('', process.last_words()).splitlines()
    what = ('ROS 2 could not be inspected within '
            f'{patience:g} s' if code is None else
            f'a node cannot be started here, it ends with exit code {code}')
    return [Finding(
        Level.ERROR, 'ros', f'{what}: {lines[-1] if lines else "without a word"}',
        'try: ros2 topic list. If that fails likewise, mend the installation or the variables '
        'ROS_DOMAIN_ID, RMW_IMPLEMENTATION and FASTRTPS_DEFAULT_PROFILES_FILE')], []
