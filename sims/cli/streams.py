"""Standard output and error that may be closed, full or a pipe nobody reads any more.

What cannot be shown must not end a run: a stream that fails is switched off, and the command says so once,
at its end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast


class Stream:
    """A text stream that is switched off by its first error instead of raising it.

    Parameters
    ----------
    stream : TextIO or None
        None is what Python gives for a stream that was closed before it began.

    Attributes
    ----------
    error : OSError or None
        Why it was switched off.
    """

    def __init__(self, stream: TextIO | None) -> None:
        nowhere = Path(os.devnull)
        self._stream = stream or nowhere.open("w", encoding="utf-8")
        self._closed = stream is None
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        """Write, unless the stream is switched off."""
        if self._closed:
            self.error = OSError("it is closed")
        elif self.error is None:
            try:
                return self._stream.write(text)
            except (
                UnicodeEncodeError
            ):  # a name with bytes that are no text, a terminal without UTF-8
                kind = self._stream.encoding or "utf-8"
                return self.write(text.encode(kind, "backslashreplace").decode(kind))
            except OSError as error:
                self._switch_off(error)
        return len(text)

    def flush(self) -> None:
        """Write what was held back, unless the stream is switched off."""
        if self.error is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._switch_off(error)

    def isatty(self) -> bool:
        """Tell whether it is a terminal that can be written."""
        return self.error is None and self._stream.isatty()

    def _switch_off(self, error: OSError) -> None:
        self.error = error
        # Python would write what is held back once more when it ends, and complain.
        with suppress(OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._stream.fileno())
            os.close(nothing)

    def __getattr__(self, name: str) -> Any:
        """Give what else the stream has (encoding, fileno)."""
        return getattr(self._stream, name)


@contextmanager
def guarded() -> Iterator[tuple[Stream, Stream]]:
    """Have standard output and error never raise while a command works; give both."""
    _open_closed()
    before = sys.stdout, sys.stderr
    both = Stream(sys.stdout), Stream(sys.stderr)
    sys.stdout, sys.stderr = cast(TextIO, both[0]), cast(TextIO, both[1])
    try:
        yield both
    finally:
        sys.stdout, sys.stderr = before


def _open_closed() -> None:
    """Put nothing in the place of a closed stream, so that no file a run opens gets its number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
