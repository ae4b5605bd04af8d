"""How the two hosts say no: AADSTS bodies at the sign-in, OData errors at Graph."""

import json
import uuid
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.sandbox.microsoft.times import now

ODATA_JSON: Final = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)


class SignInError(Exception):
    """The token endpoint refuses; ``code`` is the AADSTS number."""

    def __init__(self, code: int, error: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"AADSTS{code}: {message}")
        self.code = code
        self.error = error
        self.status = status

    def response(self) -> web.Response:
        """Write the refusal as the token endpoint does."""
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        stamp = now().strftime("%Y-%m-%d %H:%M:%SZ")
        ids = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        body = {
            "error": self.error,
            "error_description": f"{self} {ids}",
            "error_codes": [self.code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }
        return web.json_response(body, status=self.status)


class GraphError(Exception):
    """Graph refuses; ``code`` may be empty, as some of its providers leave it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def response(self, trace: "Trace") -> web.Response:
        """Write the refusal as Graph does."""
        inner = {
            "date": now().strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": trace.request_id,
            "client-request-id": trace.client_request_id,
        }
        error = {"code": self.code, "message": str(self), "innerError": inner}
        response = odata({"error": error}, status=self.status)
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="", authorization_uri=""'
        return response


@dataclass(frozen=True, slots=True)
class Trace:
    """The ids under which a request can be found again."""

    request_id: str
    client_request_id: str

    @classmethod
    def of(cls, request: web.Request | None = None) -> "Trace":
        """Give a request its id; the client's own is echoed."""
        fresh = str(uuid.uuid4())
        mine = request.headers.get("client-request-id") if request else None
        return cls(fresh, mine or fresh)

    def mark(self, response: web.StreamResponse) -> None:
        """Put the ids into an answer's headers."""
        response.headers["request-id"] = self.request_id
        response.headers["client-request-id"] = self.client_request_id


def odata(body: dict[str, Any], *, status: int = 200) -> web.Response:
    """Answer JSON as Graph labels it."""
    headers = {"Content-Type": ODATA_JSON, "OData-Version": "4.0", "Cache-Control": "no-cache"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


def bad_request(message: str) -> GraphError:
    """Refuse a request that Graph cannot make sense of."""
    return GraphError(400, "BadRequest", message)


def provider_refused() -> GraphError:
    """Refuse as the provider behind Graph does, which names no code and no reason."""
    return GraphError(400, "", "Http request failed with statusCode=BadRequest")


_FAILURES: Final = {
    "429": GraphError(429, "TooManyRequests", "Too many requests."),
    "500": GraphError(500, "InternalServerError", "An internal server error occurred."),
    "503": GraphError(503, "ServiceUnavailable", "Service temporarily unavailable."),
    "expired-token": GraphError(
        401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."
    ),
}


def failure(name: str) -> web.Response:
    """Answer an armed fault in Graph's own words."""
    trace = Trace.of()
    response = _FAILURES[name].response(trace)
    trace.mark(response)
    return response
