"""The page is readable by everybody, and fits a phone."""

from __future__ import annotations

from functools import partial

from console.browser import DESKTOP
from console.browser import Page
from console.browser import PHONE
from console.full_page import open_all
from console.served import Served
import pytest

pytestmark = pytest.mark.whole

SMALLEST = (320, 640)  # pixels across and down


def says(page: Page, state: str) -> bool:
    """Return whether the page names this state."""
    return page.text('#state-name') == state


@pytest.mark.parametrize('size', [SMALLEST, PHONE, DESKTOP])
def test_page_is_not_wider_than_the_window(
    page: Page, console: Served, size: tuple[int, int],
) -> None:
    open_all(page, console, size)

    assert page.run('return document.documentElement.scrollWidth') <= size[0]
    outside = page.run("""
        return [...document.querySelectorAll('body *')]
            .filter(each => !each.closest('.unseen'))
            .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5)
            .map(each => each.outerHTML.slice(0, 80))""")
    assert outside == []


@pytest.mark.parametrize('size', [SMALLEST, PHONE])
def test_picture_and_state_are_seen_at_once_on_a_phone(
    page: Page, console: Served, size: tuple[int, int],
) -> None:
    page.open(console.url, size)
    page.shows_pictures()
    page.wait('a state', lambda: page.text('#state-name') == 'SEARCHING')

    for selector in ('#stage', '#clear', '#state-name'):
        bottom = page.run(
            'return document.querySelector(arguments[0]).getBoundingClientRect().bottom', selector)
        assert bottom <= size[1], selector


def test_what_is_touched_is_large_enough(page: Page, console: Served) -> None:
    """A finger needs 44 pixels (WCAG 2.5.5)."""
    open_all(page, console, PHONE)

    small = page.run("""
        const targets = [...document.querySelectorAll(
            'button, summary, select, input:not([type=checkbox]), #tools label')];
        return targets.filter(each => {
            const {width, height} = each.getBoundingClientRect();
            return width < 44 || height < 44;
        }).map(each => each.outerHTML.slice(0, 80))""")
    assert small == []


@pytest.mark.parametrize('theme', ['dark', 'light'])
def test_text_stands_out_from_its_ground(page: Page, console: Served, theme: str) -> None:
    """4.5 to 1 (WCAG 1.4.3), in every state, and when what is seen is old."""
    open_all(page, console, DESKTOP, theme)
    robot = console.robot
    assert page.run(_WEAK_TEXTS) == []
    for state in ('TRACKING', 'UNCERTAIN', 'LOST'):
        console.do(partial(robot.follow, state))
        page.wait(state, partial(says, page, state))
        assert page.run(_WEAK_TEXTS) == [], state
    robot.camera_runs = robot.tracker_runs = False
    page.wait('no new picture', lambda: page.text('#connection') == 'no new picture')
    page.wait('an old state', lambda: page.text('#state-old'))
    assert page.run(_WEAK_TEXTS) == []


def test_everything_that_is_operated_has_a_name(page: Page, console: Served) -> None:
    open_all(page, console, DESKTOP)

    tree = page.cdp('Accessibility.getFullAXTree')['nodes']
    operated = [
        node for node in tree if node.get('role', {}).get('value') in (
            'button', 'checkbox', 'textbox', 'spinbutton', 'combobox', 'application', 'image',
            'DisclosureTriangle')]
    assert len(operated) > 15
    assert [node for node in operated if not node.get('name', {}).get('value')] == []
    [stage] = [node for node in operated if node['role']['value'] == 'application']
    assert 'Enter' in stage['description']['value']
    assert 'Draw a box' in stage['description']['value']


def test_changes_are_told_to_who_cannot_see_them(page: Page, console: Served) -> None:
    page.open(console.url)
    live = page.run("""
        return [...document.querySelectorAll('[aria-live], [role=status], [role=log]')].map(
            each => each.id)""")
    assert {'connection', 'state-name', 'state-reason', 'problem', 'answers'} <= set(live)


def test_keyboard_reaches_everything_and_the_focus_is_seen(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    reached = []
    for _ in range(6):
        page.press('Tab')
        reached.append(page.run("""
            const {activeElement: at} = document, style = getComputedStyle(at);
            return [at.id || at.parentElement.id, parseFloat(style.outlineWidth)]"""))
    assert [name for name, _ in reached] == [
        'stage', 'show-box', 'show-attention', 'clear', 'topics', 'parameters']
    assert all(width >= 2 for _, width in reached)


_WEAK_TEXTS = """
    function parse(color) {
        const [red, green, blue, alpha = 1] = color.match(/[0-9.]+/g).map(Number);
        return {rgb: [red, green, blue], alpha};
    }
    function light(rgb) {
        const [red, green, blue] = rgb.map(value => value / 255).map(
            value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }
    function ground(element) {
        let rgb = [0, 0, 0], open = 1;
        for (let at = element; at; at = at.parentElement) {
            const color = parse(getComputedStyle(at).backgroundColor);
            rgb = rgb.map((value, i) => value + open * color.alpha * color.rgb[i]);
            open *= 1 - color.alpha;
        }
        return rgb;
    }
    function opacity(element) {
        return element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
    }
    return [...document.querySelectorAll('body *')].filter(
        each => [...each.childNodes].some(
            node => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
    ).filter(each => each.checkVisibility() && !each.disabled && !each.closest('.unseen')).map(
        each => {
            const below = ground(each), {rgb} = parse(getComputedStyle(each).color);
            const part = opacity(each);
            const seen = rgb.map((value, i) => part * value + (1 - part) * below[i]);
            const [dark, bright] = [light(below), light(seen)].sort((a, b) => a - b);
            return [(bright + 0.05) / (dark + 0.05), each.outerHTML.slice(0, 100)];
        }).filter(([contrast]) => contrast < 4.5)"""
