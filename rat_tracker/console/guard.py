"""Who may ask: the right name, the right page, and where others reach the server, the token."""

from __future__ import annotations

import hmac
from http.cookies import CookieError
from urllib.parse import urlsplit

from aiohttp import hdrs
from aiohttp import web
from aiohttp.typedefs import Handler

from rat_tracker.console.bodies import read_form_field
from rat_tracker.console.options import ConsoleOptions
from rat_tracker.console.options import is_loopback
from rat_tracker.console.page_files import sign_in_page
from rat_tracker.console.responses import error_response

_LOOPBACK_NAMES = ('localhost', '127.0.0.1', '::1')
_WANTED = 'This page needs the token that was given to the console when it was started.'
_WRONG = 'This is not the token.'


class Guard:
    """A middleware that lets through whom it may.

    On loopback, the name in the Host header has to be one of loopback: otherwise any page of the
    web could have its own name point here (DNS rebinding). What changes something, and the web
    socket, has to come from our own page, if a page is where it comes from.

    A browser that brought the token keeps a digest of it in a cookie: nobody reads the token out
    of a browser, and the cookie is valid for as long as the token is, also when the server starts
    anew. Guesses are not counted: the token has to be long enough (``ConsoleOptions``).
    """

    def __init__(self, options: ConsoleOptions) -> None:
        self._only_loopback = is_loopback(options.host)
        self._token = options.token
        self._cookie = hmac.digest(
            (options.token or '').encode(), b'rat_tracker console', 'sha256').hex()
        self._sign_in = sign_in_page()

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Respond to whoever may not ask; hand on what others ask."""
        if self._only_loopback and _name(_host(request)) not in _LOOPBACK_NAMES:
            return error_response(
                request, 403, 'the console answers to localhost and 127.0.0.1 only')
        if not _from_own_page(request):
            return error_response(request, 403, 'another page asked for this')
        if self._token is None or self._has_cookie(request):
            if request.path == '/sign-in' or 'token' in request.query:
                raise web.HTTPSeeOther('./')
            return await handler(request)
        guess = await _token_of(request)
        if guess is None or not _equal(guess, self._token):
            return self._unauthorized(request, _WANTED if guess is None else _WRONG)
        if hdrs.AUTHORIZATION in request.headers:
            return await handler(request)
        signed_in = web.HTTPSeeOther('./')
        signed_in.set_cookie(
            _cookie_name(request), self._cookie, httponly=True, samesite='Strict', path='/',
            secure=request.secure)
        raise signed_in

    def _has_cookie(self, request: web.Request) -> bool:
        try:
            value = request.cookies.get(_cookie_name(request))
        except CookieError:
            return False
        return value is not None and _equal(value, self._cookie)

    def _unauthorized(self, request: web.Request, message: str) -> web.Response:
        if request.path in ('/', '/sign-in'):
            response = web.Response(
                text=self._sign_in.replace('{message}', message), content_type='text/html',
                status=401)
            # With no-referrer browsers say that the form is sent from nowhere: Origin: null.
            response.headers['Referrer-Policy'] = 'same-origin'
        else:
            response = error_response(request, 401, message)
        response.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="rat_tracker"'
        return response


def _equal(guess: str, secret: str) -> bool:
    """Compare in the same time for any guess of the secret's length."""
    return hmac.compare_digest(guess.encode(errors='surrogatepass'), secret.encode())


async def _token_of(request: web.Request) -> str | None:
    """Return the token that a request brings."""
    if hdrs.AUTHORIZATION in request.headers:
        scheme, _, value = request.headers[hdrs.AUTHORIZATION].partition(' ')
        return value.strip() if scheme.lower() == 'bearer' else None
    if request.path == '/' and request.method == hdrs.METH_GET:
        return request.query.get('token')
    if request.path == '/sign-in':
        return await read_form_field(request, 'token')
    return None


def _from_own_page(request: web.Request) -> bool:
    if request.method in (hdrs.METH_GET, hdrs.METH_HEAD) and hdrs.UPGRADE not in request.headers:
        # Whoever lists the image topics has the robot listen to them; a link leads to the page.
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


def _cookie_name(request: web.Request) -> str:
    """Return the cookie's name: browsers share cookies between the ports of one host."""
    try:
        port = urlsplit(f'//{_host(request)}').port
    except ValueError:
        port = None
    return f'rat_tracker_{port or 80}'
