"""`ctloop circuit`: the spec as tables, its bibliography, or a file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from circuits.errors import CtloopError, UnknownName
from circuits.files import user_path
from sims.cli import difference as cli_difference
from sims.cli import many, options
from sims.cli import sources as cli_sources
from sims.experiments.option import CIRCUIT
from sims.experiments.request import CircuitRequest, options_of
from sims.report.tables import table

if TYPE_CHECKING:
    from pathlib import Path

    from circuits.records import Population, Projection
    from circuits.spec import Circuit
    from sims.cli.options import Commands


def add(commands: Commands, name: str) -> None:
    """Add `circuit` to the command line, with the options of an experiment's circuit."""
    parser = commands.add_parser(
        "circuit",
        usage="ctloop circuit [NAME] [OPTIONS]",
        help="show populations, projections and where their numbers are from; save a copy to edit",
        description="""\
Show the circuit: its populations, its projections, and where their numbers are from.

All of it; what begins or ends in the pulvinar; the bibliography:
  ctloop circuit
  ctloop circuit Pulvinar
  ctloop circuit --sources
The circuit of another experiment:
  ctloop circuit --experiment prediction --memory --sources
The methods of a paper: tables after Nordlie et al. (2009), and the papers the numbers are from:
  ctloop circuit --methods methods.tex
  ctloop circuit --bibtex > references.bib
What differs between two circuits, each a file or a run:
  ctloop circuit --diff mine.json runs/alternation-1
A drawing, with an id for every class of cells and every arrow; who reaches whom, and how strongly:
  ctloop circuit --svg circuit.svg --lesion "V1.L5IB -> Pulvinar.TRC"
  ctloop circuit --matrix connectivity.png
Edit a copy and run it:
  ctloop circuit --save mine.json
  ctloop run alternation --circuit mine.json""",
    )
    parser.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="only what has this in its name"
    )
    parser.add_argument("--sources", action="store_true", help="where each number is from")
    parser.add_argument(
        "--methods", type=user_path, metavar="FILE", help="write its tables, FILE.md or FILE.tex"
    )
    parser.add_argument(
        "--diff", type=user_path, nargs=2, metavar=("A", "B"),
        help="what differs between two circuits: files from --save, or runs",
    )  # fmt: skip
    parser.add_argument("--bibtex", action="store_true", help="the papers, as a .bib file")
    parser.add_argument(
        "--svg", type=user_path, metavar="FILE", help="draw it as anatomy, lesions crossed out"
    )
    parser.add_argument(
        "--matrix", type=user_path, metavar="FILE",
        help="draw the conductance of every pathway, FILE.png or FILE.svg",
    )  # fmt: skip
    parser.add_argument("--save", type=user_path, metavar="FILE", help="save the spec for editing")
    parser.add_argument(
        "--experiment",
        metavar="NAME",
        help=f"whose circuit: {many.experiments(CircuitRequest)} (default: {many.USUAL})",
    )
    request = many.options_request(name)
    others = [f.name for f in options_of(request) if f.metadata["group"] != CIRCUIT]
    options.add_request(parser, request, without=others)
    parser.set_defaults(act=partial(circuit, name))


def circuit(name: str, request: argparse.Namespace) -> None:
    """Show or save the circuit as the command line asks for it.

    Raises
    ------
    CtloopError
        If that cannot be done.
    """
    if request.diff is not None:
        print(cli_difference.shown(*request.diff))
        return
    asked = many.base_request(request, name, {})
    if not isinstance(asked, CircuitRequest):
        msg = f"the experiment {name} simulates no circuit"
        raise CtloopError(msg)
    for option in ("save", "methods", "svg", "matrix"):
        if (file := getattr(request, option)) is not None:
            options.check_new_file(f"--{option}", file)
            _check_ending(option, file)
    intact, shown = asked.circuits()

    from circuits import spec

    if request.save is not None:
        spec.save(shown, request.save)
        print(f"saved {request.save} (circuit {spec.fingerprint(shown)})")
        return
    if request.methods is not None:
        _write_methods(shown, request.methods)
        return
    if request.svg is not None or request.matrix is not None:
        _draw(intact, shown, asked.all_lesions(), request)
        return
    part = request.name.casefold()
    cells = [p for n, p in spec.populations(shown).items() if part in n.casefold()]
    pathways = [p for n, p in spec.projections(shown).items() if part in n.casefold()]
    if not cells and not pathways:
        raise UnknownName("population", request.name, spec.populations(shown))
    if request.bibtex:
        from circuits.spec.bibliography import REFERENCES, bibtex
        from circuits.spec.methods import keys_of

        print(bibtex(keys_of(cells, pathways) & set(REFERENCES)), end="")
        return
    if request.sources:
        from circuits.spec.sources import BIBLIOGRAPHY, check_sources

        check_sources(shown)
        found = cli_sources.uses(cells, pathways)
        print(cli_sources.bibliography(found, BIBLIOGRAPHY), end="\n\n")
        print(cli_sources.assumptions(found))
        return
    print(population_table(cells), end="\n\n")
    print(projection_table(pathways))


def _check_ending(option: str, file: Path) -> None:
    """Refuse a picture that would not be what its name says."""
    endings = {"svg": (".svg",), "matrix": (".png", ".svg")}.get(option)
    if endings and file.suffix not in endings:
        msg = f"--{option} writes {' or '.join(f'FILE{e}' for e in endings)}, not {file}"
        raise CtloopError(msg)


def _draw(
    intact: Circuit, shown: Circuit, lesions: Sequence[str], request: argparse.Namespace
) -> None:
    """Draw the circuit as anatomy, as a matrix, or both."""
    from figures import circuit_drawing, connectivity
    from figures.run.circuit import touched_names
    from figures.style.canvas import write

    if request.svg is not None:
        lesioned = touched_names(intact, lesions)
        print(f"wrote {write(circuit_drawing(intact, lesioned=lesioned), request.svg)}")
    if request.matrix is not None:
        print(f"wrote {write(connectivity(shown), request.matrix)}")


def _write_methods(shown: Circuit, path: Path) -> None:
    from circuits import spec
    from circuits.runs.whole_file import write_whole
    from circuits.spec.bibliography import REFERENCES
    from circuits.spec.methods import keys_of, methods
    from sims.report.documents import document

    keys = keys_of(spec.populations(shown).values(), spec.projections(shown).values())
    title = f"Circuit {spec.fingerprint(shown)}"
    known = sorted(keys & set(REFERENCES), key=str.casefold)
    write_whole(path, document(path, title, methods(shown), known).encode())
    print(f"wrote {path} (circuit {spec.fingerprint(shown)})")


def population_table(populations: Sequence[Population]) -> str:
    """Lay out the populations, one a row."""
    rows = [
        (
            p.name,
            f"{p.count}",
            "replays spikes" if p.spike_source else p.cell.name,
            f"{p.depth_top_um:g}-{p.depth_bottom_um:g}" if p.depth_bottom_um > 0 else "",
            "" if p.spike_source else f"{p.background_pa:g} +- {p.noise_pa:g}",
            "" if p.map == "none" else p.map,
        )
        for p in populations
    ]
    cells = sum(p.count for p in populations)
    return table(
        f"{_count(rows, 'population')}, {cells} cells",
        ["population", ">cells", "cell type", ">depth um", ">background pA", "laid out over"],
        rows,
    )


def projection_table(projections: Sequence[Projection]) -> str:
    """Lay out the projections, one a row; conductances are those of one anatomical fibre."""
    rows = [
        (
            p.name,
            p.role + (", plastic" if p.plastic else ""),
            f"{p.fibres:.0f}",
            f"{p.modelled}",
            f"{p.contacts:g}",
            f"{p.delay_ms:g}",
            f"{p.gain:g}",
            f"{p.stp.U:g}  {p.stp.D_ms:g}  {p.stp.F_ms:g}" if p.stp else "",
            ", ".join(f"{receptor} {ns:.3g}" for receptor, ns in p.receptors.items()),
        )
        for p in projections
    ]
    heads = ["projection", "role", ">fibres", ">modelled", ">contacts", ">delay ms", ">gain"]
    return table(_count(rows, "projection"), [*heads, "U  D ms  F ms", "nS a fibre"], rows)


def _count(rows: Sequence[object], noun: str) -> str:
    return f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"
