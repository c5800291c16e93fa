"""``rat_tracker track`` from a user's point of view."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from importlib import import_module
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

from click.testing import CliRunner
from click.testing import Result
import pytest
from ros import scene
from rosbags.rosbag2 import Reader
from support_bags import BEGIN
from support_bags import cut
from support_bags import damaged
from support_bags import header
from support_bags import image_message
from support_bags import in_two_files
from support_bags import read_bag
from support_bags import spots
from support_bags import stamp_of
from support_bags import storage_file
from support_bags import TOPIC
from support_bags import write_bag

from rat_tracker.cli import main
from rat_tracker.geometry import Box
from rat_tracker.stamps import seconds_text

TRACKER = 'rat:patch_side=128:channels=8:ranking_channels=8'
BOX = str(scene.red_box(0))
_END = 100.0  # seconds that a process may take on a busy machine


def track(bag: Path, output: Path, *arguments: str, box: str = BOX) -> Result:
    return CliRunner().invoke(main, [
        'track', str(bag), '--box', box, '--tracker', TRACKER, '--output', str(output),
        *arguments])


def row(result: Result, label: str) -> str:
    """Return what the summary says under this label."""
    rows = [line.strip('│ ').split('│') for line in result.output.splitlines() if '│' in line]
    (value,) = (cells[1].strip() for cells in rows if cells[0].strip() == label)
    return value


def boxes(output: Path) -> list[Box]:
    return [Box(message.box.x, message.box.y, message.box.width, message.box.height)
            for _, message in read_bag(output)['/tracker_node/target']]


@pytest.mark.parametrize('storage', ['mcap', 'sqlite3'])
def test_a_target_is_followed_and_a_bag_and_a_summary_come_of_it(
    tmp_path: Path, storage: str,
) -> None:
    bag = write_bag(tmp_path / 'bag', spots(20), storage=storage)

    result = track(bag, tmp_path / 'out', '--topic', TOPIC, '--storage', storage)

    assert result.exit_code == 0, result.output
    assert (row(result, 'images'), row(result, 'tracked')) == ('20', '20')
    assert (row(result, 'dropped'), row(result, 'not readable')) == ('0', '0')
    assert row(result, 'TRACKING') == '20'
    assert float(row(result, 'tracked per second')) > 0
    assert f'results in {tmp_path / "out"}' in result.output
    for index, box in enumerate(boxes(tmp_path / 'out')):
        assert box.overlap(scene.red_box(index)) > 0.7


def test_the_box_may_be_drawn_on_a_later_image(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(20))
    stamp = stamp_of(8)

    for name, arguments in {
        'start': ['--start', '0.25'],  # after the begin: between images 7 and 8
        'stamp': ['--stamp', seconds_text(stamp)],
        'near': ['--stamp', seconds_text(stamp + 9_000_000)],  # of who kept it as a float
    }.items():
        result = track(bag, tmp_path / name, *arguments, box=str(scene.red_box(8)))

        assert result.exit_code == 0, result.output
        first = read_bag(tmp_path / name)['/tracker_node/target'][0][1]
        assert first.header.stamp.sec * 10**9 + first.header.stamp.nanosec == stamp
        assert row(result, 'images') == '12'


def test_pictures_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(4))

    track(bag, tmp_path / 'both', '--overlay', '--attention')
    track(bag, tmp_path / 'none')

    found = read_bag(tmp_path / 'both')
    assert len(found['/tracker_node/overlay/compressed']) == 4
    assert len(found['/tracker_node/attention/compressed']) == 4
    assert not any('compressed' in topic for topic in read_bag(tmp_path / 'none'))


def test_in_realtime_every_image_is_tracked_or_dropped(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(30))
    begin = time.monotonic()

    result = track(bag, tmp_path / 'out', '--realtime')

    assert result.exit_code == 0, result.output
    assert time.monotonic() - begin > 28 / 30  # from the second image to the last
    tracked = int(row(result, 'tracked'))
    assert tracked + int(row(result, 'dropped')) == 30
    assert len(boxes(tmp_path / 'out')) == tracked
    last = read_bag(tmp_path / 'out')['/tracker_node/target'][-1][1]
    assert last.header.stamp.nanosec == stamp_of(29) % 10**9


def test_what_is_wrong_with_single_images_is_printed_and_no_reason_to_stop(
    tmp_path: Path,
) -> None:
    messages = spots(8)
    messages[3] = replace(messages[3], step=10)
    messages[5] = replace(messages[5], header=header(0))
    bag = write_bag(tmp_path / 'bag', messages, times=[stamp_of(index) for index in range(8)])

    result = track(bag, tmp_path / 'out')

    assert result.exit_code == 1, result.output
    assert '1 of 8 images could not be read and were left out, the first because' in result.output
    assert '1 of 7 images have no stamp' in result.output
    assert row(result, 'not readable') == '1'


def test_a_target_that_was_given_up_is_reported(tmp_path: Path) -> None:
    messages = spots(4)
    messages[2] = image_message(scene.picture(2)[:120], stamp_of(2))

    result = track(write_bag(tmp_path / 'bag', messages), tmp_path / 'out')

    assert result.exit_code == 0, result.output
    assert 'the target was given up: the images changed from 320x240' in result.output


def test_a_bag_that_is_cut_off_is_refused_with_the_remedy(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / 'bag', spots(4))
    cut(storage_file(bag), 0.6)

    result = track(bag, tmp_path / 'out')

    assert result.exit_code == 2
    assert 'to save what is left: mcap recover' in result.output
    assert not (tmp_path / 'out').exists()


def test_a_bag_that_is_damaged_is_followed_up_to_the_damage(tmp_path: Path) -> None:
    bag = damaged(write_bag(tmp_path / 'bag', spots(60), compression='storage'))

    result = track(bag, tmp_path / 'out')

    assert result.exit_code == 1
    count = int(row(result, 'images'))
    assert 0 < count < 60
    assert len(boxes(tmp_path / 'out')) == count
    last = result.output.strip().splitlines()[-1]
    assert last.startswith(f'Error: {bag} is damaged: ')
    assert f'the results of the {count} other images are in {tmp_path / "out"}' in last
    assert 'to save what is left: mcap recover' in last


def test_of_a_bag_in_two_files_the_good_one_is_followed(tmp_path: Path) -> None:
    bag = in_two_files(tmp_path, 'mcap')
    cut(bag / 'bag_1.mcap', 0.5)

    result = track(bag, tmp_path / 'out')

    assert result.exit_code == 1
    assert len(boxes(tmp_path / 'out')) == 4
    last = result.output.strip().splitlines()[-1]
    assert last.startswith(f'Error: {bag / "bag_1.mcap"} cannot be read: ')
    assert 'to save what is left: mcap recover' in last


def test_ctrl_c_leaves_a_whole_bag_of_what_was_done(tmp_path: Path) -> None:
    # An image every ten seconds, so that there is time to interrupt it on any machine.
    bag = write_bag(tmp_path / 'bag', [
        replace(message, header=header(BEGIN + index * 10 * 10**9))
        for index, message in enumerate(spots(30))])
    command = [sys.executable, '-c', 'from rat_tracker.cli import main; main()', 'track', str(bag),
               '--box', BOX, '--tracker', TRACKER, '--output', str(tmp_path / 'out'),
               '--realtime']
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=os.environ) as process:
        end = time.monotonic() + _END
        # Once the new bag is in the making Ctrl-C only ends the work.
        while not list(tmp_path.glob('.rat_tracker-*/out/*')):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=_END)

    assert process.returncode == 130, errors
    assert 'interrupted: the first' in errors
    assert 'tracked' in output
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith('.')] == []
    with Reader(tmp_path / 'out') as reader:
        assert reader.message_count > 0
    assert len(boxes(tmp_path / 'out')) < 30


def test_what_was_interrupted_before_the_damage_is_said_to_be_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    bag = damaged(write_bag(tmp_path / 'bag', spots(60), compression='storage'))
    monkeypatch.setattr(import_module('rat_tracker.cli.track'), 'interruptible',
                        lambda: nullcontext(lambda: True))

    result = track(bag, tmp_path / 'out')

    assert result.exit_code == 130
    assert f'interrupted: the first 1 images are in {tmp_path / "out"}' in result.output
    assert 'damaged' not in result.output
    assert len(boxes(tmp_path / 'out')) == 1
