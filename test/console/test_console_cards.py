"""What the page shows beside the picture: switches, charts, topics, parameters."""

from __future__ import annotations

import itertools

from console import clip
from console.browser import Page
from console.served import Served
import pytest

from rat_tracker.console.events import DiagnosticsEvent


@pytest.mark.whole
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


@pytest.mark.whole
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


@pytest.mark.whole
@pytest.mark.parametrize('latency', [None, 0.0, 0.2, 7_654.0, 3_600_000.0])
def test_axes_of_charts_are_readable_whatever_the_values_are(
    page: Page, console: Served, latency: float | None,
) -> None:
    """A tracker without results has none, and clocks that differ make huge ones."""
    console.robot.tracker_runs = False
    page.open(console.url)
    page.shows_pictures()
    page.run("""
        const known = CanvasRenderingContext2D.prototype, fillText = known.fillText;
        window.written = [];
        known.fillText = function (text, x, y) {
            window.written.push([text, this.textAlign === 'right'
                ? x - this.measureText(text).width : x]);
            fillText.call(this, text, x, y);
        };""")
    if latency is not None:
        console.do(lambda: console.robot.report(DiagnosticsEvent(
            'OK', '', {'pipeline_latency_ms_p50': str(latency)})))
        page.wait('the latency', lambda: f'p50 {latency:.0f}' in page.text('#charts'))
        page.run('window.written.length = 0')
    page.wait('axes', lambda: page.run('return window.written.length') > 30)

    for text, left in page.run('return window.written'):
        assert 'e-' not in text
        assert left >= 0, f'{text} is cut off'


@pytest.mark.whole
def test_charts_show_what_the_tracker_publishes(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()
    page.wait('figures', lambda: 'results 19.7' in page.text('#charts'))

    words = page.text('#charts')
    assert 'p50 2' in words
    assert 'ms' in words
    for index, kind in itertools.product(range(3), ['--accent', '--line']):
        def colored(index: int = index, kind: str = kind) -> object:
            return page.run(_HAS_COLOR, index, kind)
        if (index, kind) != (0, '--accent'):  # there is no score before something is selected
            page.wait(f'chart {index} with {kind}', colored)


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


@pytest.mark.whole
def test_image_topics_are_listed_with_their_faults(page: Page, console: Served) -> None:
    page.open(console.url)
    page.shows_pictures()

    page.click('#topics summary')

    page.wait('topics', lambda: page.text('.topics'))
    words = page.text('.topics')
    page.wait('when', lambda: 'Measured at' in page.text('#topics [role=status]'))
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
    page.wait('when', lambda: 'Read at' in page.text('#parameters > .inside > [role=status]'))

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
