"""The files of the page, read once: they are few and small."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

_FOLDER = Path(__file__).parent / 'page'
_TYPES = {'.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml'}


def page_routes() -> list[web.RouteDef]:
    """Return the paths of the page: ``/`` and ``/page/NAME``; there are no others."""
    return [
        web.get('/', _handler((_FOLDER / 'index.html').read_bytes(), 'text/html')),
        *(web.get(f'/page/{file.name}', _handler(file.read_bytes(), _TYPES[file.suffix]))
          for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES)]


def sign_in_page() -> str:
    """Return the page that asks for the token; ``{message}`` in it stands for what it says."""
    return (_FOLDER / 'sign_in.html').read_text(encoding='utf-8')


def _handler(body: bytes, content_type: str) -> Handler:
    async def respond(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset='utf-8')
    return respond
