"""Surfaces and a person, drawn with a few shapes: nothing has to be installed or loaded."""

from __future__ import annotations

import cv2
import numpy as np

from rat_tracker.geometry import Image

SIDE = 512  # pixels of the surfaces' width
WALL_ROWS = 256
WALL_LENGTH = 5.0  # m of wall after which its texture repeats
FLOOR_LENGTH = 4.0  # m of floor, either way
PERSON_SIZE = (0.6, 1.7)  # m, width and height
_PERSON_PIXELS = (192, 544)


def wall_textures() -> list[Image]:
    """Return what hangs on the walls: H×W×3, from the ceiling down to the floor."""
    return [_bricks(0, (90, 110, 150)), _bricks(1, (140, 130, 110)), _planks(2), _stone(3)]


def floor_texture() -> Image:
    """Return square tiles of many greys."""
    random = np.random.default_rng(4)
    tiles = random.integers(95, 150, (8, 8, 1)) + random.integers(-12, 12, (8, 8, 3))
    floor = cv2.resize(tiles.astype(np.uint8), (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    for line in range(0, SIDE, SIDE // 8):
        cv2.line(floor, (line, 0), (line, SIDE), (70, 70, 70), 2)
        cv2.line(floor, (0, line), (SIDE, line), (70, 70, 70), 2)
    return floor  # type: ignore[return-value]


def person() -> tuple[Image, Image]:
    """Return a person, seen from the front, and how much of each pixel is the person, 0 to 255."""
    width, height = _PERSON_PIXELS
    figure = np.zeros((height, width, 3), np.uint8)
    cover = np.zeros((height, width), np.uint8)

    def part(points: list[tuple[float, float]], color: tuple[int, int, int]) -> None:
        corners = np.array([(x * width, y * height) for x, y in points], np.int32)
        cv2.fillPoly(figure, [corners], color, cv2.LINE_AA)
        cv2.fillPoly(cover, [corners], 255, cv2.LINE_AA)

    def disc(x: float, y: float, across: float, down: float, color: tuple[int, int, int]) -> None:
        axes = (round(across * width), round(down * height))
        for canvas, ink in ((figure, color), (cover, 255)):
            cv2.ellipse(canvas, (round(x * width), round(y * height)), axes, 0, 0, 360, ink,
                        cv2.FILLED, cv2.LINE_AA)

    skin, shirt, trousers, shoe = (140, 170, 220), (40, 40, 200), (110, 60, 30), (30, 30, 30)
    for side in (-1, 1):
        part([(0.5, 0.5), (0.5 + side * 0.24, 0.5), (0.5 + side * 0.22, 0.96),
              (0.5 + side * 0.06, 0.96)], trousers)
        disc(0.5 + side * 0.15, 0.97, 0.12, 0.025, shoe)
        part([(0.5 + side * 0.28, 0.19), (0.5 + side * 0.36, 0.21), (0.5 + side * 0.46, 0.5),
              (0.5 + side * 0.35, 0.52)], (30, 30, 160))
        disc(0.5 + side * 0.41, 0.54, 0.07, 0.025, skin)
    part([(0.44, 0.1), (0.56, 0.1), (0.56, 0.2), (0.44, 0.2)], skin)
    part([(0.22, 0.18), (0.78, 0.18), (0.74, 0.54), (0.26, 0.54)], shirt)
    for row, color in ((0.26, (240, 240, 240)), (0.36, (60, 200, 240)), (0.46, (240, 240, 240))):
        part([(0.235, row), (0.765, row), (0.755, row + 0.045), (0.245, row + 0.045)], color)
    disc(0.5, 0.075, 0.17, 0.075, (30, 45, 60))
    disc(0.5, 0.09, 0.14, 0.06, skin)
    for side in (-1, 1):
        disc(0.5 + side * 0.055, 0.085, 0.02, 0.007, (20, 20, 20))
    return figure, cover


def _bricks(seed: int, color: tuple[int, int, int]) -> Image:
    """Return bricks with pictures on them here and there."""
    random = np.random.default_rng(seed)
    wall = np.full((WALL_ROWS, SIDE, 3), 70, np.uint8)
    for row in range(0, WALL_ROWS, 32):
        for column in range(-64 if row % 64 else -32, SIDE, 64):
            shade = np.clip(np.array(color) + random.integers(-25, 25), 0, 255)
            cv2.rectangle(wall, (column + 2, row + 2), (column + 61, row + 29),
                          tuple(int(value) for value in shade), cv2.FILLED)
    for left in (60, 300):
        ink = tuple(int(value) for value in random.integers(60, 230, 3))
        cv2.rectangle(wall, (left, 60), (left + 110, 150), (220, 220, 220), cv2.FILLED)
        cv2.rectangle(wall, (left + 8, 68), (left + 102, 142), ink, cv2.FILLED)
        cv2.circle(wall, (left + 40, 105), 24, (230, 230, 230), cv2.FILLED, cv2.LINE_AA)
    return wall


def _planks(seed: int) -> Image:
    random = np.random.default_rng(seed)
    tone = np.repeat(random.integers(-30, 30, SIDE // 32), 32)
    grain = cv2.GaussianBlur(random.normal(0, 60, (WALL_ROWS, SIDE)), (5, 61), 0)
    wood = np.array([60.0, 105, 150]) + (tone + grain)[..., None]
    return np.clip(wood, 0, 255).astype(np.uint8)


def _stone(seed: int) -> Image:
    random = np.random.default_rng(seed)
    coarse = cv2.resize(random.normal(150, 22, (WALL_ROWS // 16, SIDE // 16)), (SIDE, WALL_ROWS),
                        interpolation=cv2.INTER_CUBIC)
    return np.repeat(np.clip(coarse, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
