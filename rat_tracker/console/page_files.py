"""The files of the page, read once: they are few and small."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

_FOLDER = Path(__file__).parent / 'page'
_TYPES = {
    '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml'}


def page_routes() -> list[web.RouteDef]:
    """Return the paths of the page: ``/`` and ``/page/NAME``; there are no others."""
    routes = []
    for file in sorted(_FOLDER.iterdir()):
        if file.suffix in _TYPES:
            path = '/' if file.name == 'index.html' else f'/page/{file.name}'
            routes.append(web.get(path, _answer(file.read_bytes(), _TYPES[file.suffix])))
    return routes


def _answer(body: bytes, content_type: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset='utf-8')
    return answer
