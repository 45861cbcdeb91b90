"""Files as the user names them, and what the system says when one cannot be read or written.

Every path that a user gives is read by `user_path`, and every reason of the system becomes one line
by `reason`, so that a locked or forbidden file is never called damaged.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from circuits.errors import CtloopError, NoRoom

#: The system's numbers for a disk, a quota or a file size limit that is used up.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: Longer than any circuit with its learnt weights, bytes.
MOST_BYTES = 2**30
#: What to do about an error of the system, by its number.
ADVICE = {
    errno.ENOENT: "check the name and the folder",
    errno.ENOTDIR: "check the name and the folder",
    errno.EISDIR: "a file was expected, check the name",
    errno.EACCES: "make it readable (chmod u+r), or ask its owner",
    errno.EPERM: "make it readable (chmod u+r), or ask its owner",
    errno.EROFS: "choose a place that can be written",
    errno.EMFILE: "raise the limit of this program (ulimit -n) or close some",
    errno.ENFILE: "close some programs and try again",
    errno.ENOMEM: "free some memory and try again",
    errno.EIO: "the disk fails there: copy it again, or try another disk",
    errno.ESTALE: "its network disk was changed elsewhere: try again",
    errno.EAGAIN: "another program has locked it, or its disk knows no locks: try again when it is free",
    errno.EDEADLK: "another program has locked it: try again when it is free",
    errno.ENOLCK: "its disk knows no locks: copy it elsewhere",
    errno.EBUSY: "another program uses it: try again when it is free",
    errno.ETXTBSY: "another program uses it: try again when it is free",
    errno.ETIMEDOUT: "its network disk does not answer: try again",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "its symbolic links lead in a circle",
    **dict.fromkeys(NO_ROOM, "free some space"),
}
#: The same where something else is to be done when a place cannot be written.
_ADVICE_TO_WRITE = {
    errno.EACCES: "make its folder writable (chmod u+w), or choose another place",
    errno.EPERM: "make its folder writable (chmod u+w), or choose another place",
    errno.EISDIR: "a folder is there, choose another name",
}
#: How libraries write the system's number into their own texts ("errno = 11", "[Errno 13]").
_WRITTEN_NUMBER = re.compile(r"\berrno\s*=?\s*(\d+)", re.IGNORECASE)


def user_path(text: str | os.PathLike[str]) -> Path:
    """Read a path as the user writes it: `~` and `~name` are home folders, all else stands as it is.

    Parameters
    ----------
    text : str or path
        Spaces, line breaks, backslashes and bytes that are no text are part of the name.

    Returns
    -------
    Path
        Relative if `text` is.

    Raises
    ------
    CtloopError
        If it is empty, holds a zero byte, or names the home folder of nobody.
    """
    given = os.fspath(text)
    if not given:
        msg = "a path was expected, not an empty text; write . for the current folder"
        raise CtloopError(msg)
    if "\0" in given:
        msg = f"{given!r} is no path: it holds a zero byte"
        raise CtloopError(msg)
    path = Path(given)
    try:
        return path.expanduser()
    except RuntimeError:
        if os.path.lexists(path):  # a file whose own name begins with ~
            return path
    who = path.parts[0]
    msg = (
        f"{given}: there is no home folder {who}; write the path in full, or ./{who} for that name"
    )
    raise CtloopError(msg)


def is_file(text: str | os.PathLike[str]) -> bool:
    """Tell whether a text names a file that is there; never raises, whatever the text is."""
    try:
        return user_path(text).is_file()
    except (CtloopError, OSError):
        return False


def read_bytes(path: Path, what: str = "") -> bytes:
    """Read a file whole; a pipe or a device, which may never end, is refused before it is opened.

    Parameters
    ----------
    path : Path
    what : str
        What it is to the user: "the circuit file".

    Raises
    ------
    CtloopError
        If it is no ordinary file, or with the system's reason and what to do about it.
    """
    name = f"{what} {path}" if what else str(path)
    try:
        found = path.stat()
        why = _unfit(found)
        if not why:
            return path.read_bytes()
    except (OSError, MemoryError) as error:
        msg = f"cannot read {name}: {reason(error)}"
        raise CtloopError(msg) from error
    msg = f"cannot read {name}: {why}"
    raise CtloopError(msg)


def _unfit(found: os.stat_result) -> str:
    """Say why a file is not read: a pipe or a device may never end."""
    if stat.S_ISDIR(found.st_mode):
        return "it is a folder; name a file"
    if not stat.S_ISREG(found.st_mode):
        return "it is a pipe or a device; name an ordinary file"
    if found.st_size > MOST_BYTES:
        return f"it is longer than {MOST_BYTES / 2**20:.0f} MB"
    return ""


def read_text(path: Path, what: str = "") -> str:
    """Read a text file in UTF-8, see `read_bytes`; what is no such text is an error too."""
    try:
        return read_bytes(path, what).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        msg = f"{what + ' ' if what else ''}{path} is not text in UTF-8: byte {error.start} is none"
        raise CtloopError(msg) from error


def reason(error: BaseException, advice: Mapping[int, str] = ADVICE) -> str:
    """Give in one line why something failed: the system's reason and what to do, else the text.

    Parameters
    ----------
    error : BaseException
        Also an error of a library that hides the system's one in its text or as its cause.
    advice : mapping of int to str
        What to do, by the system's number.
    """
    number = system_number(error)
    if number is not None:
        return os.strerror(number) + (f"; {advice[number]}" if number in advice else "")
    if isinstance(error, MemoryError):
        return "it does not fit into memory; close other programs"
    return (str(error) or type(error).__name__).splitlines()[0]


def system_number(error: BaseException) -> int | None:
    """Find the system's number of an error (errno), also behind a library's own; None if it has none."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            if seen.errno in errno.errorcode:
                return seen.errno
            written = _WRITTEN_NUMBER.search(str(seen))
            if written and int(written[1]) in errno.errorcode:
                return int(written[1])
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return None


def unwritable(path: Path, error: OSError) -> CtloopError:
    """Say in one line that a place cannot be written, and why: `NoRoom` if its disk is full."""
    to_write = ADVICE | _ADVICE_TO_WRITE
    if system_number(error) in NO_ROOM:
        text = os.strerror(system_number(error) or 0)
        return NoRoom(
            f"no room to write {path} ({text}); free some space. Finished runs are intact"
        )
    return CtloopError(f"{path} cannot be written: {reason(error, to_write)}")
