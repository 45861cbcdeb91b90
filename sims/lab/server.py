"""The lab's server: for this machine alone, and only with its token."""

from __future__ import annotations

import errno
import hmac
import logging
import secrets
import webbrowser
from collections.abc import Callable
from typing import Any

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.server.auth_provider import AuthProvider
from bokeh.server.server import Server
from tornado.web import HTTPError

from circuits.errors import CtloopError
from circuits.files import reason
from sims.lab.app import open_page
from sims.lab.folders import Folder
from sims.lab.jobs import Jobs

HOST = "127.0.0.1"
WRONG_TOKEN = "this address lacks the token of the lab: open the one that ctloop lab has printed"


class Token(AuthProvider):  # type: ignore[misc]  # Bokeh counts as untyped
    """Lets in whoever brings the token: in the address at first, in a cookie from then on.

    Parameters
    ----------
    token : str
    cookie : str
        Its name, which the port is part of: cookies do not tell ports of a host apart.
    """

    def __init__(self, token: str, cookie: str) -> None:
        self._token, self._cookie = token, cookie
        super().__init__()

    @property
    def login_url(self) -> str:
        """Never visited: who is not let in gets an error."""
        return "/refused"

    @property
    def get_login_url(self) -> None:
        """None, for there is a `login_url`."""

    @property
    def login_handler(self) -> None:
        """None: there is no page to log in on."""

    @property
    def logout_url(self) -> None:
        """None: nobody logs out."""

    @property
    def logout_handler(self) -> None:
        """None: nobody logs out."""

    @property
    def get_user_async(self) -> None:
        """None: `get_user` answers at once."""

    @property
    def get_user(self) -> Callable[[Any], str]:
        """Give the function that looks for the token."""
        return self._user

    def _user(self, handler: Any) -> str:
        given = handler.get_query_argument("token", "")
        if self._is(given):
            if not handler._headers_written and handler.request.method == "GET":
                handler.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict")
            return "user"
        if self._is(handler.get_cookie(self._cookie, "")):
            return "user"
        raise HTTPError(403, reason="Forbidden", log_message=WRONG_TOKEN)

    def _is(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())


def make_server(
    folder: Folder, port: int, token: str = "", jobs: Jobs | None = None
) -> tuple[Server, str]:
    """Make the server, which listens at once, and give it with the address to open.

    Parameters
    ----------
    folder : Folder
    port : int
        0 takes a free one.
    token : str
        A new one by default.
    jobs : Jobs, optional
        The runs that it starts.

    Raises
    ------
    CtloopError
        If the port is taken or may not be used.
    """
    token = token or secrets.token_urlsafe(24)
    started = jobs or Jobs(folder)
    handler = FunctionHandler(lambda document: open_page(document, folder, started))
    port = port or _free_port()
    try:
        server = Server(
            {"/": Application(handler)},
            port=port,
            address=HOST,
            allow_websocket_origin=[f"{name}:{port}" for name in (HOST, "localhost")],
            auth_provider=Token(token, f"ctloop-lab-{port}"),
            session_token_expiration=3600,
            unused_session_lifetime_milliseconds=60_000,
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            msg = f"port {port} is in use; give another one with --port, or --port 0 for a free one"
        else:
            msg = f"port {port} cannot be used: {reason(error)}; give another one with --port"
        raise CtloopError(msg) from error
    return server, f"http://{HOST}:{port}/?token={token}"


def serve(folder: Folder, port: int, *, open_browser: bool = True) -> None:
    """Serve until Ctrl-C or SIGTERM; what the lab has started is stopped then.

    Raises
    ------
    CtloopError
        If the port is taken or may not be used.
    """
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
    jobs = Jobs(folder)
    server, address = make_server(folder, port, jobs=jobs)
    print(f"the lab shows {folder.root} at\n  {address}\nCtrl-C stops it", flush=True)
    if open_browser:
        server.io_loop.call_later(0.1, webbrowser.open, address)
    try:
        server.start()
        server.io_loop.start()
    except KeyboardInterrupt:
        pass
    finally:
        jobs.stop_all()
        server.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
