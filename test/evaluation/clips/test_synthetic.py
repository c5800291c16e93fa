"""The truth of synthetic clips: boxes match the pixels to a fraction of a pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rat_tracker.evaluation.clips import card
from rat_tracker.evaluation.clips import synthetic
from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.evaluation.clips.textures import TEXTURES
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image


@pytest.fixture
def white_on_black(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the target white and everything else black, so that its edges can be measured."""
    def plain(name: str) -> Image:
        return np.full((64, 64, 3), 255 if name == 'cat' else 0, np.uint8)
    monkeypatch.setattr(card, 'texture', plain)
    monkeypatch.setattr(synthetic, 'texture', plain)


def measured(image: Image) -> Box:
    """Return the box of an upright white card on black from its brightness' moments."""
    light = image[..., 0] / 255
    rows, columns = np.mgrid[:image.shape[0], :image.shape[1]] + 0.5
    # An edge pixel is as bright as it is covered, so the brightest row holds the whole width.
    width, height = light.sum(axis=1).max(), light.sum(axis=0).max()
    return Box.from_center((light * columns).sum() / light.sum(),
                           (light * rows).sum() / light.sum(), width, height)


@pytest.mark.usefixtures('white_on_black')
@pytest.mark.parametrize('seed', [0, 1, 2])
def test_box_is_where_the_pixels_are(seed: int) -> None:
    for frame in render(Scene(speed=3.3, target_width=41.5, target_height=57.25), seed):
        assert measured(frame.image).values == pytest.approx(frame.box.values, abs=0.01)


@pytest.mark.usefixtures('white_on_black')
def test_box_grows_and_shrinks_with_the_pixels() -> None:
    frames = list(render(Scene(zoom=1.5)))
    for frame in frames:
        assert measured(frame.image).values == pytest.approx(frame.box.values, abs=0.01)
    widths = [frame.box.width for frame in frames]
    assert max(widths) == pytest.approx(44 * 1.5, rel=0.01)
    assert min(widths) == pytest.approx(44 / 1.5, rel=0.01)


@pytest.mark.usefixtures('white_on_black')
def test_box_encloses_a_turned_card() -> None:
    for frame in render(Scene(turn=30)):
        rows, columns = np.nonzero(frame.image[..., 0] > 8)
        edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        box = frame.box
        truth = (box.x, box.y, box.x + box.width, box.y + box.height)
        # A corner covers little of its last pixel, so what is seen may end a pixel earlier.
        assert edges == pytest.approx(truth, abs=1.5)


@pytest.mark.usefixtures('white_on_black')
def test_box_of_a_blurred_card_is_at_the_middle_of_the_exposure() -> None:
    sharp = list(render(Scene(speed=12, length=20)))
    blurred = render(Scene(speed=12, length=20, exposure=0.9))
    for frame, still in zip(blurred, sharp, strict=True):
        light = frame.image[..., 0] / 255
        columns = np.arange(light.shape[1]) + 0.5
        assert frame.box == still.box
        assert (light.sum(axis=0) * columns).sum() / light.sum() == pytest.approx(
            frame.box.center_x, abs=0.15)
    assert not np.array_equal(frame.image, still.image)


def test_same_seed_gives_same_bytes_and_another_seed_another_path() -> None:
    scene = Scene(length=5, noise=4, light=0.3, occlusion=0.5, exposure=0.5)
    first, again, other = (list(render(scene, seed)) for seed in (3, 3, 4))
    assert all(np.array_equal(a.image, b.image) and a.box == b.box
               for a, b in zip(first, again, strict=True))
    assert first[0].box != other[0].box


@pytest.mark.parametrize('speed', [1.0, 6.0, 15.0])
def test_card_is_no_faster_than_its_speed_and_stays_inside(speed: float) -> None:
    frames = list(render(Scene(speed=speed, length=round(400 / speed))))
    centers = np.array([(frame.box.center_x, frame.box.center_y) for frame in frames])
    steps = np.hypot(*np.diff(centers, axis=0).T)
    assert 0.6 * speed < steps.max() <= speed + 1e-9
    assert all(frame.box.intersection(Box(0, 0, 320, 240)) == pytest.approx(frame.box.area)
               for frame in frames)


def seen(scene: Scene) -> list[float]:
    return [frame.visible for frame in render(scene)]


def test_visible_part_tells_how_much_is_hidden() -> None:
    assert min(seen(Scene())) > 0.999
    assert min(seen(Scene(occlusion=0.6))) == pytest.approx(0.4, abs=0.02)
    parts = seen(Scene(occlusion=1.0))
    assert min(parts) < 0.05
    assert parts[0] > 0.999
    assert parts[-1] > 0.999


def test_target_leaves_the_image_and_comes_back() -> None:
    parts = seen(Scene(leaves=True))
    assert parts[0] > 0.999
    assert parts[30] == 0
    assert parts[-1] > 0.99


def test_light_changes_all_of_the_image() -> None:
    means = [float(frame.image.mean()) for frame in render(Scene(light=0.5))]
    assert max(means) / min(means) > 2


def test_distractor_looks_like_the_target_and_hides_none_of_it() -> None:
    accompanied, alone = list(render(Scene(distractor=True))), list(render(Scene()))

    assert min(frame.visible for frame in accompanied) > 0.999
    twins = 0
    for frame, plain in zip(accompanied, alone, strict=True):
        box = frame.box
        inside = np.s_[round(box.y) + 2:round(box.y + box.height) - 2,
                       round(box.x) + 2:round(box.x + box.width) - 2]
        assert np.array_equal(frame.image[inside], plain.image[inside])
        twins += not np.array_equal(frame.image, plain.image)
    assert twins > 15


@pytest.mark.parametrize('name', TEXTURES)
def test_texture_is_there_without_a_download(name: str) -> None:
    image = texture(name)
    assert image.dtype == np.uint8
    assert image.shape[2] == 3
    assert image.std() > 10


@pytest.mark.parametrize(
    'make', [lambda: texture('fur'), lambda: list(render(Scene(target='fur')))])
def test_unknown_texture_is_refused_with_the_known_ones(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match='choose from cat, face'):
        make()
