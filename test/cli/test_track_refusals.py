"""What ``rat_tracker track`` refuses: one line, and nothing is written."""

from __future__ import annotations

from pathlib import Path
import sys

from click.testing import CliRunner
import pytest
from ros import scene
from rosbags.rosbag2 import Writer
from support_bags import IMAGE
from support_bags import spots
from support_bags import STORE
from support_bags import TOPIC
from support_bags import write_bag

from rat_tracker.cli import main

TRACKER = 'rat:patch_side=128:channels=8:ranking_channels=8'
BOX = str(scene.red_box(0))


REFUSALS = {
    'nothing there': (['no/such/bag'], 'does not exist'),
    'a video': (['CLIP'], 'is a video, not a ROS 2 bag'),
    'no messages': (['EMPTY'], 'is empty: it has no topic'),
    'no images': (['SILENT'], 'holds no image; was the camera running?'),
    'which topic': (['TWO'], 'name one of them with --topic: /camera/image_raw, /rear'),
    'no such topic': (['BAG', '--topic', '/nose'], 'no topic /nose'),
    'another type': (['BAG', '--topic', '/talk'], 'not of images'),
    'box outside': (['BAG', '--box', '900,10,20,20'], 'outside the 320x240 image'),
    'no box': (['BAG', '--box', '1,2,3'], 'not four numbers'),
    'no tracker': (['BAG', '--tracker', 'cat'], "unknown tracker 'cat'"),
    'late start': (['BAG', '--start', '99'], 'choose an earlier one with --start'),
    'no start': (['BAG', '--start', 'nan'], 'is no time'),
    'another stamp': (['BAG', '--stamp', '17.5'], 'holds no image of stamp 17.500000000'),
    'no stamp': (['BAG', '--stamp', '1e9'], 'not a stamp'),
    'both': (['BAG', '--start', '1', '--stamp', '17'], 'give one of them'),
    'in the way': (['BAG', '--output', 'BAG'], 'exists already'),
    'no rights': (['BAG', '--output', '/proc/out'], 'cannot be written'),
}


@pytest.mark.parametrize('case', REFUSALS)
def test_what_cannot_work_is_refused_on_one_line(tmp_path: Path, case: str) -> None:
    given, words = REFUSALS[case]
    (tmp_path / 'clip.mp4').write_bytes(b'no bag')
    with Writer(tmp_path / 'empty', version=9):
        pass
    with Writer(tmp_path / 'silent', version=9) as writer:
        writer.add_connection(TOPIC, IMAGE, typestore=STORE)
    places = {
        'BAG': write_bag(tmp_path / 'bag', spots(3)), 'CLIP': tmp_path / 'clip.mp4',
        'EMPTY': tmp_path / 'empty', 'SILENT': tmp_path / 'silent',
        'TWO': write_bag(tmp_path / 'two', spots(1), others=['/rear'])}
    before = sorted(path.name for path in tmp_path.iterdir())
    arguments = [str(places.get(argument, argument)) for argument in given]
    defaults = {'--box': BOX, '--tracker': TRACKER, '--output': str(tmp_path / 'out')}
    for option, value in defaults.items():
        if option not in arguments:
            arguments += [option, value]

    result = CliRunner().invoke(main, ['track', *arguments])

    assert result.exit_code == 2, result.output
    assert words in result.output
    assert len(result.output.strip().splitlines()) == 1, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_without_rosbags_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.startswith('rat_tracker.bags')]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, 'rosbags.typesys', None)

    result = CliRunner().invoke(main, ['track', str(tmp_path), '--box', BOX])

    assert result.exit_code == 2
    assert 'pip install -r requirements/bags.txt' in result.output
