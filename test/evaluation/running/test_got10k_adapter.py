"""Our trackers behind the interface of GOT-10k's toolkit."""

from __future__ import annotations

import importlib
import sys

import numpy as np
from PIL import Image as Picture
import pytest
from support_trackers import ScriptedTracker

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.running.got10k_adapter import Got10kTracker
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.geometry import Box

CLIP = list(render(Scene(length=8)))
RED = Picture.new('RGB', (64, 48), (200, 10, 30))


@pytest.mark.parametrize('origin', [0.0, 1.0])
def test_boxes_are_in_the_coordinates_of_the_data_set(origin: float) -> None:
    scripted = ScriptedTracker([Box(7, 8, 9.5, 10)], [1])
    tracker = Got10kTracker('script', scripted, origin)

    tracker.init(RED, np.array([5.0, 6.0, 20.0, 10.0]))
    found = tracker.update(RED)

    assert scripted.started == [Box(5 - origin, 6 - origin, 20, 10)]
    assert found.tolist() == [7 + origin, 8 + origin, 9.5, 10]


def test_images_are_given_in_our_order_of_colours() -> None:
    scripted = ScriptedTracker([Box(1, 1, 5, 5)], [1])
    tracker = Got10kTracker('script', scripted)

    tracker.init(RED, np.array([5.0, 6.0, 20.0, 10.0]))
    tracker.update(RED)

    for image in scripted.images:
        assert image.shape == (48, 64, 3)
        assert image.dtype == np.uint8
        assert image.flags.c_contiguous
        assert image[0, 0].tolist() == [30, 10, 200]


def test_toolkit_is_told_that_one_run_is_enough() -> None:
    tracker = Got10kTracker('script', ScriptedTracker([], []))

    assert tracker.name == 'script'
    assert tracker.is_deterministic


@pytest.mark.parametrize('name', ['rat:patch_side=64', 'opencv:kcf'])
def test_tracker_answers_the_toolkit_as_it_answers_us(name: str) -> None:
    ours = create_tracker_or_baseline(name)
    theirs = Got10kTracker(name, create_tracker_or_baseline(name))
    start = CLIP[0].box
    ours.init(CLIP[0].image, start)
    theirs.init(picture(0), np.array([start.x + 1, start.y + 1, start.width, start.height]))

    for index in range(1, len(CLIP)):
        box = ours.track(CLIP[index].image).box
        assert theirs.update(picture(index)).tolist() == pytest.approx(
            [box.x + 1, box.y + 1, box.width, box.height])


def picture(index: int) -> Picture.Image:
    return Picture.fromarray(CLIP[index].image[..., ::-1])


def test_import_without_the_toolkit_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    name = Got10kTracker.__module__
    monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, 'got10k.trackers', None)

    with pytest.raises(ImportError, match=r'pip install got10k==0\.1\.3 six') as error:
        importlib.import_module(name)

    assert '\n' not in str(error.value)
