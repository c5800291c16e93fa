"""The annotated video and the contact sheet of attention maps, drawn after the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import cv2
import numpy as np

from rat_tracker.drawing import attention_image
from rat_tracker.drawing import contact_sheet
from rat_tracker.drawing import draw_label
from rat_tracker.drawing import draw_outline
from rat_tracker.drawing import draw_overlay
from rat_tracker.drawing import heat
from rat_tracker.drawing import surroundings
from rat_tracker.evaluation.clips.video_writer import LARGEST
from rat_tracker.evaluation.clips.video_writer import VideoWriter
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.ros.runs.demo.run import DemoResult
from rat_tracker.ros.runs.demo.summary import target_records
from rat_tracker.ros.runs.demo.summary import turning_points
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.system.missing import Missing
from rat_tracker.system.pictures import write_picture
from rat_tracker.tracker import Attention
from rat_tracker.video import open_video

_TILES = 12
_COLUMNS = 4
_TILE = 320  # pixels, side of each half of a tile
_GRAY = (160, 160, 160)


def frames(outcome: DemoResult, missing: Missing) -> Iterator[tuple[int, Image]]:
    """Yield stamp and image of the published frames.

    A clip is read once more, its n-th frame being the n-th that was published; what a camera saw
    was recorded, as far as that can be decoded.

    :param missing: is told which images of the clip were left out
    :raises VideoError: the clip cannot be read any more
    """
    if outcome.playback.live:
        for stamp in outcome.stamps:
            image = _decoded(outcome.record.jpegs.get(stamp, b''))
            if image is not None:
                yield stamp, image
        return
    with closing(open_video(outcome.playback.video)) as source:
        yield from zip(outcome.stamps, source.frames(), strict=False)
        missing.lines += source.faults


def write_pictures(outcome: DemoResult, missing: Missing) -> list[str]:
    """Write ``annotated.mp4``, ``attention.png`` and, where the state changed, ``states.png``.

    :param missing: is told what cannot be written
    :return: what is to be said of the pictures
    """
    rate, folder = outcome.playback.rate, outcome.playback.folder
    results = {result.stamp: result for result in target_records(outcome)}
    with_attention = [stamp for stamp in results if stamp in outcome.record.attentions]
    chosen = {with_attention[index] for index in np.linspace(
        0, len(with_attention) - 1, min(_TILES, len(with_attention))).astype(int)}
    tiles: list[tuple[str, Image]] = []
    turns = set(turning_points(outcome)[:_TILES])
    changes: list[tuple[str, Image]] = []
    annotation = folder / 'annotated.mp4'
    video = VideoWriter(annotation, rate)
    with missing.unless_written(f'what comes later in the pictures in {folder}'):
        for number, (stamp, image) in enumerate(frames(outcome, missing)):
            seconds = number / rate
            cut = outcome.record.attentions.get(stamp)
            attention = None if cut is None else cut.attention
            annotated = _annotated(image, results.get(stamp), attention)
            video.write(annotated)
            if stamp in turns:
                changes.append((f'{seconds:.2f} s', _reduced(annotated)))
            if stamp in chosen and attention is not None:
                result = results[stamp]
                caption = f'{seconds:.2f} s, {result.state.name} {result.score:.2f}'
                tiles.append((caption, _tile(image, result, attention)))
    with missing.unless_written(f'{annotation}'):
        video.close()
    if tiles:
        with missing.unless_written(f'{folder / "attention.png"}'):
            write_picture(folder / 'attention.png', contact_sheet(tiles, _COLUMNS))
    if len(changes) > 1:
        with missing.unless_written(f'{folder / "states.png"}'):
            write_picture(folder / 'states.png', contact_sheet(changes, min(len(changes), 2)))
    if video.size in ((0, 0), outcome.playback.size):
        return []
    return [f'annotated.mp4 is drawn at {"x".join(map(str, video.size))}: MPEG-4 holds pictures '
            f'of {LARGEST} pixels a side at most']


def _reduced(image: Image) -> Image:
    """Return an image as wide as a tile of the contact sheets."""
    height = max(round(image.shape[0] * 2 * _TILE / image.shape[1]), 1)
    return cv2.resize(  # type: ignore[return-value]
        image, (2 * _TILE, height), interpolation=cv2.INTER_AREA)


def _annotated(image: Image, result: TargetRecord | None, attention: Attention | None) -> Image:
    if result is not None:
        return draw_overlay(image, result.box, result.state, result.score, attention)
    drawn = image.copy()
    draw_label(drawn, 'left out by the tracker', Box(0, 0, *image.shape[1::-1]), _GRAY)
    return drawn


def _tile(image: Image, result: TargetRecord, attention: Attention) -> Image:
    """Return the target's surroundings, beside its attention in them."""
    height, width = image.shape[:2]
    square = surroundings(result.box, width, height, _TILE)
    seen = square.crop(image)
    light = Attention(attention.map, square.to_patch(attention.region))
    attended = heat(seen, attention_image(light, _TILE, _TILE))
    draw_outline(seen, square.to_patch(result.box), result.state)
    return np.hstack([seen, attended])


def _decoded(jpeg: bytes) -> Image | None:
    """Return what a camera sent; None where that is nothing, or no image."""
    return cv2.imdecode(  # type: ignore[return-value]
        np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) if jpeg else None
