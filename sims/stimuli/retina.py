"""What the retina of a circuit answers to a movie."""

from __future__ import annotations

from circuits.layout import coordinates
from circuits.records import Spikes
from circuits.spec import Circuit, populations
from sims.stimuli.movie import Movie
from thalamus.retina import Mosaic, Retina
from thalamus.retina import spikes as retinal_spikes

RETINA = "Retina.GC"


def see(circuit: Circuit, movie: Movie, duration_ms: float, seed: int) -> dict[str, Spikes]:
    """Give the spikes with which the retina answers a movie, as inputs of a simulation.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    movie : Movie
        Repeats if it is shorter than `duration_ms`.
    duration_ms : float
    seed : int
        Of the places of the ganglion cells and of their spikes (stream "Retina").

    Returns
    -------
    dict of str to Spikes
        Of `RETINA`; empty if the circuit has no retina.
    """
    cells = populations(circuit).get(RETINA)
    if cells is None:
        return {}
    place = coordinates(cells, seed)
    mosaic = Mosaic(place.x_deg, place.y_deg, place.polarity)
    return {RETINA: retinal_spikes(Retina(), mosaic, movie, duration_ms, seed)}
