"""The page: complete in itself, the same each time, and of bounded size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
import re
import subprocess
import sys

from support_report import lost
from support_report import near
from support_report import Page
from support_report import report
from support_report import results_of
from support_report import two_trackers

import rat_tracker
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.report import write_report
from rat_tracker.evaluation.report.film_strips import LIMIT
from rat_tracker.evaluation.report.film_strips import make_film_strips
from rat_tracker.evaluation.report.page import TEMPLATES
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.system.missing import Missing

ROOT = Path(__file__).resolve().parents[3]


def test_page_needs_nothing_but_itself(page: Page) -> None:
    assert not {'script', 'link', 'iframe', 'object', 'embed', 'base'} & {
        tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith('on')], tag
        assert attributes.get('src', 'data:').startswith('data:')
        assert attributes.get('href', '#').startswith('#')
    assert 'url(' not in page.source
    assert '@import' not in page.source


def test_browsers_are_told_to_load_nothing(page: Page) -> None:
    policy, = (meta['content'] for meta in page.all('meta')
               if meta.get('http-equiv') == 'Content-Security-Policy')
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_headline_says_what_was_measured_and_how(page: Page) -> None:
    assert 'Tracking benchmark on clips' in page.text
    assert '2 trackers, 2 sequences, 48 frames' in page.text
    assert 'command rat_tracker benchmark clips machine a small one' in page.text
    assert re.search(r'near follows best: its success \(AUC\) is 0\.\d{3}, that of the next, '
                     r'lost:since=8, is 0\.\d{3}\. On 2 of 2 sequences no other is better\.',
                     page.text)


def test_same_results_are_the_same_page(
    folder: Path, tmp_path: Path, sequences: list[Sequence],
) -> None:
    write_report(tmp_path, two_trackers(sequences), Missing())

    first, second = (
        {file.relative_to(written): file.read_bytes()
         for file in written.rglob('*') if file.is_file()}
        for written in (folder, tmp_path))
    assert first == second


def test_names_and_reasons_are_text_and_never_markup(
    tmp_path: Path, sequences: list[Sequence],
) -> None:
    evil = '<script>alert("&amp;")</script>'
    sequence = replace(sequences[0], name=f'seq{evil}', attributes=(f'attr{evil}',))
    results = replace(
        results_of([sequence], {f'rat:{evil}': [near(sequence)],
                                  f'bad{evil}': [Failure(f'why{evil}')]}),
        title=f'title{evil}', conditions={f'label{evil}': f'value{evil}'})

    page = report(tmp_path, results)

    assert not page.all('script')
    for prefix in ('seq', 'attr', 'rat:', 'bad', 'why', 'title', 'label', 'value'):
        assert prefix + evil in page.text


def test_failures_come_first_and_with_their_reasons(
    tmp_path: Path, sequences: list[Sequence],
) -> None:
    page = report(tmp_path, results_of(sequences, {
        'near': [near(sequences[0]), Failure('worker ran out of memory')],
        'lost': map(lost, sequences)}))

    assert '1 of 4 runs failed near on dog: worker ran out of memory' in page.text
    assert page.text.index('runs failed') < page.text.index('Summary')
    assert 'failed: worker ran out of memory' in page.text
    assert [link for link in page.all('a') if link['href'] == '#failures']


def test_every_link_leads_somewhere(page: Page) -> None:
    places = [attributes['id'] for _, attributes in page.tags if 'id' in attributes]
    assert len(places) == len(set(places))
    assert {link['href'][1:] for link in page.all('a')} <= set(places)
    assert {'strips-1', 'strips-2'} <= set(places)


def test_every_run_has_a_strip_of_five_stills(page: Page) -> None:
    stills = page.images('jpeg')
    assert len(stills) == 2 * 2 * 5
    assert all(re.fullmatch(
        r'(cat|dog), frame \d+, with the box of (near|lost:since=8) and the true box',
        still['alt']) for still in stills)


def test_strip_tells_how_the_target_was_lost(tmp_path: Path, sequences: list[Sequence]) -> None:
    page = report(tmp_path, results_of(sequences[:1], {'lost': [lost(sequences[0], 10)]}))

    frames = [int(number) for number in re.findall(r'cat, frame (\d+)', page.source)]
    assert frames[0] <= 10  # the last one that was right
    assert frames[-1] > 11
    assert 'overlap 1.00, score 0.95' in page.text
    assert 'overlap 0.00, score 0.10' in page.text


def test_hundred_sequences_make_a_page_of_bounded_size(
    tmp_path: Path, sequences: list[Sequence],
) -> None:
    many = [replace(sequences[number % 2], name=f'clip {number:03}') for number in range(100)]
    page = report(tmp_path, two_trackers(many))

    assert f'{200 - LIMIT} runs went without pictures' in page.text
    assert len(page.images('jpeg')) == LIMIT * 5
    assert len(page.source) < 12e6


def test_each_sequence_has_its_worst_run_in_the_pictures_before_others_have_theirs(
    sequences: list[Sequence],
) -> None:
    results = two_trackers(sequences)

    film_strips = make_film_strips(results, limit=3)

    shown = {reel.sequence: [strip.tracker for strip in reel.strips]
             for reel in film_strips.sequences}
    assert set(shown) == {'cat', 'dog'}
    assert all('lost:since=8' in trackers for trackers in shown.values())
    assert film_strips.left_out == 1


def test_templates_are_shipped_with_the_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, 'setup.py', '-q', 'egg_info', '--egg-base', tmp_path,
         'build_py', '--build-lib', tmp_path / 'built'],
        cwd=ROOT, check=True, capture_output=True)

    package = Path(rat_tracker.__file__).parent.parent
    shipped = tmp_path / 'built' / TEMPLATES.relative_to(package)
    assert {file.name: file.read_bytes() for file in shipped.iterdir()} == {
        file.name: file.read_bytes() for file in TEMPLATES.iterdir()}
