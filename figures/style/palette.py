"""One colour and one name per population, the same in every figure.

The hues are those of Okabe & Ito (2008) and Paul Tol, chosen for colour-blind readers. What the
lower area sends (layer 5 drivers, outcome) is vermilion, what the higher area sends (layer 6
modulators, prediction) is blue, everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

PREDICTION, OUTCOME = "#0072B2", "#D55E00"
PREDICTION_SHADE, OUTCOME_SHADE = "#E3EFF7", "#FBE6D6"
INK, FAINT, BAND = "#222222", "#9A9A9A", "#F3F3F1"

#: Colour by cell kind (what follows the dot); both areas share it and are told apart by place.
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
    "LGN.TC": "#44AA99",
    "Retina": "#A38B00",
}

_STRUCTURES = ("V1", "V2", "TRN", "Pulvinar", "LGN", "Retina")
_LAMINAE = ("L1", "L23", "L4", "L5", "L6")
_KINDS = ("E", "IT", "IB", "CT", "CC", "TC", "TRC", "LGN", "PUL", "PV", "SST", "IN", "GC")


def split(population: str) -> tuple[str, str, str]:
    """Take a population's name apart: "V1.L5IB" -> ("V1", "L5", "IB"), "LGN.TC" -> ("LGN", "", "TC")."""
    area, _, cells = population.partition(".")
    lamina = next((name for name in _LAMINAE if cells.startswith(name)), "")
    return area, lamina, cells[len(lamina) :]


def colour(population: str) -> str:
    """Give a population's colour; grey for a kind that has none."""
    area, _, kind = split(population)
    for key in (population, population.partition(".")[2], kind, area):
        if key in COLOURS:
            return COLOURS[key]
    return FAINT


def label(population: str, *, area: bool = True) -> str:
    """Write a population's name for an axis: "V1 L2/3 E", "Pulvinar relay"."""
    structure, lamina, kind = split(population)
    spoken = {"TRC": "relay", "TC": "relay", "IN": "interneuron", "GC": "ganglion cells"}
    spoken |= {"LGN": "LGN sector", "PUL": "pulvinar sector"} if structure == "TRN" else {}
    words = [lamina.replace("L23", "L2/3"), spoken.get(kind, kind)]
    if lamina in ("L5", "L6") and kind not in ("PV", "SST"):
        words = [lamina + kind]
    return " ".join(([structure] if area else []) + [w for w in words if w])


def place(population: str) -> tuple[int, int, int, str]:
    """Sort key from cortex to thalamus, pia to white matter, excitatory before inhibitory."""
    area, lamina, kind = split(population)
    return (
        _STRUCTURES.index(area) if area in _STRUCTURES else len(_STRUCTURES),
        _LAMINAE.index(lamina) if lamina in _LAMINAE else len(_LAMINAE),
        _KINDS.index(kind) if kind in _KINDS else len(_KINDS),
        population,
    )


def ordered(populations: Iterable[str]) -> list[str]:
    """Sort populations as an anatomist reads them, see `place`."""
    return sorted(populations, key=place)


def inhibitory(population: str) -> bool:
    """Tell by the name whether a population inhibits."""
    area, _, kind = split(population)
    return kind in ("PV", "SST", "IN") or area == "TRN"
