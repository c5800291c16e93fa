"""Who may ask: the right name, the right page, and where others reach the server, the token."""

from __future__ import annotations

import asyncio
from http.cookies import CookieError
from urllib.parse import urlsplit

from aiohttp import hdrs
from aiohttp import web
from aiohttp.typedefs import Handler

from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.options import is_loopback
from rat_tracker.console.responses import error_response
from rat_tracker.console.tokens import Guesses
from rat_tracker.console.tokens import Token

_FORM = 'application/x-www-form-urlencoded'
_BODY_TIME = 5.0  # seconds for it to arrive
_LOOPBACK_NAMES = ('localhost', '127.0.0.1', '::1')
_SIGN_IN = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>rat_tracker: token</title>
</head>
<body>
<h1>rat_tracker</h1>
<p role="alert">{message}</p>
<form method="post" action="sign-in">
<p><label for="token">Token</label></p>
<p><input id="token" name="token" type="password" size="30" autocomplete="current-password"
 required autofocus></p>
<p><button>Open the console</button></p>
</form>
</body>
</html>
"""
_WANTED = 'This page needs the token that was given to the console when it was started.'
_WRONG = 'This is not the token.'
_WAIT = 'Too many wrong tokens; wait some seconds and try again.'


class Guard:
    """A middleware that lets through whom it may.

    On loopback, the name in the Host header has to be one of loopback: otherwise any page of the
    web could have its own name point here (DNS rebinding). What changes something, and the web
    socket, has to come from our own page, if a page is where it comes from.
    """

    def __init__(self, options: ConsoleOptions) -> None:
        self._only_loopback = is_loopback(options.host)
        self._token = None if options.token is None else Token(options.token)
        self._guesses = Guesses()

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer for whoever may not ask; hand on what others ask."""
        if self._only_loopback and _name(_host(request)) not in _LOOPBACK_NAMES:
            return error_response(
                request, 403, 'the console answers to localhost and 127.0.0.1 only')
        if not _from_own_page(request):
            return error_response(request, 403, 'another page asked for this')
        if self._token is None or self._has_cookie(request, self._token):
            if request.path == '/sign-in' or 'token' in request.query:
                raise web.HTTPSeeOther('./')
            return await handler(request)
        return await self._with_token(request, handler, self._token)

    async def _with_token(
        self, request: web.Request, handler: Handler, token: Token,
    ) -> web.StreamResponse:
        guess = await _guess(request)
        if guess is None:
            return self._ask(request, 401, _WANTED)
        now, address = asyncio.get_running_loop().time(), request.remote or ''
        if not self._guesses.allows(address, now):
            return self._ask(request, 429, _WAIT)
        if not token.is_right(guess):
            self._guesses.was_wrong(address, now)
            return self._ask(request, 401, _WRONG)
        if hdrs.AUTHORIZATION in request.headers:
            return await handler(request)
        welcome = web.HTTPSeeOther('./')
        welcome.set_cookie(
            _cookie(request), token.cookie, httponly=True, samesite='Strict', path='/',
            secure=request.secure)
        raise welcome

    def _has_cookie(self, request: web.Request, token: Token) -> bool:
        try:
            value = request.cookies.get(_cookie(request))
        except CookieError:
            return False
        return value is not None and token.is_cookie(value)

    def _ask(self, request: web.Request, status: int, message: str) -> web.Response:
        if request.path in ('/', '/sign-in'):
            answer = web.Response(
                text=_SIGN_IN.format(message=message), content_type='text/html', status=status)
            # With no-referrer browsers say that the form is sent from nowhere: Origin: null.
            answer.headers['Referrer-Policy'] = 'same-origin'
        else:
            answer = error_response(request, status, message)
        if status == 401:
            answer.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="rat_tracker"'
        else:
            answer.headers[hdrs.RETRY_AFTER] = '5'
        return answer


async def _guess(request: web.Request) -> str | None:
    """Return the token that a request brings."""
    if hdrs.AUTHORIZATION in request.headers:
        scheme, _, value = request.headers[hdrs.AUTHORIZATION].partition(' ')
        return value.strip() if scheme.lower() == 'bearer' else None
    if request.path == '/' and request.method == hdrs.METH_GET:
        return request.query.get('token')
    if request.path == '/sign-in' and request.content_type == _FORM:
        try:
            entered = (await asyncio.wait_for(request.post(), _BODY_TIME)).get('token')
        except (asyncio.TimeoutError, LookupError, UnicodeDecodeError):
            return None  # too slow, or not in the character set that it names
        return entered if isinstance(entered, str) else None
    return None


def _from_own_page(request: web.Request) -> bool:
    if request.method in (hdrs.METH_GET, hdrs.METH_HEAD) and hdrs.UPGRADE not in request.headers:
        # Whoever looks at the image topics has the robot listen to them; a link leads to the page.
        site = request.headers.get('Sec-Fetch-Site', 'none')
        return request.path == '/' or site in ('same-origin', 'none')
    origin = request.headers.get(hdrs.ORIGIN)
    try:
        return origin is None or urlsplit(origin).netloc.lower() == _host(request).lower()
    except ValueError:
        return False


def _host(request: web.Request) -> str:
    """Return the Host header; ``request.host`` would look up this machine's name without one."""
    return request.headers.get(hdrs.HOST, '')


def _name(host: str) -> str | None:
    """Return the name of a Host header, without the port."""
    try:
        return urlsplit(f'//{host}').hostname
    except ValueError:
        return None


def _cookie(request: web.Request) -> str:
    """Return the cookie's name: browsers share cookies between the ports of one host."""
    try:
        port = urlsplit(f'//{_host(request)}').port
    except ValueError:
        port = None
    return f'rat_tracker_{port or 80}'
