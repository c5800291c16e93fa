"""Data to train on, made on the spot: every object has a colour that nothing else has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.masks import Mask
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.training.appearance import Appearance

WIDTH, HEIGHT = 160, 120
UNCHANGED = Appearance(light=0, contrast=0, color=0, grey=0, blur=0, motion=0, noise=0)
_HUES = 24  # that are told apart


@dataclass(frozen=True, slots=True)
class Shape:
    """An ellipse or a rectangle of one colour.

    :param hue: number of its colour, below 24
    """

    box: Box
    hue: int
    rectangular: bool = False


def color(hue: int) -> tuple[int, ...]:
    """Return the colour of a number, as BGR."""
    pixel = np.array([[[hue * 180 // _HUES, 255, 255]]], np.uint8)
    return tuple(cv2.cvtColor(pixel, cv2.COLOR_HSV2BGR)[0, 0].tolist())


def shows(pixels: Image, hue: int) -> Mask:
    """Return which pixels have the colour of a number; a grey background has none."""
    hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV).astype(int)
    apart = np.abs((hsv[..., 0] - hue * 180 // _HUES + 90) % 180 - 90)
    return np.asarray((hsv[..., 1] > 128) & (apart <= 2))


def extent(mask: Mask) -> npt.NDArray[np.float64]:
    """Return centre x, centre y, width and height of what a mask shows."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    low, high = np.array([columns[0], rows[0]]), np.array([columns[-1], rows[-1]]) + 1
    return np.concatenate([(low + high) / 2, high - low])


def paint(*shapes: Shape, seed: int = 0) -> tuple[Image, list[Mask]]:
    """Return an image of grey texture with shapes on it, and which pixels show each."""
    grey = np.random.default_rng(seed).integers(40, 200, (HEIGHT // 4, WIDTH // 4), np.uint8)
    image = np.repeat(cv2.resize(grey, (WIDTH, HEIGHT))[..., None], 3, axis=2)
    masks = []
    for shape in shapes:
        canvas = np.zeros((HEIGHT, WIDTH), np.uint8)
        x, y, width, height = map(int, shape.box.values)
        if shape.rectangular:
            canvas[y:y + height, x:x + width] = 1
        else:
            rows, columns = np.ogrid[:HEIGHT, :WIDTH]
            canvas[((columns + 0.5 - x - width / 2) / width) ** 2
                   + ((rows + 0.5 - y - height / 2) / height) ** 2 <= 0.25] = 1
        mask = canvas.astype(np.bool_)
        image[mask] = color(shape.hue)
        masks.append(mask)
    return image, masks  # type: ignore[return-value]


def write_clip(
    folder: Path, hue: int, *, frames: int = 6, masks: bool = True, origin: int = 1,
    absent: int | None = None, seed: int | None = None,
) -> Path:
    """Write a clip of a moving ellipse, with masks as pictures.

    :param absent: frame that does not show it
    :param seed: of the background; the number of the colour without one
    """
    (folder / 'img').mkdir(parents=True)
    if masks:
        (folder / 'mask').mkdir()
    lines = []
    for index in range(frames):
        box = Box(30 + 6 * index, 30 + 3 * index, 28, 36)
        shapes = [] if index == absent else [Shape(box, hue)]
        image, drawn = paint(*shapes, seed=hue if seed is None else seed)
        cv2.imwrite(str(folder / 'img' / f'{index + 1:05}.png'), image)
        if masks:
            mask = drawn[0] if drawn else np.zeros((HEIGHT, WIDTH), np.bool_)
            cv2.imwrite(str(folder / 'mask' / f'{index + 1:05}.png'), mask.astype(np.uint8) * 255)
        x, y, width, height = box.values
        lines.append('0,0,0,0\n' if index == absent else
                     f'{x + origin:g},{y + origin:g},{width:g},{height:g}\n')
    (folder / 'groundtruth_rect.txt').write_text(''.join(lines))
    return folder


Pictures = Mapping[str, tuple[Shape, ...]]
PICTURES: Pictures = {
    'one.png': (Shape(Box(20, 30, 40, 24), 1), Shape(Box(90, 50, 30, 40), 2)),
    'two.png': (Shape(Box(60, 40, 36, 36), 3),),
}


def write_tables(folder: Path, pictures: Pictures = PICTURES, dataset: str = 'shapes') -> Path:
    """Write pictures with ``boxes.csv`` and ``masks.csv``."""
    for name in ('images', 'masks'):
        (folder / name / dataset).mkdir(parents=True)
    boxes, masks = ['dataset,image,x,y,w,h,label'], ['dataset,image,mask,x,y,w,h,label']
    for name, shapes in pictures.items():
        for index, (shape, mask) in enumerate(zip(
                shapes, _write_picture(folder / 'images' / dataset / name, shapes), strict=True)):
            values = ','.join(f'{value:g}' for value in shape.box.values)
            boxes.append(f'{dataset},{name},{values},{shape.hue}')
            file = f'{Path(name).stem}_{index}.png'
            masks.append(f'{dataset},{name},{file},{values},{shape.hue}')
            cv2.imwrite(str(folder / 'masks' / dataset / file), mask.astype(np.uint8) * 255)
    (folder / 'boxes.csv').write_text('\n'.join(boxes))
    (folder / 'masks.csv').write_text('\n'.join(masks))
    return folder


def write_coco(folder: Path, pictures: Pictures = PICTURES) -> Path:
    """Write pictures with annotations as COCO has them, ellipses as polygons."""
    (folder / 'annotations').mkdir(parents=True)
    (folder / 'val').mkdir()
    annotations = []
    for number, (name, shapes) in enumerate(pictures.items()):
        _write_picture(folder / 'val' / name, shapes)
        for shape in shapes:
            angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
            corners = np.column_stack([
                shape.box.center_x + shape.box.width / 2 * np.cos(angles),
                shape.box.center_y + shape.box.height / 2 * np.sin(angles)])
            annotations.append({
                'image_id': number, 'category_id': shape.hue, 'bbox': list(shape.box.values),
                'iscrowd': 0, 'segmentation': [corners.ravel().tolist()]})
    hues = sorted({shape.hue for shapes in pictures.values() for shape in shapes})
    (folder / 'annotations' / 'instances_val.json').write_text(json.dumps({
        'images': [{'id': number, 'file_name': name} for number, name in enumerate(pictures)],
        'categories': [{'id': hue, 'name': str(hue)} for hue in hues],
        'annotations': annotations}))
    return folder


def write_pascal_voc(folder: Path, pictures: Pictures = PICTURES) -> Path:
    """Write pictures with annotations as Pascal VOC has them: from pixel 1 to the last one."""
    for name in ('Annotations', 'JPEGImages'):
        (folder / name).mkdir(parents=True)
    for name, shapes in pictures.items():
        _write_picture(folder / 'JPEGImages' / name, shapes)
        objects = ''.join(
            f'<object><name>{shape.hue}</name><bndbox><xmin>{shape.box.x + 1:g}</xmin>'
            f'<ymin>{shape.box.y + 1:g}</ymin><xmax>{shape.box.x + shape.box.width:g}</xmax>'
            f'<ymax>{shape.box.y + shape.box.height:g}</ymax></bndbox></object>'
            for shape in shapes)
        (folder / 'Annotations' / name).with_suffix('.xml').write_text(
            f'<annotation><filename>{name}</filename>{objects}</annotation>')
    return folder


def write_yolo(folder: Path, pictures: Pictures = PICTURES) -> Path:
    """Write pictures with texts as YOLO has them."""
    for name in ('images', 'labels'):
        (folder / name / 'train').mkdir(parents=True)
    for name, shapes in pictures.items():
        _write_picture(folder / 'images' / 'train' / name, shapes)
        (folder / 'labels' / 'train' / name).with_suffix('.txt').write_text(''.join(
            f'{shape.hue} {shape.box.center_x / WIDTH:.6f} {shape.box.center_y / HEIGHT:.6f} '
            f'{shape.box.width / WIDTH:.6f} {shape.box.height / HEIGHT:.6f}\n'
            for shape in shapes))
    return folder


def _write_picture(path: Path, shapes: tuple[Shape, ...]) -> list[Mask]:
    image, masks = paint(*shapes, seed=shapes[0].hue if shapes else 99)
    cv2.imwrite(str(path), image)
    return masks
