"""Ctrl-C while ``rat_tracker track`` makes its tracker ends it as later, without a traceback."""

from __future__ import annotations

from pathlib import Path
import signal

from click.testing import CliRunner
import pytest
from ros import scene
from support_bags import on_the_spot
from support_bags import read_bag
from support_bags import spots
from support_bags import write_bag

from rat_tracker.cli import main
from rat_tracker.tracker import Tracker


def interrupted(_: str) -> Tracker:
    """Be interrupted, and make of it what compiled libraries make of it."""
    handle = signal.getsignal(signal.SIGINT)
    assert callable(handle)
    try:
        handle(signal.SIGINT, None)
    except KeyboardInterrupt:
        raise ImportError('the frontend is not available: initialization failed') from None
    return on_the_spot(30)


def test_an_interrupt_while_the_tracker_is_made_ends_it_after_the_first_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(30))
    monkeypatch.setattr('rat_tracker.trackers.create_tracker', interrupted)

    result = CliRunner().invoke(main, [
        'track', str(bag), '--box', str(scene.red_box(0)), '--output', str(tmp_path / 'out')])

    assert result.exit_code == 130, result.output
    assert f'interrupted: the first 1 images are in {tmp_path / "out"}' in result.output
    assert len(read_bag(tmp_path / 'out')['/tracker_node/target']) == 1
