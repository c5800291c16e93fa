"""A page that misbehaves, or is one too many, is told why."""

from __future__ import annotations

import asyncio

import aiohttp
from console.clients import client_of
from console.clients import next_picture
from console.clients import PATIENCE
from console.fake_robot import FakeRobot
from console.viewing import until
from console.viewing import VISIBLE
import pytest

pytestmark = pytest.mark.asyncio


async def test_page_that_stays_frozen_is_cut_off_so_that_it_connects_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr('rat_tracker.console.flow_control.EXPIRED_AFTER', 1.5)
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as frozen:
        await frozen.send_json(VISIBLE)
        await next_picture(frozen)
        while True:
            message = await frozen.receive(PATIENCE)
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
        assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        await until(lambda: robot.calls == ['watch', 'unwatch'])


@pytest.mark.parametrize('message', [
    '', '{', '[]', '{"shown": "x"}', '{"shown": 1.5}', '{"more": 1}', 'x' * 4000, '\x00'])
async def test_page_that_says_nonsense_is_closed_with_the_reason(message: str) -> None:
    async with client_of(FakeRobot()) as (client, url), client.ws_connect(
            url + 'live') as viewer:
        await viewer.send_str(message)
        closed = await viewer.receive(PATIENCE)
        assert closed.type is aiohttp.WSMsgType.CLOSE
        assert closed.data == aiohttp.WSCloseCode.POLICY_VIOLATION
        assert closed.extra


async def test_page_that_says_too_much_is_closed() -> None:
    async with client_of(FakeRobot()) as (client, url), client.ws_connect(
            url + 'live') as viewer:
        await viewer.send_str(' ' * 5000)
        closed = await viewer.receive(PATIENCE)
        assert closed.data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_no_more_pages_are_open_than_are_allowed() -> None:
    async with client_of(FakeRobot(), viewers=2) as (client, url):
        one, other = [await client.ws_connect(url + 'live') for _ in range(2)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(url + 'live')
        assert refused.value.status == 503
        # The page asks why: a web socket itself does not tell.
        async with client.get(url + 'live') as got:
            assert got.status == 503
            assert 'close one' in await got.text()
        await one.close()

        async def free() -> bool:
            async with client.get(url + 'live') as got:
                return got.status == 426

        while not await free():
            await asyncio.sleep(0.01)
        another = await client.ws_connect(url + 'live')
        assert not another.closed
        assert not other.closed
