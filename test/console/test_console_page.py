"""The page in a real browser: it trusts nobody, is readable by everybody, and fits a phone."""

from __future__ import annotations

from functools import partial
import itertools
import json

from console import clip
from console.browser import DESKTOP
from console.browser import Page
from console.browser import PHONE
from console.served import Served
import pytest

SMALLEST = (320, 640)  # pixels across and down


def open_all(page: Page, console: Served, size: tuple[int, int], theme: str = 'dark') -> None:
    """Open the page with everything that it can show."""
    page.open(console.url, size, theme)
    page.shows_pictures()
    page.wait('a diagnosis', lambda: '/s' in page.text('#charts'))
    page.click('#topics summary')
    page.click('#parameters summary')
    page.wait('topics', lambda: page.text('.topics'))
    page.wait('parameters', lambda: page.text('fieldset'))


def test_console_stays_empty_and_nothing_comes_from_elsewhere(
    page: Page, console: Served,
) -> None:
    """Violations of the content security policy are written to the browser's console, too."""
    open_all(page, console, DESKTOP)
    page.click('#show-attention')
    page.wait('attention', lambda: page.drawn('attention'))

    assert page.log('browser') == []
    requested = page.requested()
    assert console.url in requested
    own = (console.url, console.url.replace('http', 'ws'), f'blob:{console.url}')
    assert [address for address in requested if not address.startswith(own)] == []


def test_script_that_is_smuggled_in_does_not_run(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.run("""
        const smuggled = document.createElement('div');
        smuggled.innerHTML = '<img src="x" onerror="window.fooled = true">';
        document.body.append(smuggled);
        const script = document.createElement('script');
        script.textContent = 'window.fooled = true';
        document.body.append(script);""")

    page.wait('the refusals', lambda: 'Content Security Policy' in json.dumps(
        page.log('browser')))
    assert page.run('return window.fooled') is None


def test_text_from_the_robot_is_text(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    evil = '<img src=x onerror=alert(1)><b>bold</b>'

    console.do(lambda: console.robot.notice(evil))

    page.wait('the notice', lambda: page.text('#notice') == evil)
    assert page.run('return document.querySelectorAll("#notice *").length') == 0


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
    assert {'connection', 'state-name', 'state-reason', 'notice', 'answers'} <= set(live)


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


def test_switches_are_remembered(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    assert page.drawn('state') == 'SEARCHING'
    page.click('#show-box')
    page.click('#show-attention')
    page.wait('no box', lambda: not page.drawn('state'))
    page.wait('attention', lambda: page.drawn('attention'))

    page.open(console.url)

    page.shows_pictures()
    page.wait('attention', lambda: page.drawn('attention'))
    assert page.drawn('state') == ''
    page.click('#show-attention')
    page.wait('no attention', lambda: not page.drawn('attention'))
    page.wait('none made', lambda: console.robot.watching is False)


def test_attention_is_brightest_on_the_target(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.click('#show-box')
    page.click('#show-attention')
    page.wait('attention', lambda: page.drawn('attention'))

    stamp, places = page.run("""
        const overlay = document.querySelector('#overlay'), context = overlay.getContext('2d');
        const scale = overlay.width / 640, opacity = {};
        for (let x = 16; x < 640; x += 32) for (let y = 12; y < 360; y += 24)
            opacity[`${x},${y}`] = context.getImageData(x * scale, y * scale, 1, 1).data[3];
        return [document.querySelector('#stage').dataset.stamp, opacity]""")
    truth = clip.target_box(clip.index_of(stamp))
    bright = [tuple(map(int, place.split(','))) for place in places
              if places[place] == max(places.values())]
    assert abs(sum(x for x, _ in bright) / len(bright) - truth.center_x) < 32
    assert abs(sum(y for _, y in bright) / len(bright) - truth.center_y) < 32
    assert min(places.values()) < 20


def test_charts_show_what_the_tracker_says(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.wait('figures', lambda: 'answers 19.7' in page.text('#charts'))

    words = page.text('#charts')
    assert 'p50 2' in words
    assert 'ms' in words
    for index, kind in itertools.product(range(3), ['--accent', '--line']):
        def colored(index: int = index, kind: str = kind) -> object:
            return page.run(_HAS_COLOR, index, kind)
        if (index, kind) != (0, '--accent'):  # there is no score before something is selected
            page.wait(f'chart {index} with {kind}', colored)


def test_image_topics_are_listed_with_their_faults(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.click('#topics summary')

    page.wait('topics', lambda: page.text('.topics'))
    words = page.text('.topics')
    assert '/camera/image_raw used by the tracker30.0 per s · 1280x720 bgr8 · raw' in words
    assert 'from /depth_camera, /recorder' in words
    assert 'no image came in 1 s; look at the camera' in words
    console.robot.silent = True
    page.click('#topics button')
    page.wait('the reason', lambda: 'does not answer' in page.text('#topics [role=status]'))


def test_parameter_is_changed_and_a_refusal_stands_beside_it(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.click('#parameters summary')
    page.wait('parameters', lambda: page.text('fieldset'))

    def change(name: str, value: str) -> None:
        page.run("""
            const field = document.getElementById(`parameter-${arguments[0]}`);
            field.value = arguments[1];
            field.dispatchEvent(new Event('input', {bubbles: true}));
            field.form.requestSubmit();""", name, value)

    def answer(name: str) -> str:
        return str(page.run(
            'return document.getElementById(arguments[0]).textContent',
            f'parameter-{name}-answer'))

    change('buffer_seconds', '4')
    page.wait('an answer', lambda: answer('buffer_seconds') == 'buffer_seconds is 4.0 now')
    assert isinstance(console.robot.changed[-1].value, float)
    change('buffer_seconds', '3')
    page.wait('a refusal', lambda: 'three is a bad number' in answer('buffer_seconds'))
    change('on_time_jump', 'keep')
    page.wait('an answer', lambda: answer('on_time_jump') == 'on_time_jump is keep now')

    count = len(console.robot.changed)
    change('buffer_seconds', '1000')
    page.wait('the range', lambda: '60' in answer('buffer_seconds'))
    change('buffer_megabytes', '1.5')
    page.wait('the step', lambda: answer('buffer_megabytes'))
    assert len(console.robot.changed) == count
    assert page.run('return document.getElementById("parameter-publish_tf").disabled')
    assert 'cannot change while the node runs' in page.text('#parameters')


_HAS_COLOR = """
    const canvas = document.querySelectorAll('#charts canvas')[arguments[0]];
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(canvas).getPropertyValue(arguments[1]);
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 200 && Math.abs(data[i] - red) + Math.abs(data[i + 1] - green)
            + Math.abs(data[i + 2] - blue) < 24) return true;
    }
    return false;"""

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
