"""A made-up run that alternates as the theory says, so that figures can be drawn without a simulation."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from circuits.records import STP, CellType, Population, Projection, Spikes, Uniform
from circuits.runs.run import Cells, Charge, Cycles, Lfp, RunData, Voltages
from circuits.seeds import stream
from circuits.spec import assemble, to_dict

DEPTHS_UM = {"L23": (150, 600), "L4": (600, 950), "L5": (950, 1250), "L6": (1250, 1600)}
#: cells, rate in the prediction and in the outcome part (Hz)
CORTEX = {
    "L23E": (400, 3, 7), "L23PV": (60, 8, 16), "L23SST": (50, 4, 6), "L4E": (300, 5, 8),
    "L4PV": (50, 12, 18), "L5IT": (120, 4, 8), "L5IB": (100, 0.05, 25), "L5PV": (40, 6, 20),
    "L5SST": (30, 4, 9), "L6CT": (160, 4, 3), "L6CC": (120, 3, 4), "L6PV": (40, 7, 9),
    "L6SST": (30, 4, 5),
}  # fmt: skip
THALAMUS = {
    "TRN.LGN": (80, 18, 22), "TRN.PUL": (100, 12, 28), "LGN.TC": (200, 24, 25),
    "Pulvinar.TRC": (200, 6, 14), "Pulvinar.IN": (50, 6, 25), "Retina.GC": (200, 30, 30),
    "ZI.GABA": (60, 10, 60),
}  # fmt: skip
ACTUAL_DEG, PREDICTED_DEG = 45.0, 135.0
EXCITATORY = ("E", "IT", "IB", "CT", "CC", "TC", "TRC", "GC")


def synthetic_run(seed: int = 0, duration_ms: int = 11_000, *, lesioned: str = "") -> RunData:
    """Make up a run; `lesioned` "L5IB" takes the outcome away from the relay cells."""
    rng = stream(seed, "synthetic run")
    off = np.cumsum(rng.normal(200, 14, duration_ms // 200 + 2))
    off = off[off < duration_ms]
    on = off - rng.normal(62, 6, len(off))
    bursting = np.zeros(duration_ms, bool)
    for start, end in zip(on, off, strict=True):
        bursting[max(0, int(start)) : int(end)] = True
    sizes = {f"{a}.{k}": v for a in ("V1", "V2") for k, v in CORTEX.items()} | THALAMUS
    populations = {name: _cells(name, size[0]) for name, size in sizes.items()}
    orientation = {
        name: np.arange(size[0]) * 180 / size[0]
        for name, size in sizes.items()
        if not name.startswith(("LGN", "TRN.LGN", "Retina", "ZI"))
    }
    spikes, rates = {}, {}
    for name, (count, calm, busy) in sizes.items():
        drive = _drive(name, calm, busy, count, orientation.get(name), bursting, lesioned)
        fired = np.argwhere(rng.random(drive.shape) < drive / 1e3)
        times = fired[:, 0] + rng.random(len(fired))
        order = np.argsort(times, kind="stable")
        spikes[name] = Spikes(times[order], fired[order, 1].astype(np.int64))
        counts = np.bincount(fired[:, 0], minlength=duration_ms)
        rates[name] = (counts * 1e3 / count).astype(np.float32)
    return RunData(
        meta=_meta(seed, duration_ms),
        metrics={"theta_l5ib_hz": 5.0, "theta_pulvinar_hz": 5.0, "l6_share_prediction": 0.88,
                 "l6_share_outcome": 0.3, "content_prediction": 0.94, "content_outcome": 1.0},
        populations=populations, spikes=spikes, orientation_deg=orientation, rates_hz=rates,
        voltages={"Pulvinar.TRC": Voltages(np.full((duration_ms, 2), -62, np.float32), np.array([3, 9]))},
        conductance_ns=_conductance(rates, bursting, lesioned), charge=_charge(lesioned),
        cycles=Cycles(on, off), lfp=_lfp(rng, bursting),
    )  # fmt: skip


def _cells(name: str, count: int) -> Cells:
    area, _, kind = name.partition(".")
    lamina = next((lam for lam in DEPTHS_UM if kind.startswith(lam)), "")
    top, bottom = DEPTHS_UM.get(lamina, (0, 0))
    kind_of = "exc" if kind.removeprefix(lamina) in EXCITATORY else "inh"
    return Cells(
        count=count, area=area, lamina=lamina, transmitter=kind_of, depth_top_um=top,
        depth_bottom_um=bottom,
    )  # fmt: skip


def _drive(name, calm, busy, count, orientation, bursting, lesioned):
    gate = np.convolve(bursting, np.ones(12) / 12, mode="full")[: len(bursting), None]
    if orientation is None:
        return (calm + (busy - calm) * gate) * np.ones(count)
    shapes = [_bump(orientation, angle) for angle in (PREDICTED_DEG, ACTUAL_DEG)]
    if name.startswith("V1"):
        shapes[0] = shapes[1]
    if name == "V2.L6CT":
        shapes[1] = shapes[0]
    if name == "Pulvinar.TRC" and lesioned == "L5IB":
        return calm * shapes[0] * np.ones_like(gate)
    return calm * shapes[0] * (1 - gate) + busy * shapes[1] * gate + 0.2


def _bump(orientation, angle):
    bump = np.exp((np.cos(2 * np.deg2rad(orientation - angle)) - 1) / (2 * 0.35**2))
    return bump / bump.mean()


def _conductance(rates, bursting, lesioned):
    kernel = {"AMPA": np.exp(-np.arange(12) / 2), "NMDA": 0.05 * np.exp(-np.arange(300) / 70)}
    strength = {"V1.L5IB": 0.0 if lesioned == "L5IB" else 14.0, "V2.L6CT": 60.0}
    return {
        f"{source} -> Pulvinar.TRC": {
            receptor: (scale * np.convolve(rates[source], k)[: len(bursting)]).astype(np.float32)
            for receptor, k in kernel.items()
        }
        for source, scale in strength.items()
    } | {"TRN.PUL -> Pulvinar.TRC": {"GABA_A": rates["TRN.PUL"] * np.float32(9)}}


def _charge(lesioned):
    table = {
        "V1.L5IB -> Pulvinar.TRC": (0.2, 0.0) if lesioned else (0.3, 9.5),
        "V2.L6CT -> Pulvinar.TRC": (6.8, 2.2),
        "TRN.PUL -> Pulvinar.TRC": (-2.6, -3.9),
        "Pulvinar.IN -> Pulvinar.TRC": (-0.9, -2.8),
        "background": (1.4, 0.6),
    }
    rows = [
        (p, part, c)
        for p, pair in table.items()
        for part, c in zip(("prediction", "outcome"), pair, strict=True)
    ]
    pathway, part, charge = zip(*rows, strict=True)
    return Charge("Pulvinar.TRC", 50, pathway, part, np.array(charge))


def _lfp(rng, bursting):
    depth = np.arange(50, 1650, 100.0)
    smooth = np.convolve(bursting, np.exp(-np.arange(60) / 15) / 15, mode="full")[: len(bursting)]
    profile = -40 * np.exp(-(((depth - 780) / 120) ** 2)) + 25 * np.exp(
        -(((depth - 300) / 200) ** 2)
    )
    profile -= 22 * np.exp(-(((depth - 1120) / 90) ** 2))
    csd = profile[:, None] * smooth + rng.normal(0, 2, (len(depth), len(bursting)))
    potential = 4 * np.exp(-np.abs(depth[:, None] - depth) / 300) @ csd
    return Lfp(
        depth, potential.astype(np.float32), csd.astype(np.float32), proxy=f"Proxy: {'long ' * 40}."
    )


def _meta(seed, duration_ms):
    return {
        "format": 1, "seed": seed, "engine": "synthetic", "duration_ms": duration_ms,
        "spec": to_dict(synthetic_circuit()), "lesions": [],
        "experiment": {
            "name": "alternation", "condition": "conflict", "discard_ms": 1000.0,
            "actual_deg": ACTUAL_DEG, "predicted_deg": PREDICTED_DEG,
        },
    }  # fmt: skip


@cache
def synthetic_circuit():
    """Make up the circuit of figure 2 of O'Reilly (2026), with TRN and interneurons."""
    cell = CellType(name="any", C_pf=200, gL_ns=10, EL_mv=-65, VT_mv=-50, DT_mv=2, Vr_mv=-60)
    names = [f"{a}.{k}" for a in ("V1", "V2") for k in CORTEX] + list(THALAMUS)
    populations = []
    for name in names:
        cells = _cells(name, CORTEX.get(name.partition(".")[2], THALAMUS.get(name, (1,)))[0])
        populations.append(
            Population(
                name=name,
                area=cells.area,
                lamina=cells.lamina,
                cell=cell,
                count=cells.count,
                transmitter=cells.transmitter,
                depth_top_um=cells.depth_top_um,
                depth_bottom_um=cells.depth_bottom_um,
                spike_source=name == "Retina.GC",
            )
        )
    arrows = [
        ("Retina.GC", "LGN.TC", "driver", ""), ("LGN.TC", "V1.L4E", "driver", ""),
        ("LGN.TC", "TRN.LGN", "local", ""), ("TRN.LGN", "LGN.TC", "inhibitory", ""),
        ("V1.L6CT", "LGN.TC", "modulator", ""), ("V1.L6CT", "TRN.LGN", "modulator", ""),
        ("V1.L5IB", "Pulvinar.TRC", "driver", ""), ("V1.L5IB", "Pulvinar.IN", "driver", ""),
        ("V2.L6CT", "Pulvinar.TRC", "modulator", ""), ("V2.L6CT", "TRN.PUL", "modulator", ""),
        ("Pulvinar.TRC", "TRN.PUL", "local", ""), ("TRN.PUL", "Pulvinar.TRC", "inhibitory", ""),
        ("Pulvinar.IN", "Pulvinar.TRC", "inhibitory", ""),
        ("V1.L5IB", "ZI.GABA", "driver", ""), ("ZI.GABA", "Pulvinar.TRC", "inhibitory", ""),
        ("Pulvinar.TRC", "V2.L4E", "feedforward", ""), ("Pulvinar.TRC", "V1.L5IB", "feedback", "L1"),
        ("V1.L23E", "V2.L4E", "feedforward", ""), ("V2.L6CC", "V1.L23E", "feedback", "L1"),
        ("V2.L23E", "V1.L5IB", "feedback", "L1"),
    ]  # fmt: skip
    for area in ("V1", "V2"):
        local = [("L4E", "L23E"), ("L23E", "L5IB"), ("L23E", "L5IT"), ("L23E", "L6CT"), ("L5IT", "L23E"),
                 ("L5IB", "L6CT"), ("L6CC", "L4E"), ("L23E", "L23E"), ("L5IB", "L5IB")]  # fmt: skip
        arrows += [(f"{area}.{a}", f"{area}.{b}", "local", "") for a, b in local]
        for lamina, exc in (("L23", "L23E"), ("L4", "L4E"), ("L5", "L5IB"), ("L6", "L6CT")):
            arrows += [
                (f"{area}.{exc}", f"{area}.{lamina}PV", "local", ""),
                (f"{area}.{lamina}PV", f"{area}.{exc}", "inhibitory", ""),
            ]
    projections = [
        Projection(
            source=a,
            target=b,
            role=role,
            lamina=lamina,
            rule=Uniform(),
            fibres=100,
            modelled=10,
            receptors={"GABA_A": 0.5} if role == "inhibitory" else {"AMPA": 0.3, "NMDA": 0.1},
            stp=STP(U=0.5, D_ms=500, F_ms=0) if role == "driver" else None,
        )
        for a, b, role, lamina in arrows
    ]
    return assemble(populations, projections)


@pytest.fixture(scope="session")
def run() -> RunData:
    """Give one made-up run of 11 s."""
    return synthetic_run()


@pytest.fixture(scope="session")
def lesioned() -> RunData:
    """Give the same run without its outcome input."""
    return synthetic_run(lesioned="L5IB")
