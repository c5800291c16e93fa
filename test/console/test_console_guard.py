"""Only those may ask who may: by the Host's name, the page's origin, and the token."""

from __future__ import annotations

import asyncio

import aiohttp
from console.clients import client_of
from console.clients import PATIENCE
from console.fake_robot import FakeRobot
import pytest

pytestmark = pytest.mark.asyncio

TOKEN = 'correct-horse-battery'
EVERYTHING = [
    ('GET', ''), ('GET', 'page/main.js'), ('GET', 'page/nothing.js'), ('GET', 'live'),
    ('GET', 'api/parameters'), ('GET', 'api/image_topics'), ('POST', 'api/select'),
    ('POST', 'api/clear'), ('POST', 'api/parameter'), ('GET', 'elsewhere'), ('PUT', ''),
    ('OPTIONS', 'api/clear')]
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
    "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}


@pytest.mark.parametrize(('method', 'path'), EVERYTHING)
async def test_every_answer_tells_the_browser_to_trust_nobody(method: str, path: str) -> None:
    async with client_of(FakeRobot()) as (client, url), client.request(method, url + path) as got:
        assert set(got.headers['Content-Security-Policy'].split('; ')) == POLICY
        assert got.headers['X-Content-Type-Options'] == 'nosniff'
        assert got.headers['Referrer-Policy'] == 'no-referrer'
        assert got.headers['Cache-Control'] == 'no-store'
        assert got.headers['Cross-Origin-Opener-Policy'] == 'same-origin'
        assert got.headers['Cross-Origin-Resource-Policy'] == 'same-origin'
        assert 'Access-Control-Allow-Origin' not in got.headers


@pytest.mark.parametrize('name', ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])
async def test_loopback_answers_to_its_names(name: str) -> None:
    async with client_of(FakeRobot()) as (client, url):
        port = url.rstrip('/').rpartition(':')[2]
        async with client.get(url, headers={'Host': f'{name}:{port}'}) as got:
            assert got.status == 200


@pytest.mark.parametrize('name', [
    'evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.1.7', '[::2]',
    '[', ''])
@pytest.mark.parametrize('path', ['', 'page/main.js', 'api/parameters', 'live'])
async def test_loopback_answers_to_no_other_name(name: str, path: str) -> None:
    """A page of the web may let its own name point to 127.0.0.1 (DNS rebinding)."""
    async with client_of(FakeRobot()) as (client, url), client.get(
            url + path, headers={'Host': name}) as got:
        assert got.status in (400, 403)
        assert 'picture' not in await got.text()


@pytest.mark.parametrize('origin', [
    'http://evil.example', 'null', 'http://127.0.0.1:1', 'https://localhost', 'http://[', ''])
async def test_another_page_changes_nothing(origin: str) -> None:
    robot = FakeRobot()
    async with client_of(robot) as (client, url), client.post(
            url + 'api/clear', headers={'Origin': origin}, json={}) as got:
        assert got.status == 403
        assert (await got.json())['message'] == 'another page asked for this'
    assert robot.calls == []


async def test_another_page_sees_nothing() -> None:
    async with client_of(FakeRobot()) as (client, url):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(url + 'live', origin='http://evil.example')
        assert refused.value.status == 403


@pytest.mark.parametrize('site', ['cross-site', 'same-site'])
async def test_another_page_has_nothing_measured_and_may_link_to_this_one(site: str) -> None:
    """A browser says where an image or a link comes from, and it needs no Origin for those."""
    async with client_of(FakeRobot()) as (client, url):
        for path in ('api/image_topics', 'api/parameters', 'live', 'page/main.js'):
            async with client.get(url + path, headers={'Sec-Fetch-Site': site}) as got:
                assert got.status == 403
        async with client.get(url, headers={'Sec-Fetch-Site': site}) as got:
            assert got.status == 200


async def test_without_a_host_header_no_name_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a robot without a network that takes many seconds, and everybody waits."""
    def look_up(*_: object) -> str:
        raise AssertionError('a name is looked up')
    monkeypatch.setattr('socket.getfqdn', look_up)
    async with client_of(FakeRobot()) as (_, url):
        address = url.removeprefix('http://').rstrip('/').split(':')
        reader, writer = await asyncio.open_connection(address[0], int(address[1]))
        writer.write(b'GET / HTTP/1.0\r\n\r\n')
        assert b' 403 ' in await asyncio.wait_for(reader.readline(), PATIENCE)
        writer.close()


async def test_own_page_and_programs_without_a_page_may_ask() -> None:
    async with client_of(FakeRobot()) as (client, url):
        for headers in ({}, {'Origin': url.rstrip('/'), 'Sec-Fetch-Site': 'same-origin'}):
            async with client.get(url + 'api/parameters', headers=headers) as got:
                assert got.status == 200
            async with client.post(url + 'api/clear', headers=headers, json={}) as got:
                assert got.status == 200
        async with client.ws_connect(url + 'live', origin=url.rstrip('/')) as viewer:
            assert not viewer.closed


@pytest.mark.parametrize(('method', 'path'), EVERYTHING)
async def test_nothing_is_answered_without_the_token(method: str, path: str) -> None:
    robot = FakeRobot()
    async with client_of(robot, token=TOKEN) as (client, url):
        port = url.rstrip('/').rpartition(':')[2]
        headers: dict[str, str]
        for headers in (
                {}, {'Authorization': 'Bearer wrong'}, {'Authorization': f'Basic {TOKEN}'},
                {'Authorization': TOKEN}, {'Authorization': 'Bearer'},
                {'Cookie': f'rat_tracker_{port}={TOKEN}'}, {'Cookie': f'token={TOKEN}'},
                {'Cookie': '=;;="'}):
            async with client.request(method, url + path, headers=headers) as got:
                assert got.status == 401
                assert got.headers['WWW-Authenticate'].startswith('Bearer')
                text = await got.text()
            assert 'stage' not in text
            assert TOKEN not in text
    assert robot.calls == []


async def test_socket_needs_the_token() -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await client.ws_connect(url + 'live')
        assert refused.value.status == 401
        async with client.ws_connect(
                url + 'live', headers={'Authorization': f'Bearer {TOKEN}'}) as viewer:
            assert not viewer.closed


@pytest.mark.parametrize(('method', 'path', 'status'), [
    ('GET', '', 200), ('GET', 'page/main.js', 200), ('GET', 'api/parameters', 200),
    ('POST', 'api/clear', 200), ('GET', 'live', 426), ('GET', 'elsewhere', 404)])
async def test_program_that_brings_the_token_is_answered(
    method: str, path: str, status: int,
) -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url), client.request(
            method, url + path, headers={'Authorization': f'Bearer {TOKEN}'},
            json={} if method == 'POST' else None) as got:
        assert got.status == status


@pytest.mark.parametrize('way', ['address', 'form'])
async def test_browser_is_let_in_once_and_gets_a_cookie(way: str) -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url):
        if way == 'address':
            sent = client.get(f'{url}?token={TOKEN}', allow_redirects=False)
        else:
            sent = client.post(f'{url}sign-in', data={'token': TOKEN}, allow_redirects=False)
        async with sent as got:
            assert got.status == 303
            assert got.headers['Location'] == './'  # the token leaves the address bar
            [(name, cookie)] = got.cookies.items()
        assert cookie['httponly']
        assert cookie['samesite'] == 'Strict'
        assert TOKEN not in cookie.value

        headers = {'Cookie': f'{name}={cookie.value}'}
        for path in ('', 'page/main.js', 'api/parameters'):
            async with client.get(url + path, headers=headers) as got:
                assert got.status == 200
        async with client.ws_connect(url + 'live', headers=headers) as viewer:
            assert not viewer.closed


async def test_cookie_of_another_token_is_none() -> None:
    async with client_of(FakeRobot(), token='another-horse-battery') as (client, url), client.get(
            f'{url}?token=another-horse-battery', allow_redirects=False) as got:
        [cookie] = got.cookies.values()
    async with client_of(FakeRobot(), token=TOKEN) as (client, url):
        port = url.rstrip('/').rpartition(':')[2]
        async with client.get(
                url, headers={'Cookie': f'rat_tracker_{port}={cookie.value}'}) as got:
            assert got.status == 401


async def test_page_asks_for_the_token_in_a_form() -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url), client.get(url) as got:
        text = await got.text()
        assert got.content_type == 'text/html'
        # With no-referrer a browser would not tell that the form comes from here.
        assert got.headers['Referrer-Policy'] == 'same-origin'
    assert '<form method="post" action="sign-in">' in text
    assert '<label for="token">' in text
    assert '<script' not in text
    assert '<style' not in text


@pytest.mark.parametrize(('kind', 'form'), [('charset=nowhere', b'token=x'), ('', b'token=\xff')])
async def test_form_that_cannot_be_read_is_shown_again(kind: str, form: bytes) -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url), client.post(
            url + 'sign-in', data=form,
            headers={'Content-Type': f'application/x-www-form-urlencoded; {kind}'}) as got:
        assert got.status == 401
        assert 'needs the token' in await got.text()


async def test_cookie_outlives_the_server() -> None:
    cookies = []
    for _ in range(2):
        async with client_of(FakeRobot(), token=TOKEN) as (client, url), client.get(
                f'{url}?token={TOKEN}', allow_redirects=False) as got:
            [cookie] = got.cookies.values()
            cookies.append(cookie.value)
    assert cookies[0] == cookies[1]


@pytest.mark.parametrize('guess', [
    '', TOKEN.upper(), TOKEN[:-1], TOKEN + 'x', 's%C3%A9cret', '%ED%A0%80'])
async def test_only_the_token_itself_is_right(guess: str) -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url):
        async with client.get(f'{url}?token={guess}') as got:
            assert got.status == 401
            assert 'This is not the token.' in await got.text()
            assert got.cookies == {}
        port = url.rstrip('/').rpartition(':')[2]
        async with client.get(url, headers={'Cookie': f'rat_tracker_{port}={guess}'}) as got:
            assert got.status == 401


@pytest.mark.parametrize('form', ['x' * 100_000, 'token=' + 'x' * 9000])
async def test_huge_token_is_refused(form: str) -> None:
    async with client_of(FakeRobot(), token=TOKEN) as (client, url), client.post(
            url + 'sign-in', data=form,
            headers={'Content-Type': 'application/x-www-form-urlencoded'}) as got:
        assert got.status == 413
