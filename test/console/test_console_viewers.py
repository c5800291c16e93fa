"""Pages are shown the robot at the pace of the slowest, and nothing is done in vain."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from console import clip
from console.clients import client_of
from console.clients import next_picture
from console.fake_robot import FakeRobot
from console.viewing import until
from console.viewing import VISIBLE
from console.viewing import watch
import pytest

from rat_tracker.geometry import Box

pytestmark = pytest.mark.asyncio


async def test_robot_is_watched_only_while_a_page_wants_pictures() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url):
        async with client.get(url) as got:
            assert got.status == 200
        assert robot.calls == []
        async with client.ws_connect(url + 'live') as one, client.ws_connect(
                url + 'live') as other:
            await one.send_json({'pictures': False})
            await other.send_json(VISIBLE)
            await watch(other, 2)
            await one.send_json(VISIBLE)
            shown = await watch(one, 1)
            await other.close()
            assert robot.calls == ['watch']
            await one.send_json({'shown': shown, 'pictures': False})
            await until(lambda: robot.calls == ['watch', 'unwatch'])
            await one.send_json({'shown': shown})
            await next_picture(one)
        await until(lambda: robot.calls == ['watch', 'unwatch', 'watch', 'unwatch'])


async def test_robot_rests_when_the_server_ends() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url):
        viewer = await client.ws_connect(url + 'live')
        await viewer.send_json(VISIBLE)
        await watch(viewer, 2)
    assert robot.calls == ['watch', 'unwatch']


async def test_picture_is_the_image_and_its_own_result() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as viewer:
        await viewer.send_json(VISIBLE)
        head = await next_picture(viewer)
        truth = clip.target_box(clip.index_of(head['stamp']))
        selection = {'type': 'box', 'stamp': head['stamp'], 'frame_id': head['frame_id'],
                     'box': truth.values}
        async with client.post(url + 'api/select', json=selection) as got:
            assert (await got.json())['accepted']

        await viewer.send_json({'shown': head['number']})
        while (head['target'] or {}).get('state') != 'TRACKING':
            head = await next_picture(viewer)
            await viewer.send_json({'shown': head['number']})

        assert head['target']['stamp'] == head['stamp']
        assert Box(*head['target']['box']) == clip.target_box(clip.index_of(head['stamp']))
        assert (head['width'], head['height']) == (clip.WIDTH, clip.HEIGHT)


async def test_next_picture_comes_when_the_last_is_shown() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as viewer:
        await viewer.send_json(VISIBLE)
        first = await next_picture(viewer)
        second = robot.index() + 10  # half a second later, long after the next image
        await until(lambda: robot.index() > second)
        assert robot.encoded == 1
        await viewer.send_json({'shown': first['number']})
        newest = await next_picture(viewer)
        assert newest['number'] > second  # not one that was waiting meanwhile


async def test_pictures_are_encoded_once_for_all_pages() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url):
        viewers = [await client.ws_connect(url + 'live') for _ in range(10)]
        for viewer in viewers:
            await viewer.send_json(VISIBLE)
        await asyncio.gather(*(watch(viewer, 12) for viewer in viewers))
        # Those who join late are given what the others have.
        assert robot.encoded < 12 + 10
        assert robot.asked_at_once == 1


@pytest.mark.whole
async def test_frozen_page_does_not_stop_the_others_and_is_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Or it would be cut off.
    monkeypatch.setattr('rat_tracker.console.flow_control.EXPIRED_AFTER', 1000.0)
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(
            url + 'live') as frozen, client.ws_connect(url + 'live') as viewer:
        await frozen.send_json(VISIBLE)
        await viewer.send_json(VISIBLE)
        held = (await next_picture(frozen))['number']
        await watch(viewer, 25)  # takes seconds: the other one counts as frozen by now

        waiting = []
        while True:
            try:
                waiting.append(await frozen.receive(0.3))
            except asyncio.TimeoutError:
                break
        assert all(message.type is aiohttp.WSMsgType.TEXT for message in waiting)
        assert robot.calls == ['watch']
        await frozen.send_json({'shown': held})  # and now it moves again
        await watch(frozen, 3)


async def test_attention_goes_to_who_wants_it() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(
            url + 'live') as plain, client.ws_connect(url + 'live') as curious:
        await plain.send_json(VISIBLE)
        await watch(plain, 1)
        assert robot.watching is False

        async def show(
            viewer: aiohttp.ClientWebSocketResponse, attention: bool,
        ) -> list[dict[str, Any]]:
            heads = []
            for _ in range(10):
                heads.append(await next_picture(viewer))
                await viewer.send_json({'shown': heads[-1]['number'], 'attention': attention})
            return heads

        await curious.send_json({'attention': True})
        without, with_it = await asyncio.gather(show(plain, False), show(curious, True))
        assert [head['attention'] for head in without] == [0] * 10
        assert all(head['attention'] for head in with_it[2:])
        assert robot.watching is True

        await curious.send_json({'shown': with_it[-1]['number'], 'attention': False})
        await until(lambda: robot.watching is False)


async def test_page_that_comes_while_the_camera_is_still_sees_the_last_picture() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as first:
        await first.send_json(VISIBLE)
        await watch(first, 3)
        robot.camera_runs = False
        stopped = robot.index()
        await until(lambda: robot.index() > stopped + 5)
        async with client.ws_connect(url + 'live') as second:
            await second.send_json(VISIBLE)
            head = await next_picture(second)
        assert head['age'] > 0.1


async def test_robot_that_fails_to_make_pictures_is_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    robot = FakeRobot()
    robot.breaks = True
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as viewer:
        await viewer.send_json(VISIBLE)
        await until(lambda: 'no picture: ValueError: the camera speaks' in caplog.text)
        robot.breaks = False
        await next_picture(viewer)
