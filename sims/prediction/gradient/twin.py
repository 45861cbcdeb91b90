"""A twin of the relay cells that has a gradient: their rates as a function of what reaches them.

While a relay cell predicts, its rate is taken as a smooth function of three drives in the same window: that of
layer 6, through the weights that learn; that of all else that excites it; and that of what inhibits it::

    u = sum over synapses of  peak conductance x contrast(w) x sender's rate
    rate = top log(1 + exp(layer6 u + excites d - inhibits v - threshold))

The five numbers are fitted to the spiking cells, on every other cycle; the other cycles show how good the fit
is. `descent` has half the squared distance between the twin's prediction and the recorded outcome, both as
rates, as the loss of a cycle. Its gradient by the linear weights is taken by automatic differentiation (the
package `autograd`); `sims.prediction.gradient.factors` takes it apart, and has other losses. The twin has no
time: what a spike does within the window, synaptic depression and the next cycle are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.learning.kinase.rule import contrast
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording, peak_ns

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Transfer:
    """From drives to a rate; the drives are in units of their mean over the fitted cycles.

    Attributes
    ----------
    top, layer6, excites, inhibits, threshold : float
        See the module's text; `top` in spikes/s.
    units : tuple of float
        The means of the three drives, nS spikes/s.
    """

    top: float
    layer6: float
    excites: float
    inhibits: float
    threshold: float
    units: tuple[float, float, float]

    def rate(self, layer6: Any, excites: Floats, inhibits: Floats, xp: Any = np) -> Any:
        """Give rates, spikes/s; `xp` is NumPy or what differentiates it."""
        u, d, v = (
            x / unit for x, unit in zip((layer6, excites, inhibits), self.units, strict=True)
        )
        z = self.layer6 * u + self.excites * d - self.inhibits * v - self.threshold
        return self.top * xp.logaddexp(0.0, z)


@dataclass(frozen=True)
class Fit:
    """A transfer function and how well it gives the rates of cycles it was not fitted to.

    Attributes
    ----------
    transfer : Transfer
    explained : float
        Share of the variance of rates over cells and cycles; spikes alone, being few, leave much of it.
    explained_mean : float
        The same of the mean rates in 20 bins of equally many, by the rate that the twin gives.
    predicted_hz, observed_hz : array (20,)
        Those bins.
    """

    transfer: Transfer
    explained: float
    explained_mean: float
    predicted_hz: Floats
    observed_hz: Floats


@dataclass(frozen=True, eq=False)
class Wiring:
    """Synapses as a table: a row a receiver, as many places as the most it has; empty ones have no conductance.

    Attributes
    ----------
    synapse : array (receivers, places)
        Index of the synapse; 0 where a place is empty.
    there : array (receivers, places)
        Whether it is not.
    """

    synapse: NDArray[np.int64]
    there: NDArray[np.bool_]


def wiring_of(post: NDArray[Any], n_receivers: int) -> Wiring:
    """Arrange synapses by their receivers."""
    order = np.argsort(post, kind="stable")
    many = np.bincount(post, minlength=n_receivers)
    place = np.arange(post.size) - np.repeat(np.cumsum(many) - many, many)
    synapse = np.zeros((n_receivers, int(many.max())), dtype=np.int64)
    there = np.zeros(synapse.shape, dtype=bool)
    synapse[post[order], place], there[post[order], place] = order, True
    return Wiring(synapse, there)


def drive(weight: Floats, recording: Recording) -> Floats:
    """Give the drive of layer 6 on each receiver, (cycles, receivers), nS spikes/s."""
    edges, n = recording.edges, len(recording.receiver)
    each = peak_ns(edges) * contrast(weight)
    hz = recording.sender_hz
    return np.stack([np.bincount(edges.post, each * row[edges.pre], n) for row in hz])


def drives_of(recording: Recording) -> tuple[Floats, Floats, Floats]:
    """Give what a transfer function takes: the pathway's drive, what else excites and what inhibits."""
    own = drive(recording.weight, recording)
    return own, recording.drives[EXCITES], recording.drives[INHIBITS]


def fit(recording: Recording) -> Fit:
    """Fit the transfer function to every other cycle and try it on the rest.

    Raises
    ------
    CtloopError
        If the receivers hardly fire.
    """
    from scipy import optimize

    rates = recording.prediction_hz
    drives = drives_of(recording)
    if not rates[::2].any() or not rates[1::2].any():
        msg = "the cells do not fire before the bursts, so there is no transfer function to fit"
        raise CtloopError(msg)
    unit = [float(d[::2].mean()) or 1.0 for d in drives]
    units = (unit[0], unit[1], unit[2])
    root = np.sqrt(rates.mean() + rates[::2])  # counts vary as their mean does

    def transfer(numbers: Floats) -> Transfer:
        top, layer6, excites, inhibits, threshold = numbers.tolist()
        return Transfer(top, layer6, excites, inhibits, threshold, units)

    def left(numbers: Floats) -> Floats:
        given = transfer(numbers).rate(*(d[::2] for d in drives))
        off: Floats = ((given - rates[::2]) / root).ravel()
        return off

    start = np.array([rates.mean(), 1.0, 0.1, 0.5, 0.5])
    bounds = ([1e-3, 0.0, 0.0, 0.0, -20.0], [1e3, 50.0, 50.0, 50.0, 50.0])
    found = transfer(optimize.least_squares(left, start, bounds=bounds).x)
    return _tried(found, found.rate(*(d[1::2] for d in drives)), rates[1::2])


def _tried(transfer: Transfer, predicted: Floats, observed: Floats) -> Fit:
    order = np.argsort(predicted, axis=None)
    bins = [
        np.array([part.mean() for part in np.array_split(a.ravel()[order], 20)])
        for a in (predicted, observed)
    ]
    return Fit(
        transfer, _explained(predicted, observed), _explained(bins[0], bins[1]), bins[0], bins[1]
    )


def _explained(predicted: Floats, observed: Floats) -> float:
    total = float(np.var(observed))
    return 1.0 - float(np.mean((observed - predicted) ** 2)) / total if total else 0.0


def descent(recording: Recording, transfer: Transfer, outcome_hz: Floats) -> Floats:
    """Give minus the gradient of the loss of every cycle by the linear weights.

    Parameters
    ----------
    recording : Recording
    transfer : Transfer
    outcome_hz : array (cycles, receivers)
        What should have been predicted.

    Returns
    -------
    array (synapses, cycles)

    Raises
    ------
    CtloopError
        If autograd is not installed; the message says how to.
    """
    grad, xp = autograd()
    edges = recording.edges
    table = wiring_of(edges.post, len(recording.receiver))
    peak = peak_ns(edges)[table.synapse] * table.there
    sender = edges.pre[table.synapse]
    out = np.zeros((edges.pre.size, len(recording.read)))
    hz, excites, inhibits = (
        recording.sender_hz,
        recording.drives[EXCITES],
        recording.drives[INHIBITS],
    )

    def loss(weight: Any, k: int) -> Any:
        given = xp.sum(peak * contrast(weight) * hz[k][sender], axis=1)
        rate = transfer.rate(given, excites[k], inhibits[k], xp)
        return 0.5 * xp.sum((rate - outcome_hz[k]) ** 2)

    slope = grad(loss)
    # An empty place has a weight of its own, in the middle, that moves nothing.
    weight = np.where(table.there, recording.weight[table.synapse], 0.5)
    for k in range(len(recording.read)):
        out[table.synapse[table.there], k] = -slope(weight, k)[table.there]
    return out


def autograd() -> tuple[Any, Any]:
    """Give autograd's `grad` and its NumPy.

    Raises
    ------
    CtloopError
        If it is not installed; the message says how to.
    """
    try:
        return import_module("autograd").grad, import_module("autograd.numpy")
    except ImportError as error:
        msg = "this measure needs autograd: pip install autograd, or pip install '.[gradient]' here"
        raise CtloopError(msg) from error
