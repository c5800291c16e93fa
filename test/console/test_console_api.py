"""Requests reach the robot only if they are right; whatever goes wrong is said in a sentence."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import aiohttp
from console import clip
from console.clients import client_of
from console.fake_robot import FakeRobot
from console.fake_robot import PARAMETERS
from console.fake_robot import TOPICS
import msgspec
import pytest

from rat_tracker.console.replies import Reply
from rat_tracker.console.requests import BoxSelection
from rat_tracker.console.requests import ParameterChange
from rat_tracker.console.requests import PointSelection
from rat_tracker.console.requests import Selection

pytestmark = pytest.mark.asyncio

BOX = {'type': 'box', 'stamp': clip.stamp(5), 'frame_id': 'camera', 'box': [1, 2.5, 30, 40]}
POINT = {'type': 'point', 'stamp': clip.stamp(5), 'frame_id': 'camera', 'point': [1, 2.5]}
JSON = {'Content-Type': 'application/json'}


async def test_selection_reaches_the_robot_as_it_was_sent() -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url):
        for body in (BOX, POINT):
            async with client.post(url + 'api/select', json=body) as got:
                assert got.status == 200
                assert (await got.json())['accepted'] is False  # there is nothing at that place

    assert robot.selections == [
        BoxSelection(clip.stamp(5), 'camera', (1.0, 2.5, 30.0, 40.0)),
        PointSelection(clip.stamp(5), 'camera', (1.0, 2.5))]


@pytest.mark.parametrize('body', [
    b'', b'{', b'null', b'[]', b'"box"', b'\xff\xfe', b'{"type": "box"}',
    json.dumps({**BOX, 'type': 'circle'}).encode(),
    json.dumps({**BOX, 'stamp': 5}).encode(),
    json.dumps({**BOX, 'stamp': '-5'}).encode(),
    json.dumps({**BOX, 'stamp': '1' * 20}).encode(),
    json.dumps({**BOX, 'stamp': '5; drop'}).encode(),
    json.dumps({**BOX, 'frame_id': 'x' * 201}).encode(),
    json.dumps({**BOX, 'box': [1, 2, 3]}).encode(),
    json.dumps({**BOX, 'box': [1, 2, 3, 'x']}).encode(),
    json.dumps({**BOX, 'box': [1, 2, 3, None]}).encode(),
    json.dumps({**BOX, 'box': [1, 2, 3, float('nan')]}).encode(),
    json.dumps({**BOX, 'box': [1, 2, 3, 1]}).replace('1]', '1e999]').encode(),
    json.dumps({**BOX, 'more': 1}).encode(),
    json.dumps({**POINT, 'point': [[1], 2]}).encode(),
    json.dumps({**BOX, 'frame_id': 'x'}).replace('x"', '\xff"').encode('latin1'),
    json.dumps({**BOX, 'frame_id': 'camera\0'}).encode(),
    json.dumps({**BOX, 'stamp': '5\n'}).encode(),
    b'{"box": ' + b'[' * 8000,
    b'[' * 8000])
async def test_wrong_selection_is_refused_with_the_reason(body: bytes) -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.post(
            url + 'api/select', data=body, headers=JSON) as got:
        assert got.status == 400
        reply = await got.json()
    assert reply['accepted'] is False
    assert len(reply['message']) > 10
    assert '\n' not in reply['message']
    assert robot.selections == []


async def test_parameter_reaches_the_robot_with_its_type() -> None:
    robot = FakeRobot()
    values: list[bool | int | float | str] = [True, 3, 3.0, 'text']
    async with client_of(robot) as (client, url):
        for value in values:
            async with client.post(
                    url + 'api/parameter', json={'name': 'buffer_megabytes', 'value': value},
            ) as got:
                assert got.status == 200

    assert robot.changed == [ParameterChange('buffer_megabytes', value) for value in values]
    assert [type(change.value) for change in robot.changed] == [bool, int, float, str]


@pytest.mark.parametrize('change', [
    {'name': 'a b', 'value': 1}, {'name': '', 'value': 1}, {'name': 'x' * 201, 'value': 1},
    {'name': 'x', 'value': None}, {'name': 'x', 'value': [1]}, {'name': 'x', 'value': 'x' * 1001},
    {'name': 'x'}, {'value': 1}, {'name': 'x\n', 'value': 1}, {'name': 'x', 'value': 'a\0b'}])
async def test_wrong_parameter_is_refused(change: dict[str, Any]) -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.post(
            url + 'api/parameter', json=change) as got:
        assert got.status == 400
    assert robot.changed == []


async def test_lists_are_reported_as_the_robot_has_them() -> None:
    async with client_of(FakeRobot()) as (client, url):
        async with client.get(url + 'api/image_topics') as got:
            assert await got.json() == json.loads(msgspec.json.encode(TOPICS))
        async with client.get(url + 'api/parameters') as got:
            listed = await got.json()
    assert [each['name'] for each in listed] == [each.name for each in PARAMETERS]
    kinds = {each['name']: each['kind'] for each in listed}
    assert kinds['buffer_seconds'] == 'float'  # whose value, 2.0, is 2 in JavaScript
    assert kinds['buffer_megabytes'] == 'int'
    assert kinds['publish_tf'] == 'bool'


@pytest.mark.parametrize(('method', 'path', 'body'), [
    ('POST', 'api/select', BOX), ('POST', 'api/clear', {}), ('GET', 'api/parameters', None),
    ('POST', 'api/parameter', {'name': 'x', 'value': 1}), ('GET', 'api/image_topics', None)])
async def test_silent_robot_is_named_and_a_fault_ends_one_request_only(
    method: str, path: str, body: object, caplog: pytest.LogCaptureFixture,
) -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url):
        robot.silent = True
        async with client.request(method, url + path, json=body) as got:
            assert got.status == 503
            assert await got.json() == {
                'accepted': False, 'message': '/tracker_node does not answer; is it running?'}
        robot.silent, robot.breaks = False, True
        with caplog.at_level(logging.ERROR):
            async with client.request(method, url + path, json=body) as got:
                assert got.status == 500
                assert (await got.json())['accepted'] is False
        [record] = caplog.records
        assert record.getMessage() == (
            f'{method} /{path} failed: ValueError: the robot fell over')
        assert record.exc_info is None
        robot.breaks = False
        async with client.request(method, url + path, json=body) as got:
            assert got.status == 200


@pytest.mark.parametrize('path', ['api/select', 'api/parameter', 'api/clear'])
async def test_body_of_another_type_is_refused(path: str) -> None:
    """A form of another page could send text, but not JSON."""
    robot = FakeRobot()
    async with client_of(robot) as (client, url):
        for sort in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'):
            async with client.post(
                    url + path, data=json.dumps(BOX), headers={'Content-Type': sort}) as got:
                assert got.status == 415
    assert robot.selections == []
    assert robot.calls == []


@pytest.mark.parametrize('path', ['api/select', 'api/parameter', 'api/clear'])
async def test_huge_body_is_refused(path: str) -> None:
    async with client_of(FakeRobot()) as (client, url):
        for size in (8193, 20_000_000):
            try:
                async with client.post(url + path, data=b'x' * size, headers=JSON) as got:
                    assert got.status == 413
                    assert (await got.json())['accepted'] is False
            except (ConnectionError, aiohttp.ClientConnectionError):
                assert size > 1_000_000  # closed while it was still being sent


async def test_only_a_few_requests_wait_for_the_robot_at_once() -> None:
    class SlowRobot(FakeRobot):
        async def select(self, selection: Selection) -> Reply:
            await end.wait()
            return Reply(True, 'at last')

    end = asyncio.Event()
    async with client_of(SlowRobot()) as (client, url):
        async def select() -> tuple[int, str]:
            async with client.post(url + 'api/select', json=BOX) as got:
                reply = await got.json()
                return got.status, reply['message']

        tasks = [asyncio.create_task(select()) for _ in range(30)]
        while sum(task.done() for task in tasks) < 22:
            await asyncio.sleep(0.01)
        async with client.get(url) as got:  # the page itself does not wait
            assert got.status == 200
        end.set()
        answers = await asyncio.gather(*tasks)

    assert answers.count((200, 'at last')) == 8
    refused = [message for status, message in answers if status == 429]
    assert len(refused) == 22
    assert 'try again' in refused[0]


@pytest.mark.parametrize(('method', 'path', 'status'), [
    ('GET', 'api/select', 405), ('DELETE', 'api/clear', 405), ('GET', 'api/nothing', 404),
    ('GET', 'page/../server.py', 404), ('GET', 'page/%2e%2e/server.py', 404),
    ('GET', 'page//etc/passwd', 404), ('GET', 'page/', 404), ('GET', 'page/index.html', 404)])
async def test_there_is_nothing_else(method: str, path: str, status: int) -> None:
    async with client_of(FakeRobot()) as (client, url), client.request(
            method, url + path) as got:
        assert got.status == status
        assert len((await got.text()).splitlines()) == 1
