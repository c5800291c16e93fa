"""What all responses share: their headers, and one plain sentence when something is wrong."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.typedefs import Middleware
import msgspec

from rat_tracker.console.replies import Reply
from rat_tracker.console.robot import RobotUnavailable

HEADERS = {
    'Content-Security-Policy': '; '.join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
}

_encode = msgspec.json.encode


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Tell the browser what the page may do: next to nothing."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def json_response(value: object, status: int = 200) -> web.Response:
    """Return a value as JSON."""
    return web.Response(body=_encode(value), content_type='application/json', status=status)


def error_response(request: web.Request, status: int, message: str) -> web.Response:
    """Return a sentence in the form that the request's sender reads."""
    if request.path.startswith('/api/'):
        return json_response(Reply(accepted=False, message=message), status)
    return web.Response(text=message + '\n', status=status)


def error_middleware(log: logging.Logger) -> Middleware:
    """Return a middleware that responds to whatever goes wrong with one sentence."""
    @web.middleware
    async def respond(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            response = error_response(request, error.status, error.text or error.reason)
            response.headers.extend({name: value for name, value in error.headers.items()
                                    if name in ('Allow', 'Retry-After')})
            return response
        except ConnectionError:
            raise  # nobody is there any more to respond to
        except web.RequestPayloadError:
            return error_response(request, 400, 'the body of the request is broken')
        except msgspec.MsgspecError as error:
            return error_response(request, 400, str(error))
        except RobotUnavailable as error:
            return error_response(request, 503, str(error))
        except Exception as error:  # noqa: BLE001, one request must not end the others
            log.error('%s %s failed: %s: %s',
                      request.method, request.rel_url.raw_path, type(error).__name__, error)
            return error_response(request, 500, 'this failed; the log of the console says why')
    return respond
