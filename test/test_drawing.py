"""What the pictures show, and that they stay readable and within the image."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from rat_tracker.drawing import attention_image
from rat_tracker.drawing import contact_sheet
from rat_tracker.drawing import draw_label
from rat_tracker.drawing import draw_overlay
from rat_tracker.drawing import heat
from rat_tracker.drawing import STATE_COLORS
from rat_tracker.drawing import surroundings
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import State
from rat_tracker.tracker import Attention

SIZES = [(176, 144), (640, 480), (1280, 720)]


def gray(width: int, height: int) -> Image:
    return np.full((height, width, 3), 128, np.uint8)


def changed(image: Image, drawn: Image) -> np.ndarray:
    return np.argwhere((image != drawn).any(axis=2))


@pytest.mark.parametrize(('width', 'height'), SIZES)
@pytest.mark.parametrize('state', [State.TRACKING, State.UNCERTAIN, State.LOST])
def test_box_is_drawn_at_its_edges_in_the_colour_of_the_state(
    width: int, height: int, state: State,
) -> None:
    box = Box(width // 4, height // 2, width // 4, height // 4)
    drawn = draw_overlay(gray(width, height), box, state, 0.5)
    color = np.array(STATE_COLORS[state])
    right, bottom = width // 4 + width // 4 - 1, height // 2 + height // 4 - 1
    for x, y in itertools.product((width // 4, right), (height // 2, bottom)):
        assert (drawn[y, x] == color).all(), f'corner {x},{y} is {drawn[y, x]}'
    middle = drawn[height // 2 + height // 8, width // 4 + width // 8]
    assert (middle == 128).all(), 'the inside of the box stays as it was'


def test_states_are_told_apart_without_colour() -> None:
    box = Box(100, 100, 200, 200)
    lines = {
        state: (draw_overlay(gray(640, 480), box, state, 0.5)[110:290, 100] != 128).any(axis=1)
        for state in (State.TRACKING, State.UNCERTAIN, State.LOST)}
    assert lines[State.TRACKING].all()
    assert 0.3 < lines[State.UNCERTAIN].mean() < 0.9
    assert not lines[State.LOST][80:100].any(), 'the middle of a lost box has no line'


def test_no_box_while_searching() -> None:
    drawn = draw_overlay(gray(640, 480), Box(0, 0, 0, 0), State.SEARCHING, 0.0)
    assert changed(gray(640, 480), drawn)[:, 0].max() < 60, 'only the label, at the top'


def test_image_is_not_touched() -> None:
    image = gray(176, 144)
    attention = Attention(np.ones((8, 8), np.float32), Box(10, 10, 100, 100))
    draw_overlay(image, Box(20, 20, 40, 40), State.TRACKING, 1.0, attention)
    assert (image == 128).all()


@given(x=st.floats(-300, 500), y=st.floats(-300, 400), width=st.floats(1, 400),
       height=st.floats(1, 400))
def test_label_is_whole_wherever_the_box_lies(
    x: float, y: float, width: float, height: float,
) -> None:
    drawn, expected = gray(176, 144), gray(176, 144)
    draw_label(drawn, 'UNCERTAIN 0.50', Box(x, y, width, height), (66, 228, 240))
    draw_label(expected, 'UNCERTAIN 0.50', Box(20, 60, 40, 40), (66, 228, 240))
    assert (len(changed(gray(176, 144), drawn)) == len(changed(gray(176, 144), expected)))


@pytest.mark.parametrize(('width', 'height'), [*SIZES, (60, 40)])
def test_label_fits_the_image_and_grows_with_it(width: int, height: int) -> None:
    marks = changed(gray(width, height), draw_overlay(
        gray(width, height), Box(0, 0, 0, 0), State.SEARCHING, 0.25))
    label_height = np.ptp(marks[:, 0]) + 1
    assert marks[:, 1].max() < width
    if height >= 144:
        assert 10 <= label_height <= height * 0.12


@pytest.mark.parametrize('corner', [(5, 5), (560, 5), (5, 400), (560, 400)])
def test_inset_gives_way_to_the_box(corner: tuple[int, int]) -> None:
    attention = Attention(np.ones((4, 4), np.float32), Box(0, 0, 640, 480))
    box = Box(*corner, 70, 70)
    plain = draw_overlay(gray(640, 480), box, State.TRACKING, 0.5)
    inset = draw_overlay(gray(640, 480), box, State.TRACKING, 0.5, attention)
    hidden = changed(plain, inset)
    assert len(hidden) > 1000
    inside = ((hidden[:, 1] >= corner[0]) & (hidden[:, 1] < corner[0] + 70)
              & (hidden[:, 0] >= corner[1]) & (hidden[:, 0] < corner[1] + 70))
    assert not inside.any()


def test_attention_lies_where_its_region_lies() -> None:
    attention = Attention(np.ones((5, 5), np.float32), Box(10.4, 20.6, 30, 40))
    image = attention_image(attention, 100, 80)
    assert image.shape == (80, 100)
    rows, columns = np.nonzero(image)
    # Pixels whose centre is covered: from ceil(edge - 0.5).
    assert (columns.min(), columns.max()) == (10, 39)
    assert (rows.min(), rows.max()) == (21, 60)
    assert (image[21:61, 10:40] == 255).all()


def test_attention_of_one_cell_peaks_at_its_centre() -> None:
    cells = np.zeros((5, 5), np.float32)
    cells[1, 3] = 1
    image = attention_image(Attention(cells, Box(0, 0, 50, 50)), 50, 50).astype(float)
    rows, columns = np.mgrid[:50, :50]
    assert (image * (columns + 0.5)).sum() / image.sum() == pytest.approx(35, abs=0.1)
    assert (image * (rows + 0.5)).sum() / image.sum() == pytest.approx(15, abs=0.1)


@pytest.mark.parametrize('region', [
    Box(-20, -20, 60, 60), Box(80, 60, 60, 60), Box(200, 200, 50, 50), Box(-50, -50, 300, 300)])
def test_attention_reaching_beyond_the_image_is_cut(region: Box) -> None:
    cells = np.ones((7, 7), np.float32)
    image = attention_image(Attention(cells, region), 100, 80)
    covered = region.intersection(Box(0, 0, 100, 80))
    assert (image > 0).sum() == covered


def test_attention_is_brighter_in_the_heat_map() -> None:
    attention = np.zeros((80, 100), np.uint8)
    attention[30:50, 40:60] = 255
    picture = heat(gray(100, 80), attention)
    assert picture[40, 50].sum() > 1.5 * picture[10, 10].sum()


@pytest.mark.parametrize(('box', 'left', 'top'), [
    (Box(300, 200, 40, 40), 270, 170), (Box(0, 0, 40, 40), 0, 0),
    (Box(600, 440, 40, 40), 540, 380)])
def test_surroundings_stay_in_the_image(box: Box, left: int, top: int) -> None:
    shown = surroundings(box, 640, 480, 50)
    assert (shown.left, shown.top, shown.width, shown.height) == (left, top, 100, 100)


def test_contact_sheet_holds_every_tile_in_order() -> None:
    tiles = [(str(index), np.full((50, 80, 3), 40 * index + 40, np.uint8)) for index in range(5)]
    sheet = contact_sheet(tiles, columns=3)
    centers = [sheet[2 + 30 + row * 52, 2 + 40 + column * 82, 0]
               for row in range(2) for column in range(3)]
    assert centers == [40, 80, 120, 160, 200, 32]


def test_contact_sheet_without_tiles_is_refused() -> None:
    with pytest.raises(ValueError, match='at least one'):
        contact_sheet([], columns=3)
