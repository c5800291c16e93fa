"""In doubt, ``rat`` looks where the camera and the target's own motion lead."""

from __future__ import annotations

from itertools import accumulate
import statistics
from time import perf_counter

import cv2
import numpy as np
from support_rat import bits
from support_rat import follow
from support_rat import IMAGES
from support_rat import START

from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.trackers import create_tracker

SIDE = 24  # pixels of the target; its search region is 86 wide, 43 to each side
GROUND = np.asarray(cv2.resize(texture('coins'), (800, 500)), np.uint8)
CARD = cv2.resize(texture('face'), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
WIDTH, HEIGHT = 320, 240

Clip = tuple[list[Image], list[Box]]


def scene(camera: list[tuple[int, int]], target: list[tuple[int, int]]) -> Clip:
    """Return images and boxes, by where on the ground the image's and the target's corner is."""
    images, boxes = [], []
    for (left, top), (x, y) in zip(camera, target, strict=True):
        ground = GROUND.copy()
        ground[y:y + SIDE, x:x + SIDE] = CARD
        images.append(np.ascontiguousarray(ground[top:top + HEIGHT, left:left + WIDTH]))
        boxes.append(Box(x - left, y - top, SIDE, SIDE))
    return images, boxes


def shaken() -> Clip:
    """Return a camera that turns by more than a search region shows, over a still target."""
    random = np.random.default_rng(3)
    camera = [(240, 130)]
    while len(camera) < 20:
        left, top = random.integers(160, 320), random.integers(50, 210)
        if 45 < max(abs(left - camera[-1][0]), abs(top - camera[-1][1])) < 55:
            camera.append((int(left), int(top)))
    return scene(camera, [(390, 240)] * len(camera))


def fast() -> Clip:
    """Return a still camera and a target that gets faster than a search region shows."""
    steps = [6, 12, 18, 24, 30, 36, 42, 48]
    x = list(accumulate(steps, initial=10))
    return scene([(0, 0)] * len(x), [(place, 100) for place in x])


def overlaps(clip: Clip, options: str) -> list[float]:
    images, boxes = clip
    results = follow(create_tracker(f'rat:{options}'), images, boxes[0])
    return [result.box.overlap(box) for result, box in zip(results, boxes[1:], strict=True)]


def test_shaking_camera_loses_no_target_that_it_carries_along() -> None:
    clip = shaken()

    assert min(overlaps(clip, 'motion.camera=1:motion.velocity=0')) > 0.7
    assert statistics.mean(overlaps(clip, 'motion.camera=0:motion.velocity=0')) < 0.4


def test_target_that_gets_faster_is_held() -> None:
    clip = fast()

    assert min(overlaps(clip, 'motion.camera=0:motion.velocity=0.7')) > 0.5
    assert overlaps(clip, 'motion.camera=0:motion.velocity=0')[-1] < 0.1


def test_box_of_a_hidden_target_goes_where_the_camera_carries_it() -> None:
    camera = [(100 + 8 * frame, 100) for frame in range(12)]
    images, boxes = scene(camera, [(300, 200)] * len(camera))
    tracker = create_tracker('rat:motion.camera=1:motion.velocity=0:low_confidence_step=0')
    tracker.init(images[0], boxes[0])
    for image, box in zip(images[1:], boxes[1:], strict=True):
        x, y = round(box.x), round(box.y)
        image[y:y + SIDE, x:x + SIDE] = image[y - SIDE:y, x:x + SIDE]
        result = tracker.track(image)
        assert result.score < 0.5

    assert result.box.overlap(boxes[-1]) > 0.7
    assert boxes[0].overlap(boxes[-1]) == 0


def test_frames_without_doubt_are_as_without_motion() -> None:
    moving = create_tracker('rat:motion.camera=1:motion.velocity=0.7')
    still = create_tracker('rat:motion.camera=0:motion.velocity=0')

    assert bits(follow(moving, IMAGES, START)) == bits(follow(still, IMAGES, START))


def test_frame_with_two_looks_has_the_time_of_both() -> None:
    images, boxes = shaken()
    tracker = create_tracker('rat:motion.camera=1:motion.velocity=0')
    tracker.init(images[0], boxes[0])

    started = perf_counter()
    timings = tracker.track(images[1]).timings
    taken = perf_counter() - started

    assert timings['motion'] > 0
    assert 0.5 * taken < sum(timings.values()) <= taken
