"""``rat_tracker trax``: serve a tracker to an evaluation program that speaks TraX."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing

if TYPE_CHECKING:
    from rat_tracker.tracker import Tracker


@click.command()
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='One of our trackers, or opencv:csrt, opencv:kcf, opencv:nano. Options may '
              'follow the name, as in rat:attention_gain=0.')
@click.option('--nano-models', type=click.Path(path_type=Path), metavar='DIR',
              help="The folder with NanoTrack's two ONNX files, for opencv:nano.")
def trax(tracker: str, nano_models: Path | None) -> None:
    """Serve a tracker over the TraX protocol, which VOT's toolkit speaks.

    An evaluation program starts this command and talks to it through standard input and output.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.evaluation.trax.errors import TraxError  # noqa: PLC0415
    from rat_tracker.evaluation.trax.transport import standard_streams  # noqa: PLC0415

    if 'TRAX_SOCKET' in os.environ:
        raise Refusal('TRAX_SOCKET is set, and this server talks through standard input and '
                      'output; write socket = false in trackers.ini')
    # Before anything is loaded that might print.
    transport = standard_streams()
    made = _prepared(tracker, nano_models)
    from rat_tracker.evaluation.trax.session import Session  # noqa: PLC0415

    try:
        Session(made, tracker, transport).run()
    except TraxError as error:
        raise click.ClickException(str(error)) from error


def _prepared(name: str, nano_models: Path | None) -> Tracker:
    """Make a tracker and let it work once, so that the client never waits for a first time."""
    import numpy as np  # noqa: PLC0415

    from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline  # noqa: PLC0415
    from rat_tracker.evaluation.trax.errors import in_one_line  # noqa: PLC0415
    from rat_tracker.geometry import Box  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    with refusing(ValueError, WeightsError):
        tracker = create_tracker_or_baseline(name, nano_models)
    image = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    try:
        tracker.init(image, Box(120, 80, 60, 60))
        tracker.track(image)
    # Whatever a library raises where it cannot work.
    except Exception as error:
        raise Refusal(f'tracker {name!r} cannot work here: {in_one_line(error)}') from error
    return tracker
