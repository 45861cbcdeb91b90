"""Names: what was renamed stays renamed, and no name of a population is taken apart to learn what it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("circuits", "areas", "thalamus", "sims", "figures")
FILES = sorted(f for folder in (*PACKAGES, "tests") for f in (ROOT / folder).rglob("*.py"))
TEXTS = sorted(
    f
    for pattern in ("*.md", "*.toml", "*.bib")
    for f in ROOT.rglob(pattern)
    if not {".git", ".venv", "runs"} & set(f.relative_to(ROOT).parts)
)
READMES = [f for f in TEXTS if f.suffix == ".md"]

#: Identifiers that are retired, and what is said instead.
RETIRED = {
    "run_apart": "simulate_each",
    "apart": "distance_deg, partition_by_plasticity, in a fresh interpreter",
    "_Told": "_ProgressLog",
    "told": "what it holds: signals, pair_accuracy",
    "said": "phrases, message, decode_pairs",
    "heard": "record_layer6",
    "hears": "detects",
    "foretold": "linear_readout, correct",
    "unheard": "missed_items",
    "kept": "what it holds: share, scaled, stored_template",
    "people": "populations, cells",
    "way": "projection, pathway",
    "ways": "projections, pathways",
    "parade": "draw_schedule",
    "Parade": "Schedule",
    "BEFORE": "UNTRAINED_EPISODE, the cycles before an item",
    "rise": "prediction_time_course, time_course",
    "since_gap": "cycles_since_omission",
    "SAYS": "CONTEXT_SOURCE",
    "WAY": "STAGES",
    "HEARS": "DETECTOR",
    "EXPECTING": "CONTEXT_SOURCE",
    "L6_PATHWAY": "MODULATOR_PATHWAY",
    "L5_PATHWAY": "DRIVER_PATHWAY",
    "with_more": "added",
    "APICAL": "Population.apical_to",
    "patch_cells": "tissue_cells",
    "robustness": "seeds of a battery",
    "run_evoked": "perform",
    "run_template": "template_run",
    "run_prediction": "perform",
    "run_plasticity": "perform",
    "PRIMARY": "MetricTable.primary",
    "BOUNDS": "Metric.bound",
}

#: Modules as they were called before a folder was a subject.
FORMER_MODULES = {
    "circuits": (
        "build build_commit build_plastic build_runtime build_standalone bibliography cache commit_code "
        "conductance kinase kinase_brian2 kinase_clocked kinase_code kinase_exact kinase_trains layout "
        "learnt lesion_cells lesion_surrogates lesion_text lfp padding plan processes resumable "
        "rival_code rundata simulate sources spectra standalone_program store"
    ),
    "thalamus": "circuit loops prediction",
    "sims": (
        "apart bands battery battery_metrics battery_report bench_engine bench_kinase bench_prediction "
        "cellwise cli_circuit cli_lesion cli_options cli_plasticity cli_prediction cli_run cli_show "
        "cli_sources cli_sweep cli_tables content cycles decoding early executors gradient hearing jobs "
        "layer6_memory layer6_reader metrics movies parade plasticity_cell plasticity_data "
        "plasticity_fit plasticity_folder plasticity_induction plasticity_map plasticity_metrics "
        "plasticity_predictions plasticity_protocol prediction_epoch prediction_measures "
        "prediction_metrics prediction_pictures prediction_train prediction_words probes progress "
        "published relay requests rivals robustness sentences sequences statistics sweep templates "
        "trials windows"
    ),
    "figures": (
        "anatomy canvas compare depth drive effects firing folding gallery grid palette plasticity_map "
        "ridges rows sheet spectrum"
    ),
}
FORMER = {
    f"{package}.{name}" for package, names in FORMER_MODULES.items() for name in names.split()
}

#: Beginnings and endings of population names; what a population is stands in its fields and roles.
POPULATION = re.compile(
    r"^\.?(V1|V2|V4|LGN|TRN|Pulvinar|Retina|PUL|PV|SST|VIP|IN|TC|TRC|GC|L[1-6]\w*)\b"
)
TAKING_APART = {"startswith", "endswith", "removeprefix", "removesuffix"}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def identifiers(file: Path) -> Iterator[tuple[str, int]]:
    """Every name, argument, attribute, function, class and import of a file, with its line."""
    for node in ast.walk(tree(file)):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name, line
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, line
            case ast.keyword(arg=str(name)):
                yield name, line
            case ast.ImportFrom(module=str(module)):
                yield from ((part, line) for part in module.split("."))
            case ast.alias(name=name, asname=other):
                yield from (
                    (part, line) for part in (*name.split("."), *([other] if other else []))
                )


def module_paths(file: Path) -> Iterator[tuple[str, int]]:
    """Every dotted path in a file's imports and strings, docstrings among them, with its line."""
    for node in ast.walk(tree(file)):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Import(names=names):
                yield from ((one.name, line) for one in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((f"{module}.{one.name}", line) for one in names)
            case ast.Constant(value=str(text)):
                yield from ((path, line) for path in dotted(text))


def dotted(text: str) -> list[str]:
    """Find "sims.cycles", "python -m sims.cycles" and "sims/cycles.py" in a text."""
    names = "|".join(PACKAGES)
    found = re.findall(rf"(?<![\w./])((?:{names})(?:[./]\w+)+)", text)
    return [path.removesuffix(".py").replace("/", ".") for path in found]


def former(path: str) -> bool:
    """Return whether a path begins with a former module that is not there any more."""
    first_two = ".".join(path.split(".")[:2])
    place = ROOT / first_two.replace(".", "/")
    return first_two in FORMER and not place.is_dir() and not place.with_suffix(".py").is_file()


def test_no_retired_name_is_left() -> None:
    left = [
        f"{file.relative_to(ROOT)}:{line}: {name}, say {RETIRED[name]}"
        for file in FILES
        for name, line in identifiers(file)
        if name in RETIRED
    ]
    assert not left


def test_no_module_is_called_by_its_former_name() -> None:
    left = [
        f"{file.relative_to(ROOT)}:{line}: {path}"
        for file in FILES
        for path, line in module_paths(file)
        if former(path) and file != Path(__file__)
    ]
    assert not left


def test_no_text_calls_a_module_by_its_former_name() -> None:
    left = [
        f"{file.relative_to(ROOT)}: {path}"
        for file in TEXTS
        for path in dotted(file.read_text(encoding="utf-8"))
        if former(path)
    ]
    assert not left


def test_a_former_name_is_found_in_every_way_it_can_be_written() -> None:
    text = (
        "see sims.parade, `python -m sims.hearing --x`, sims/early.py, and sims.alternation.metrics"
    )
    assert [p for p in dotted(text) if former(p)] == ["sims.parade", "sims.hearing", "sims.early"]


def test_no_code_reads_what_a_population_is_out_of_its_name() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)}"
        for file in FILES
        if file.relative_to(ROOT).parts[0] in PACKAGES
        for call in ast.walk(tree(file))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in TAKING_APART
        and any(POPULATION.match(text) for text in literals(call))
    ]
    assert not found


def literals(call: ast.Call) -> list[str]:
    nodes = [node for argument in call.args for node in ast.walk(argument)]
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_every_readme_is_short() -> None:
    lengths = {
        f.relative_to(ROOT): len(f.read_text(encoding="utf-8").splitlines()) for f in READMES
    }
    assert not {name: n for name, n in lengths.items() if n > 150}


def test_every_link_of_a_readme_leads_somewhere() -> None:
    links = [
        (file, link.partition("#")[0])
        for file in READMES
        for link in re.findall(r"\]\(([^)\s]+)\)", file.read_text(encoding="utf-8"))
        if "://" not in link and not link.startswith("#")
    ]
    assert not [(f.relative_to(ROOT), link) for f, link in links if not (f.parent / link).exists()]
