"""An option: how a field of a request is written on the command line, and read from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, field
from typing import Any, NoReturn

from circuits.errors import CtloopError

#: The groups of options in help texts.
INPUT, CIRCUIT, THIS_RUN = "what it sees", "the circuit", "this run"


def option(
    default: Any,
    help: str,
    *,
    kind: Callable[[str], Any] = str,
    metavar: str | None = None,
    flag: str | None = None,
    group: str = THIS_RUN,
    decides: bool = True,
    choices: Sequence[str] | Mapping[str, str] = (),
    usual: str = "",
) -> Any:
    """Declare a field of a request that is an option of the command line.

    Parameters
    ----------
    default
        Its value where nothing is given. A tuple is an option that may be given several times, a
        bool one without a value.
    help : str
        What it is. Choices and default are written after it (`help_of`).
    kind : callable
        What turns the text into a value: str, int, float, or a function.
    metavar : str, optional
        What help calls the value.
    flag : str, optional
        "--set"; by default "--" and the field's name without its unit.
    group : str
        The heading it stands under in help.
    decides : bool
        Whether it decides any number of the run; the store's address leaves the others out.
    choices : sequence of str, or mapping of str to str
        The names it takes, or names and what they mean; for help alone, `Request.check` refuses others.
    usual : str
        What help calls the default where the value does not show it.
    """
    return field(
        default=default,
        metadata={
            "help": help,
            "kind": kind,
            "metavar": metavar,
            "flag": flag,
            "group": group,
            "decides": decides,
            "choices": choices,
            "usual": usual,
        },
    )


def flag_of(one: Field[Any]) -> str:
    """Give the option a field of a request is written as: `duration_s` -> "--duration"."""
    return one.metadata.get("flag") or "--" + one.name.removesuffix("_s").replace("_", "-")


#: How help writes the unit of a value that the command line calls so.
_UNITS = {"S": " s", "MS": " ms", "HZ": " Hz"}


def help_of(one: Field[Any]) -> str:
    """Give the help text of an option: what it is, its choices, and its default with the unit."""
    about, default = one.metadata, one.default
    choices = about["choices"]
    if isinstance(choices, Mapping):
        choices = [f"{name} ({meaning})" for name, meaning in choices.items()]
    text = ": ".join(filter(None, (about["help"], ", ".join(choices))))
    if isinstance(default, tuple):
        text += "; repeatable"
    usual = about["usual"]
    if not usual and isinstance(default, int | float) and not isinstance(default, bool):
        usual = f"{default:g}" + _UNITS.get(about["metavar"] or "", "")
    elif not usual and isinstance(default, str):
        usual = default
    return f"{text} (default: {usual})" if usual else text


def refuse(option: str, wanted: str, given: object) -> NoReturn:
    """Refuse the value of an option in one line.

    Raises
    ------
    CtloopError
        Always.
    """
    msg = f"{option} takes {wanted}, not {given}"
    raise CtloopError(msg)


def value_of(one: Field[Any], value: Any) -> Any:
    """Turn a value as a file holds it into the field's own kind."""
    default = one.default if one.default is not MISSING else None
    kind = one.metadata.get("kind", str)
    if value is None and default is None:
        return None
    if isinstance(default, bool):
        wanted, fits = "true or false", isinstance(value, bool)
    elif isinstance(default, tuple):
        fits = isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
        wanted = "a list of texts"
        value = tuple(value) if fits else value
    elif kind in (int, float):
        wanted = "a number" if kind is float else "a whole number"
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        fits = fits and (kind is float or isinstance(value, int) or value.is_integer())
        value = kind(value) if fits else value
    elif kind is str:
        wanted, fits = "a text", isinstance(value, str)
    else:
        wanted, fits = "a list of numbers", isinstance(value, list | tuple)
        fits = fits and all(isinstance(x, int | float) and not isinstance(x, bool) for x in value)
        value = tuple(value) if fits else value
    if not fits:
        msg = f"{one.name} takes {wanted}, not {value!r}"
        raise CtloopError(msg)
    return value
