"""What `ctloop bench` measures: its parts, and every metric declared once. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from circuits.errors import UnknownName
from sims.measures.metric import Metric, MetricTable, above, at_most


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the benchmark that can be measured alone (`--only`).

    Attributes
    ----------
    name : str
    question : str
        What it asks, in one line.
    run : str
        "module:function", imported when it is called: (size, notify) -> list of Found.
    metrics : tuple of Metric
        All that it finds.
    """

    name: str
    question: str
    run: str
    metrics: tuple[Metric, ...]


_START = "from the start of the process to the first simulated ms, fixed circuit"
_STAGES = {
    "imports": "interpreter, imports and reading the circuit",
    "wiring": "drawing the synapses",
    "build": "making Brian2's objects and code",
    "compile": "compiling, or finding what is compiled",
}


def _starts(kind: str, before: str) -> tuple[Metric, ...]:
    return (
        Metric(key=f"{kind}_start_s", unit="s", meaning=f"{_START}, {before}"),
        *(
            Metric(key=f"{kind}_start_{stage}_s", unit="s", meaning=f"of it: {what}")
            for stage, what in _STAGES.items()
        ),
        Metric(
            key=f"default_{kind}_start_s",
            unit="s",
            meaning=f"the same of the default circuit, {before}",
        ),
    )


PARTS: tuple[Part, ...] = (
    Part(
        name="floor",
        question="how far is a step from a C++ loop written by hand?",
        run="sims.benchmarks.floor:measure",
        metrics=(
            Metric(
                key="floor_ratio",
                unit="",
                meaning="time of a step over that of a C++ loop written by hand, fixed circuit",
                goal=at_most(2, "generated code should cost no more than twice the arithmetic"),
            ),
            Metric(key="floor_ns", unit="ns", meaning="that loop, per cell and step"),
            Metric(key="engine_ns", unit="ns", meaning="the engine, per cell and step"),
            Metric(key="default_floor_ratio", unit="", meaning="`floor_ratio`, default circuit"),
            Metric(
                key="run_s_per_circuit_s",
                unit="s",
                meaning="wall time of a circuit second, fixed circuit",
            ),
            Metric(
                key="default_run_s_per_circuit_s",
                unit="s",
                meaning="wall time of a circuit second, default circuit",
            ),
        ),
    ),
    Part(
        name="kinase",
        question="how much longer does a step take while cortical excitatory synapses learn?",
        run="sims.benchmarks.learning:measure",
        metrics=(
            Metric(
                key="kinase_overhead",
                unit="",
                meaning="time of a step with all cortical excitatory synapses plastic over static",
                goal=at_most(2, "learning should cost no more than simulating"),
            ),
            Metric(
                key="default_kinase_overhead",
                unit="",
                meaning="`kinase_overhead`, default circuit",
            ),
            Metric(
                key="loop_kinase_overhead",
                unit="",
                meaning="the loop that learns to predict, over the same one frozen",
                goal=at_most(1.3, "one pathway of three hundred learns"),
            ),
        ),
    ),
    Part(
        name="nest",
        question="how much faster is it than NEST, and at which error?",
        run="sims.benchmarks.against_nest:measure",
        metrics=(
            Metric(
                key="speedup_vs_nest",
                unit="",
                meaning="NEST's run time over the engine's, one thread each, steps of .1 ms",
                goal=above(10, "worth leaving a general simulator for"),
            ),
            Metric(
                key="speedup_vs_nest_all_cores",
                unit="",
                meaning="NEST's run time on all cores over the engine's on one",
                goal=above(5, "also where NEST may use all of the machine"),
            ),
            Metric(
                key="interval_error_percent",
                unit="%",
                meaning="error of the steady interspike interval in steps of .1 ms, the engine",
            ),
            Metric(
                key="nest_interval_error_percent",
                unit="%",
                meaning="error of the steady interspike interval in steps of .1 ms, NEST",
            ),
            Metric(
                key="speedup_vs_nest_at_equal_error",
                unit="",
                meaning="`speedup_vs_nest` once the less exact side takes steps as short as it needs",
            ),
            Metric(
                key="equal_error_dt_ms",
                unit="ms",
                meaning="the step which the less exact side needs for that",
            ),
        ),
    ),
    Part(
        name="starts",
        question="how long until the first simulated millisecond?",
        run="sims.benchmarks.starts:measure",
        metrics=(
            *_starts("cold", "nothing compiled"),
            *_starts("warm", "all compiled before"),
        ),
    ),
    Part(
        name="recompiled",
        question="what is compiled again after a change of the circuit?",
        run="sims.benchmarks.recompiled:measure",
        metrics=(
            Metric(
                key="recompiled_objects",
                unit="",
                meaning="modules and programs compiled after another lesion, seed, weight or parameter "
                "(standalone, Cython), scale or wiring (Cython)",
                goal=at_most(0, "what differs between circuits is data"),
            ),
        ),
    ),
    Part(
        name="scaling",
        question="how do time and memory grow with cells and synapses?",
        run="sims.benchmarks.scaling:measure",
        metrics=(
            Metric(
                key="scaling_exponent_neurons",
                unit="",
                meaning="exponent of the time of a step over the cells, in-degree fixed",
                goal=at_most(1.05, "twice the cells, twice the time"),
            ),
            Metric(
                key="scaling_exponent_synapses",
                unit="",
                meaning="exponent of the time of a step over the synapses, cells fixed",
                goal=at_most(1.05, "twice the synapses, at most twice the time"),
            ),
            Metric(
                key="bytes_per_synapse",
                unit="B",
                meaning="slope of the peak memory over static synapses, largest circuit",
                goal=at_most(32, "a weight, a delay, two ends, and room to build them"),
            ),
            Metric(
                key="bytes_per_plastic_synapse",
                unit="B",
                meaning="slope of the peak memory over plastic synapses, largest circuit",
                goal=at_most(96, "the states of the kinase rule besides"),
            ),
            Metric(
                key="build_s_per_million_synapses",
                unit="s",
                meaning="building a million synapses that are drawn already, largest circuit",
            ),
        ),
    ),
    Part(
        name="layout",
        question="how much faster is one group than a Brian2 object per population and projection?",
        run="sims.benchmarks.layout:measure",
        metrics=(
            Metric(
                key="speedup_vs_per_population",
                unit="",
                meaning="run time of one NeuronGroup a population and one Synapses a projection over "
                "one group of each, same equations, Cython on both sides, warm; 10 populations, 30 projections",
                goal=above(10, "what the layout is for"),
            ),
            Metric(
                key="speedup_of_standalone_vs_per_population",
                unit="",
                meaning="the same with the engine that ctloop chooses on its side",
            ),
            Metric(
                key="cold_speedup_vs_per_population",
                unit="",
                meaning="the same of the time to the first simulated ms, Cython, nothing compiled",
                goal=above(15, "a lesion or an area more should not cost minutes"),
            ),
        ),
    ),
)

BENCH = MetricTable(metric for part in PARTS for metric in part.metrics)
NAMES = tuple(part.name for part in PARTS)


def chosen(only: str) -> tuple[Part, ...]:
    """Give the parts that a text names: "floor,kinase"; all for none.

    Raises
    ------
    UnknownName
        With the nearest names.
    """
    words = [word.strip() for word in only.split(",") if word.strip()]
    for word in words:
        if word not in NAMES:
            raise UnknownName("part", word, NAMES)
    return tuple(part for part in PARTS if not words or part.name in words)
