"""All pages are told what happens, also those that come later."""

from __future__ import annotations

from console import clip
from console.clients import client_of
from console.fake_robot import FakeRobot
from console.viewing import next_event
from console.viewing import VISIBLE
from console.viewing import watch
import pytest

from rat_tracker.geometry import Box

pytestmark = pytest.mark.asyncio


async def test_selections_of_one_are_reported_to_all_at_once() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.ws_connect(
            url + 'live') as one, client.ws_connect(url + 'live') as other:
        for viewer in (one, other):
            await viewer.send_json(VISIBLE)
            await watch(viewer, 1)
        robot.report_selection(clip.stamp(3), 'select_point', True, Box(1, 2, 3, 4), 'a click')
        for viewer in (one, other):
            event = await next_event(viewer, 'selection')
            assert event['stamp'] == clip.stamp(3)
            assert event['source'] == 'select_point'
            assert event['box'] == [1, 2, 3, 4]


async def test_page_that_comes_later_is_told_what_the_others_know() -> None:
    robot = FakeRobot()
    robot.report_problem('the camera is asleep')
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as first:
        await first.send_json(VISIBLE)
        assert (await next_event(first, 'problem'))['message'] == 'the camera is asleep'
        await next_event(first, 'diagnostics')
        async with client.ws_connect(url + 'live') as second:
            await second.send_json(VISIBLE)
            assert (await next_event(second, 'problem'))['message'] == 'the camera is asleep'


async def test_events_come_while_there_are_no_pictures() -> None:
    robot = FakeRobot()
    robot.camera_runs = False
    async with client_of(robot) as (client, url), client.ws_connect(url + 'live') as viewer:
        await viewer.send_json(VISIBLE)
        for kind in ('target', 'diagnostics', 'target', 'diagnostics'):
            await next_event(viewer, kind)
