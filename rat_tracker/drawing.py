"""Pictures of results: the box with its label, and the attention.

``draw_outline`` and ``draw_label`` draw on the image that they are given, all others return a new
one. Lines and letters grow with the image, so that 176×144 and 1280×720 read alike. The colours of
the states are Okabe and Ito's, which people with any common colour blindness tell apart ("Color
Universal Design", 2008); the state is written out as well, and its lines are whole, dashed or
corners only.
"""

from __future__ import annotations

from collections.abc import Sequence
import math

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion
from rat_tracker.target import State
from rat_tracker.tracker import Attention

Color = tuple[int, int, int]  # blue, green, red
GrayImage = npt.NDArray[np.uint8]  # H×W

STATE_COLORS: dict[State, Color] = {
    State.SEARCHING: (255, 255, 255),
    State.TRACKING: (233, 180, 86),  # sky blue
    State.UNCERTAIN: (66, 228, 240),  # yellow
    State.LOST: (0, 94, 213),  # vermilion
}
_BLACK: Color = (0, 0, 0)
_WHITE: Color = (255, 255, 255)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_INSET = 0.3  # side of the attention inset, of the image's shorter side
_SURROUNDINGS = 2.5  # side of what is shown around a box, of the box's side


def draw_overlay(
    image: Image, box: Box, state: State, score: float, attention: Attention | None = None,
) -> Image:
    """Return a copy of the image with the box, its label and, in a corner, the attention.

    :param box: in image pixels; not used while the state is SEARCHING
    :param attention: shown over the surroundings of the box; None: no inset
    """
    drawn = image.copy()
    height, width = image.shape[:2]
    anchor = Box(0, 0, width, height)
    if state != State.SEARCHING:
        if attention is not None:
            _draw_inset(drawn, image, box, attention)
        draw_outline(drawn, box, state)
        anchor = box
    draw_label(drawn, f'{state.name} {score:.2f}', anchor, STATE_COLORS[state])
    return drawn


def draw_outline(image: Image, box: Box, state: State) -> None:
    """Draw a box: whole when tracking, dashed when uncertain, only its corners when lost."""
    line = line_width(image)
    left, top = round(box.x), round(box.y)
    right, bottom = round(box.x + box.width) - 1, round(box.y + box.height) - 1
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    strokes = [stroke for start, end in zip(corners, corners[1:] + corners[:1], strict=True)
               for stroke in _strokes(start, end, state, line)]
    # A dark rim keeps the line apart from a ground of its own colour.
    for color, width in ((_BLACK, line + 2), (STATE_COLORS[state], line)):
        for first, second in strokes:
            cv2.line(image, first, second, color, width)


def draw_label(image: Image, text: str, box: Box, color: Color) -> None:
    """Write text on a ground of this colour above the box, below it, or else in it."""
    height, width = image.shape[:2]
    scale, thickness = _letters(image, text)
    (text_width, text_height), baseline = cv2.getTextSize(text, _FONT, scale, thickness)
    margin = thickness + 1
    label_width, label_height = text_width + 2 * margin, text_height + baseline + 2 * margin
    line = line_width(image)
    places = (round(box.y) - line - label_height, round(box.y + box.height) + line)
    top = next((place for place in places if 0 <= place <= height - label_height),
               round(box.y) + line)
    left = min(max(round(box.x) - line, 0), max(width - label_width, 0))
    top = min(max(top, 0), max(height - label_height, 0))
    cv2.rectangle(
        image, (left, top), (left + label_width - 1, top + label_height - 1), color, cv2.FILLED)
    ink = _WHITE if _luminance(color) < 0.35 else _BLACK
    cv2.putText(image, text, (left + margin, top + margin + text_height), _FONT, scale, ink,
                thickness, cv2.LINE_AA)


def line_width(image: Image) -> int:
    """Return the width in pixels of a line that is easily seen in this image."""
    height, width = image.shape[:2]
    return max(1, int(min(height, width) / 180 + 0.5))


def attention_image(attention: Attention, width: int, height: int) -> GrayImage:
    """Return the attention as a ``height``×``width`` image, 255 where it is 1.

    A pixel shows the map's value at the pixel's centre; pixels that the map does not cover are 0.
    """
    canvas = np.zeros((height, width), np.uint8)
    region = attention.region
    # The pixels whose centre the region covers.
    left, right = (min(max(math.ceil(edge - 0.5), 0), width)
                   for edge in (region.x, region.x + region.width))
    top, bottom = (min(max(math.ceil(edge - 0.5), 0), height)
                   for edge in (region.y, region.y + region.height))
    if left >= right or top >= bottom:
        return canvas
    rows, columns = attention.map.shape
    step_x, step_y = columns / region.width, rows / region.height
    # From a pixel's index to the index of the map's cell; both have their centre half a step in.
    to_map = np.array([
        [step_x, 0, (left + 0.5 - region.x) * step_x - 0.5],
        [0, step_y, (top + 0.5 - region.y) * step_y - 0.5]])
    cells = np.rint(np.clip(attention.map, 0, 1) * 255).astype(np.uint8)
    canvas[top:bottom, left:right] = cv2.warpAffine(
        cells, to_map, (right - left, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return canvas


def heat(image: Image, attention: GrayImage) -> Image:
    """Return the image, dimmed, with the attention laid over it as light from violet to yellow.

    :param attention: of the image's height and width, as ``attention_image`` makes it
    """
    light = cv2.applyColorMap(attention, cv2.COLORMAP_INFERNO)
    return cv2.addWeighted(image, 0.45, light, 0.8, 0)  # type: ignore[return-value]


def surroundings(box: Box, width: int, height: int, side: int) -> SearchRegion:
    """Return a square around a box, shifted into the ``width``×``height`` image where it fits.

    :param side: of the patch that is cropped from it, in pixels
    """
    size = max(round(_SURROUNDINGS * math.sqrt(box.area)), 1)
    left = min(max(round(box.center_x - size / 2), 0), max(width - size, 0))
    top = min(max(round(box.center_y - size / 2), 0), max(height - size, 0))
    return SearchRegion(left, top, size, size, side)


def contact_sheet(tiles: Sequence[tuple[str, Image]], columns: int) -> Image:
    """Return images of one size in rows, each with its caption in its upper left corner.

    :raises ValueError: there is no tile
    """
    if not tiles:
        raise ValueError('a contact sheet needs at least one image')
    height, width = tiles[0][1].shape[:2]
    gap = max(2, width // 80)
    rows = -(-len(tiles) // columns)
    sheet = np.full(
        (rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 32, np.uint8)
    for index, (caption, tile) in enumerate(tiles):
        top = gap + index // columns * (height + gap)
        left = gap + index % columns * (width + gap)
        cell = sheet[top:top + height, left:left + width]
        cell[:] = tile
        draw_label(cell, caption, Box(0, 0, width, height), _WHITE)
    return sheet


def _strokes(
    start: tuple[int, int], end: tuple[int, int], state: State, line: int,
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the parts of one side of the box that are drawn."""
    if state == State.TRACKING:
        parts = [(0.0, 1.0)]
    elif state == State.LOST:
        parts = [(0.0, 0.2), (0.8, 1.0)]
    else:
        dashes = max(1, math.dist(start, end) // (8 * line))
        # Both ends are drawn, so that the corners are whole: n dashes, n - 1 equal gaps.
        parts = [(2 * i / (2 * dashes - 1), (2 * i + 1) / (2 * dashes - 1))
                 for i in range(int(dashes))]

    def point(part: float) -> tuple[int, int]:
        return (round(start[0] + part * (end[0] - start[0])),
                round(start[1] + part * (end[1] - start[1])))
    return [(point(first), point(second)) for first, second in parts]


def _draw_inset(drawn: Image, image: Image, box: Box, attention: Attention) -> None:
    """Draw the attention around the box in the corner where it hides least of the box."""
    height, width = image.shape[:2]
    side = round(_INSET * min(height, width))
    square = surroundings(box, width, height, side)
    light = Attention(attention.map, square.to_patch(attention.region))
    picture = heat(square.crop(image), attention_image(light, side, side))
    cv2.rectangle(picture, (0, 0), (side - 1, side - 1), _WHITE, line_width(image))
    places = [(x, y) for y in (height - side, 0) for x in (width - side, 0)]
    x, y = min(places, key=lambda place: box.intersection(Box(place[0], place[1], side, side)))
    drawn[y:y + side, x:x + side] = picture


def _letters(image: Image, text: str) -> tuple[float, int]:
    """Return the font's scale and thickness: as the image is large, and fitting its width."""
    scale = max(0.35, min(image.shape[:2]) / 720)
    thickness = max(1, round(scale * 1.8))
    room = image.shape[1] - 2 * (thickness + 1)
    text_width = cv2.getTextSize(text, _FONT, scale, thickness)[0][0]
    return scale * min(1.0, room / text_width), thickness


def _luminance(color: Color) -> float:
    """Return how light a colour looks, 0 to 1 (ITU-R BT.709 weights)."""
    blue, green, red = color
    return (0.0722 * blue + 0.7152 * green + 0.2126 * red) / 255
