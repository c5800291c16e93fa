"""What is drawn shows what it says: by colours that only one object has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from support_training import extent
from support_training import Shape
from support_training import shows
from support_training import UNCHANGED
from support_training import write_clip
from support_training import write_tables

from rat_tracker.datasets import DatasetError
from rat_tracker.geometry import Box
from rat_tracker.training.patches import Pair
from rat_tracker.training.patches import Patch
from rat_tracker.training.runs import RunSampler
from rat_tracker.training.sampling import PairSampler
from rat_tracker.training.settings import Sampling
from rat_tracker.training.sources import divide
from rat_tracker.training.sources import Division
from rat_tracker.training.sources import Source
from rat_tracker.training.warping import Warping

HUES = range(24)
EDGE = np.ones((7, 7), np.uint8)
PLAIN = Sampling(appearance=UNCHANGED, others=0, nothing=0, moved=0, beside=0, before=0,
                 views=1)


@pytest.fixture(scope='module')
def division(tmp_path_factory: pytest.TempPathFactory) -> Division:
    """Clips of the colours 0 to 3, 2 without the target in a frame, pictures of 4 to 9."""
    folder = tmp_path_factory.mktemp('data')
    for hue in range(4):
        write_clip(folder / 'clips' / f'clip{hue}', hue, absent=3 if hue == 2 else None)
    write_tables(folder, {f'{hue}.png': (
        Shape(Box(20, 30, 40, 24), hue), Shape(Box(90, 50, 30, 40), hue + 3))
        for hue in (4, 5, 6)})
    return divide([folder], {
        'clip3': Source(validation=True), '6.png': Source(validation=True),
        'clip1': Source(tight=False, validation=False), '*': Source(validation=False)})


def draw(division: Division, sampling: Sampling, count: int = 40, seed: int = 0) -> list[Pair]:
    return PairSampler(division.training, sampling).batch(np.random.default_rng(seed), count)


def hue_at(patch: Patch) -> int:
    """Return the colour in the middle of the box."""
    x, y = np.clip(patch.box[:2], 1, 254).astype(int)
    (hue,) = [hue for hue in HUES if shows(patch.pixels[y:y + 1, x:x + 1], hue).all()]
    return hue


def colors(patch: Patch) -> set[int]:
    """Return the colours that a patch shows."""
    seen = cv2.resize(patch.pixels, (64, 64), interpolation=cv2.INTER_NEAREST)
    return {hue for hue in HUES if shows(seen, hue).any()}  # type: ignore[arg-type]


def patches(pairs: list[Pair]) -> Iterator[Patch]:
    for pair in pairs:
        yield from (pair.template, pair.search)


def test_the_search_patch_shows_the_target_of_the_template_in_its_box(division: Division) -> None:
    sampling = replace(PLAIN, warping=Warping(reach=0.3, scale=0.3))
    found = set()
    for pair in draw(division, sampling, 90):
        hue = hue_at(pair.template)
        found.add(hue)
        for patch in (pair.template, pair.search):
            assert patch.present
            assert patch.box == pytest.approx(extent(shows(patch.pixels, hue)), abs=10)
            assert patch.mask is not None
            assert patch.box == pytest.approx(extent(patch.mask), abs=8)
    assert found == {0, 1, 2, 4, 5, 7, 8}


def test_what_is_held_back_is_never_drawn(division: Division) -> None:
    everything = replace(Sampling(), appearance=UNCHANGED)
    for patch in patches(draw(division, everything, 120)):
        # Where two things meet, their colours mix to others: edges do not count.
        assert not any(cv2.erode(shows(patch.pixels, hue).astype(np.uint8), EDGE).any()
                       for hue in (3, 6, 9))
    held = PairSampler(division.validation, everything).batch(np.random.default_rng(0), 60)
    assert {hue_at(pair.template) for pair in held} <= {3, 6, 9}


def test_the_same_seed_draws_the_same_bytes(division: Division) -> None:
    def content(seed: int) -> list[bytes]:
        return [array.tobytes() for patch in patches(draw(division, Sampling(), 40, seed))
                for array in (patch.pixels, patch.box, patch.expected)]

    assert content(7) == content(7)
    assert content(7) != content(8)


def test_a_batch_does_not_depend_on_those_before_it(division: Division) -> None:
    sampler = PairSampler(division.training, Sampling())
    sampler.batch(np.random.default_rng(1), 10)
    after, = sampler.batch(np.random.default_rng(2), 1)
    alone, = draw(division, Sampling(), 1, seed=2)
    assert (after.search.pixels == alone.search.pixels).all()


@pytest.mark.parametrize('others', [0.0, 1.0])
def test_a_patch_without_the_target_does_not_show_it(division: Division, others: float) -> None:
    for pair in draw(division, replace(PLAIN, others=others, nothing=1 - others)):
        assert not pair.search.present
        assert not pair.search.tight
        assert not pair.search.box.any()
        assert not shows(pair.search.pixels, hue_at(pair.template)).any()


def test_other_objects_are_in_reach(division: Division) -> None:
    pairs = draw(division, replace(PLAIN, others=1.0))
    assert all(colors(pair.search) for pair in pairs)


def test_a_fifth_of_the_pairs_is_without_the_target(division: Division) -> None:
    absent = sum(not pair.search.present for pair in draw(division, Sampling(), 400))
    assert 50 < absent < 110


def test_loose_sources_teach_no_boxes(division: Division) -> None:
    pairs = draw(division, PLAIN, 100)
    tight = {hue: {patch.tight for pair in pairs if hue_at(pair.template) == hue
                   for patch in (pair.template, pair.search)} for hue in (0, 1, 4)}
    assert tight == {0: {True}, 1: {False}, 4: {True}}
    mixed = draw(division, replace(Sampling(), appearance=UNCHANGED), 100)
    assert not any(pair.search.tight for pair in mixed if pair.source == 'clip1')


def test_a_frame_that_does_not_show_the_target_is_no_template_of_it(division: Division) -> None:
    sampler = PairSampler(division.training, PLAIN)
    pairs = [pair for seed in range(3) for pair in sampler.batch(np.random.default_rng(seed), 40)]
    assert any(hue_at(pair.template) == 2 for pair in pairs)
    assert all(shows(pair.search.pixels, 2).any() for pair in pairs if hue_at(pair.template) == 2)


def test_cut_outs_are_put_on_the_background_of_another_scene(division: Division) -> None:
    moved = draw(division, replace(PLAIN, moved=1.0))
    # Another scene has objects of its own, and some backgrounds show them.
    assert any(colors(pair.search) > {hue_at(pair.template)} for pair in moved)
    for pair in moved:
        shown = shows(pair.search.pixels, hue_at(pair.template))
        assert pair.search.mask is not None
        inside = pair.search.mask & shown
        assert inside.sum() > 0.8 * pair.search.mask.sum()


def test_something_beside_the_target_leaves_it_in_sight(division: Division) -> None:
    for pair in draw(division, replace(PLAIN, beside=1.0)):
        shown = shows(pair.search.pixels, hue_at(pair.template))
        assert pair.search.mask is not None
        assert (shown & pair.search.mask).sum() > 0.8 * pair.search.mask.sum()


def test_something_before_the_target_hides_some_of_it_and_not_its_box(division: Division) -> None:
    covered = []
    for pair in draw(division, replace(PLAIN, before=1.0)):
        mask = pair.search.mask
        assert mask is not None
        ellipse = np.pi / 4 * pair.search.box[2:].prod()
        covered.append(1 - mask.sum() / ellipse)
        shown = shows(pair.search.pixels, hue_at(pair.template))
        assert (shown & mask).sum() >= 0.75 * mask.sum()
    assert np.mean(covered) > 0.1


def test_search_regions_have_the_factors_of_the_settings(division: Division) -> None:
    factors = {pair.search.region_factor for pair in draw(division, Sampling(), 80)}
    assert factors == {2.6, 3.6, 5.0}
    assert {pair.template.region_factor for pair in draw(division, Sampling(), 8)} == {2.6}


def test_frames_lie_within_the_gap(tmp_path: Path) -> None:
    clips = tmp_path / 'clips'
    write_clip(clips / 'a', 0, frames=12)
    write_clip(clips / 'b', 1, frames=12)
    training = divide([clips], {}, held_back=0).training
    still = Warping(reach=0, scale=0, aspect=0, turned=0, mirrored=0, turned_away=0)
    sampler = PairSampler(training, replace(PLAIN, largest_gap=0, warping=still,
                                            search_factors=(2.6,)))
    for pair in sampler.batch(np.random.default_rng(0), 16):
        assert (pair.template.pixels == pair.search.pixels).all()  # of the same frame


def test_a_damaged_picture_is_passed_over_and_named(tmp_path: Path) -> None:
    write_tables(tmp_path, {f'{hue}.png': (Shape(Box(20, 30, 40, 24), hue),) for hue in (1, 2, 3)})
    training = divide([tmp_path], {}, held_back=0).training
    path = tmp_path / 'images' / 'shapes' / '1.png'
    path.write_bytes(path.read_bytes()[:400])
    sampler = PairSampler(training, PLAIN)
    pairs = sampler.batch(np.random.default_rng(0), 60)
    assert {hue_at(pair.template) for pair in pairs} == {2, 3}
    assert sampler.unreadable.reasons == [f'image {path} is cut off or damaged; replace the file']


def test_where_nothing_can_be_read_the_message_names_a_file(tmp_path: Path) -> None:
    write_tables(tmp_path)
    training = divide([tmp_path], {}, held_back=0).training
    for path in (tmp_path / 'images' / 'shapes').iterdir():
        path.unlink()
    with pytest.raises(DatasetError, match=r'\.png cannot be read.*100 clips'):
        PairSampler(training, PLAIN).batch(np.random.default_rng(0), 1)


def test_one_scene_is_not_enough(tmp_path: Path) -> None:
    write_clip(tmp_path / 'a', 1)
    training = divide([tmp_path], {}, held_back=0).training
    with pytest.raises(DatasetError, match='one scene'):
        PairSampler(training, PLAIN)


def test_objects_that_are_too_small_are_not_drawn(division: Division) -> None:
    pairs = draw(division, replace(PLAIN, smallest=29), 40)
    assert {hue_at(pair.template) for pair in pairs} == {7, 8}
    with pytest.raises(DatasetError, match='no object is 500 pixels'):
        draw(division, replace(PLAIN, smallest=500))


def test_a_run_follows_the_target_through_its_clip(division: Division) -> None:
    sampler = RunSampler(division.training, PLAIN, length=5)
    for seed in range(6):
        run = sampler.draw(np.random.default_rng(seed))
        assert len(run.frames) == 5
        hue = hue_at(run.template)
        assert hue in (0, 1, 2)
        for patch in run.frames:
            assert patch.present
            assert shows(patch.pixels, hue).any()


def test_a_run_carries_cut_outs_across_another_clip(division: Division) -> None:
    sampler = RunSampler(division.training, replace(PLAIN, moved=1.0), length=4)
    for seed in range(6):
        run = sampler.draw(np.random.default_rng(seed))
        hue = hue_at(run.template)
        for patch in run.frames:
            assert patch.mask is not None
            assert (shows(patch.pixels, hue) & patch.mask).sum() > 0.8 * patch.mask.sum()


def test_the_same_seed_draws_the_same_run(division: Division) -> None:
    sampler = RunSampler(division.training, Sampling(), length=3)
    first, second = (sampler.draw(np.random.default_rng(4)) for _ in range(2))
    assert all((one.pixels == two.pixels).all()
               for one, two in zip(first.frames, second.frames, strict=True))


def test_sources_are_drawn_by_weight_and_root_of_their_size(division: Division) -> None:
    shares = PairSampler(division.training, Sampling()).objects.shares
    clips, loose = 12 + 2, 6
    assert shares == pytest.approx({
        '*': np.sqrt(clips) / (np.sqrt(clips) + np.sqrt(loose)),
        'clip1': np.sqrt(loose) / (np.sqrt(clips) + np.sqrt(loose))})
