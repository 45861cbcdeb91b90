"""One colour and one name per population, the same in every figure.

The hues are those of Okabe & Ito (2008) and Paul Tol, chosen for colour-blind readers. What the
lower area sends (layer 5 drivers, outcome) is vermilion, what the higher area sends (layer 6
modulators, prediction) is blue, everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

PREDICTION, OUTCOME = "#0072B2", "#D55E00"
PREDICTION_SHADE, OUTCOME_SHADE = "#E3EFF7", "#FBE6D6"
INK, FAINT, BAND = "#222222", "#9A9A9A", "#F3F3F1"

#: Colour by class of cells (what follows the dot) or by structure; areas share it, for their place
#: in a figure shows which is meant. The order is that of rows within a lamina or nucleus.
COLOURS: dict[str, str] = {
    "L23E": "#009E73",
    "L4E": "#C99A00",
    "L5IT": "#CC79A7",
    "L5IB": OUTCOME,
    "L6CT": PREDICTION,
    "L6CC": "#56B4E9",
    "PV": "#4D4D4D",
    "SST": "#8C8C8C",
    "Pulvinar.TRC": "#3B1F6B",
    "Pulvinar.IN": "#8C6BB1",
    "TRN": "#882255",
    "ZI": "#661100",
    "LGN.TC": "#44AA99",
    "Retina": "#A38B00",
}

#: What inhibits is drawn in the colour of the reticular nucleus where its class does not matter.
INHIBITION = COLOURS["TRN"]

_STRUCTURES = ("V1", "V2", "TRN", "ZI", "Pulvinar", "LGN", "Retina")
_LAMINAE = ("L1", "L23", "L4", "L5", "L6")
_WORDS = {"TRC": "relay", "TC": "relay", "IN": "interneuron", "GC": "ganglion cells"}
#: Structures that are known by an abbreviation alone, and whose cells need no name of their own.
_WHOLE = {"ZI": "Zona incerta"}
_SECTORS = {"LGN": "LGN sector", "PUL": "pulvinar sector"}


def split(population: str) -> tuple[str, str, str]:
    """Split a population's name: "V1.L5IB" -> ("V1", "L5", "IB"), "LGN.TC" -> ("LGN", "", "TC")."""
    area, _, cells = population.partition(".")
    lamina = next((name for name in _LAMINAE if cells.startswith(name)), "")
    return area, lamina, cells[len(lamina) :]


def cell_class(population: str) -> str:
    """Give the class of a population's cells, which areas may share: "V1.L5IB" -> "L5IB"."""
    return population.partition(".")[2]


def colour(population: str) -> str:
    """Give a population's colour; grey for a class that has none."""
    return COLOURS.get(_entry(population), FAINT)


def _entry(population: str) -> str:
    """Find the entry of `COLOURS` for a population: its name, class, kind or structure; or ""."""
    area, _, kind = split(population)
    names = (population, cell_class(population), kind, area)
    return next((name for name in names if name in COLOURS), "")


def label(population: str, *, area: bool = True) -> str:
    """Write a population's name for an axis: "V1 L2/3 E", "Pulvinar relay"."""
    structure, lamina, kind = split(population)
    if structure in _WHOLE:
        return _WHOLE[structure]
    in_words = _WORDS | (_SECTORS if structure == "TRN" else {})
    words = [lamina.replace("L23", "L2/3"), in_words.get(kind, kind)]
    if lamina in ("L5", "L6") and kind not in ("PV", "SST"):
        words = [lamina + kind]
    return " ".join(([structure] if area else []) + [w for w in words if w])


def place(population: str, *, inhibits: bool = False) -> tuple[int, int, bool, int, str]:
    """Sort key from cortex to thalamus, pia to white matter, excitatory before inhibitory."""
    area, lamina, _ = split(population)
    classes = list(COLOURS)
    entry = _entry(population)
    return (
        _STRUCTURES.index(area) if area in _STRUCTURES else len(_STRUCTURES),
        _LAMINAE.index(lamina) if lamina in _LAMINAE else len(_LAMINAE),
        inhibits,
        classes.index(entry) if entry else len(classes),
        population,
    )


def ordered(populations: Iterable[str], inhibitory: Collection[str] = ()) -> list[str]:
    """Sort populations as an anatomist reads them, see `place`.

    Parameters
    ----------
    populations : iterable of str
    inhibitory : collection of str
        Which of them inhibit.
    """
    return sorted(populations, key=lambda name: place(name, inhibits=name in inhibitory))
