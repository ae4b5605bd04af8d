"""Where the client believes the server to be."""

from typing import Final

from aiohttp import web

_REAL_HOSTS: Final = (".microsoft.com", ".microsoft.us", ".microsoftonline.com")


def origin_of(request: web.Request) -> str:
    """Name the origin the client used, by its ``Host`` header.

    A client that believes itself at a real Microsoft host is answered with https.
    """
    forwarded = request.headers.get("X-Forwarded-Proto")
    scheme = "https" if request.host.endswith(_REAL_HOSTS) else forwarded or request.scheme
    return f"{scheme}://{request.host}"
