"""What every command that starts nodes does first, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
import os
from pathlib import Path
import sys
from typing import NoReturn

import click

from rat_tracker.doctor.fastdds import our_profile
from rat_tracker.doctor.fastdds import profile_variable
from rat_tracker.ros.runs.processes.domain import NoFreeDomain
from rat_tracker.ros.runs.processes.domain import reserved_domain
from rat_tracker.ros.runs.processes.harness import Refused
from rat_tracker.ros.runs.processes.node_process import NodeFailed
from rat_tracker.system.interrupts import unwind_on_sigterm
from rat_tracker.video import VideoError

DOMAIN = click.option(
    '--domain', type=click.IntRange(0, 232), help='The ROS_DOMAIN_ID to run in, so that others '
    'can look on; a free one if not given.')


@contextmanager
def started_nodes(name: str, folder: Path, domain: int | None) -> Iterator[int]:
    """Prepare this process for the nodes that it starts; the block is given their domain.

    A fault is told in one line and by the exit code: 2 where what was asked for cannot be done, 1
    where a node failed. Fast DDS's profile is ours unless the user has set one: without it, most
    images are lost (config/fastdds.xml says why).

    :param name: the command's, for messages
    :param folder: where its results go; made if it is missing
    """
    unwind_on_sigterm()
    os.environ.setdefault(profile_variable(os.environ), str(our_profile(os.environ)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(
            f'{folder} cannot be written: {error.strerror}; name another with --out') from None
    with ExitStack() as stack:
        try:
            if domain is None:
                domain = stack.enter_context(reserved_domain())
            os.environ['ROS_DOMAIN_ID'] = str(domain)
            yield domain
        except (VideoError, Refused, NoFreeDomain) as error:
            _end(name, str(error), 2)
        except OSError as error:
            if error.filename is None or not Path(error.filename).is_relative_to(folder):
                raise
            _end(name, f'{error.filename} cannot be written: {error.strerror}; name another '
                 'folder with --out', 2)
        except (NodeFailed, TimeoutError) as error:
            _end(name, str(error), 1)


def _end(name: str, fault: str, code: int) -> NoReturn:
    print(f'{name}: {fault}', file=sys.stderr)
    sys.exit(code)
