"""Clips that are made of a film: forth and back, and a camera that looks away from the target."""

from __future__ import annotations

from pathlib import Path

import cv2

from rat_tracker.evaluation.clips import forth_and_back
from rat_tracker.evaluation.clips.looking_away import references
from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.geometry import Box
from rat_tracker.video import open_video


def test_a_film_forth_and_back_never_leaps(tmp_path: Path) -> None:
    clip = tmp_path / 'film'
    clip.mkdir()
    for number, drawn in enumerate(render(Scene(width=320, height=240, length=10))):
        assert cv2.imwrite(str(clip / f'{number}.png'), drawn.image)
    forth_and_back.write_clip(clip, tmp_path / 'clip.mp4')
    video = open_video(str(tmp_path / 'clip.mp4'))
    frames = list(video.frames())
    video.close()
    film = open_video(str(clip))
    original = list(film.frames())
    film.close()
    assert len(frames) == 2 * len(original) - 2
    for number, frame in enumerate(frames):
        turned = min(number, len(frames) - number)
        assert cv2.absdiff(frame, original[turned]).mean() < 8


def test_boxes_are_those_of_the_film_as_far_as_the_camera_shows_them() -> None:
    film = {54: Box(400, 73, 138, 151), 99: Box(390, 80, 140, 150), 110: Box(396, 103, 147, 170)}

    boxes = references(132, film)

    assert boxes[0] == Box(240, 73, 138, 151)
    assert boxes[45] == Box(230, 80, 140, 150)
    assert all(box.x >= 0 and box.x + box.width <= 640 for box in boxes.values())
    assert not any(60 <= frame <= 110 for frame in boxes)
