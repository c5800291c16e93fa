"""A real browser at the console's page."""

from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
import time
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from rat_tracker.geometry import Box

PATIENCE = 60.0  # seconds; what is waited for takes far less on an idle machine
PHONE, DESKTOP = (390, 844), (1280, 900)  # pixels across and down


class Page:
    """The console's page in a browser, as somebody who looks and draws sees it."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    def open(self, url: str, size: tuple[int, int] = DESKTOP, theme: str = 'dark') -> None:
        """Open the page in a window of this size."""
        self.cdp('Emulation.setDeviceMetricsOverride', {
            'width': size[0], 'height': size[1], 'deviceScaleFactor': 1,
            'mobile': size[0] < 700})
        self.cdp('Emulation.setEmulatedMedia', {
            'features': [{'name': 'prefers-color-scheme', 'value': theme}]})
        self.browser.get(url)

    def leave(self) -> None:
        """Close the page, and forget what it remembered."""
        self.run('try { localStorage.clear(); } catch { /* no page is open */ }')
        self.browser.delete_all_cookies()
        self.browser.get('about:blank')
        self.cdp('Emulation.setTouchEmulationEnabled', {'enabled': False})
        self.log('browser')
        self.log('performance')

    def cdp(self, command: str, arguments: dict[str, Any] | None = None) -> Any:
        """Give a command of the Chrome DevTools Protocol."""
        return self.browser.execute_cdp_cmd(command, arguments or {})

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script in the page returns."""
        return self.browser.execute_script(script, *arguments)

    def wait(self, what: str, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f'waited in vain for {what}; {self.summary()}'
            time.sleep(0.03)

    def text(self, selector: str) -> str:
        """Return what is written in an element, also where it is not visible."""
        return ' '.join(str(self.run(
            'return document.querySelector(arguments[0])?.textContent ?? ""', selector)).split())

    def drawn(self, name: str) -> str:
        """Return what the page says is drawn on the picture."""
        return str(self.run('return document.querySelector("#stage").dataset[arguments[0]] ?? ""',
                            name))

    def drawn_box(self) -> Box | None:
        """Return the target's box on the picture, in the camera's pixels."""
        box = self.drawn('box')
        return Box(*map(float, box.split(','))) if box else None

    def shows_pictures(self) -> None:
        """Wait until pictures move."""
        self.wait('the first picture', lambda: self.drawn('number'))
        first = self.drawn('number')
        self.wait('pictures', lambda: self.drawn('number') != first)

    def answer(self) -> str:
        """Return the newest answer to a selection."""
        return self.text('#answers li:first-child span')

    def on_screen(self, x: float, y: float) -> tuple[float, float]:
        """Return where a pixel of the camera's image is in the window."""
        left, top, width, height = self.run(
            'const area = document.querySelector("#stage").getBoundingClientRect();'
            'return [area.left, area.top, area.width, area.height]')
        number = self.run(
            'const image = document.querySelector("#image"); return [image.width, image.height]')
        return left + x * width / number[0], top + y * height / number[1]

    def mouse(self, kind: str, x: float, y: float, pressed: bool = True) -> None:
        """Move or press the mouse over a pixel of the camera's image."""
        left, top = self.on_screen(x, y)
        self.cdp('Input.dispatchMouseEvent', {
            'type': kind, 'x': left, 'y': top, 'button': 'left', 'buttons': int(pressed),
            'clickCount': 1})

    def drag(self, box: Box) -> None:
        """Draw a box with the mouse."""
        self.mouse('mousePressed', box.x, box.y)
        self.mouse('mouseMoved', box.center_x, box.center_y)
        self.mouse('mouseMoved', box.x + box.width, box.y + box.height)
        self.mouse('mouseReleased', box.x + box.width, box.y + box.height, pressed=False)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """Touch pixels of the camera's image."""
        self.cdp('Input.dispatchTouchEvent', {'type': kind, 'touchPoints': [
            dict(zip(('x', 'y'), self.on_screen(*point), strict=True)) for point in points]})

    def press(self, key: str, times: int = 1, modifiers: int = 0) -> None:
        """Press a key; modifiers: 1 Alt, 2 Ctrl, 8 Shift."""
        for _ in range(times):
            for kind in ('rawKeyDown', 'keyUp'):
                self.cdp('Input.dispatchKeyEvent', {
                    'type': kind, 'key': key, 'code': key, 'modifiers': modifiers,
                    'windowsVirtualKeyCode': _KEYS.get(key, 0)})

    def click(self, selector: str) -> None:
        """Click on an element that has stopped to move: what is loaded above may move it."""
        seen: list[list[float]] = []

        def stands_still() -> bool:
            seen.append(self.run(
                'const {x, y} = document.querySelector(arguments[0]).getBoundingClientRect();'
                'return [x, y]', selector))
            return seen[-1] in seen[-2:-1]
        self.wait(f'{selector} to stand still', stands_still)
        self.browser.find_element(By.CSS_SELECTOR, selector).click()

    def log(self, kind: str) -> list[Any]:
        """Return what was logged since the last call: kind browser or performance."""
        return self.browser.get_log(kind)  # type: ignore[no-untyped-call]

    def requested(self) -> set[str]:
        """Return the addresses that were requested since the last call, but for the browser's own.

        The page with which Chromium starts has requests of its own.
        """
        messages = [json.loads(entry['message'])['message'] for entry in self.log('performance')]
        addresses = {message['params']['request']['url'] for message in messages
                     if message['method'] == 'Network.requestWillBeSent'
                     and not message['params']['documentURL'].startswith('chrome')}
        return addresses | {message['params']['url'] for message in messages
                            if message['method'] == 'Network.webSocketCreated'}

    def picture(self, path: Path) -> None:
        """Write what is seen as a PNG."""
        self.browser.save_screenshot(str(path))

    def summary(self) -> str:
        """Return what a failed test needs to know."""
        return (f'connection: {self.text("#connection")}; veil: {self.text("#veil")}; state: '
                f'{self.text("#state-name")}; answer: {self.answer()}; '
                f'stage: {self.run("return {...document.querySelector(`#stage`)?.dataset}")}; '
                f'log: {self.log("browser")}')


_KEYS = {'ArrowLeft': 37, 'ArrowUp': 38, 'ArrowRight': 39, 'ArrowDown': 40, 'Enter': 13,
         'Escape': 27, 'Delete': 46, 'Tab': 9}
