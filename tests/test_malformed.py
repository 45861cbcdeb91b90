"""What cannot be done is refused: one line, code 2, nothing simulated, nothing written, at once."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from sims.cli import main as cli
from sims.cli import many
from sims.experiments import Experiment
from sims.experiments.measurement import Measurement

#: Longer than any refusal takes, on a slow machine too, s; what waits for a pipe waits for ever.
LONGEST_S = 20
CASES = [
    line.split(maxsplit=1) if line[0] != "*" else line.split(maxsplit=2)
    for line in Path(__file__).with_name("malformed_cases.txt").read_text("utf-8").splitlines()
    if line.strip() and line[0] != "#"
]
DEFAULT = {case[1]: case[2] for case in CASES if case[0] == "*"}
OTHERS = {case[0]: case[1] for case in CASES if case[0] != "*"}

Made = dict[str, Path]


# --- the files that cannot be ------------------------------------------------------------------


def _circuit() -> dict[str, Any]:
    from circuits.spec import to_dict
    from thalamus.loop import corticothalamic_loop

    return to_dict(corticothalamic_loop(0.002))


def _specs(folder: Path) -> None:
    """Write circuits, each with one thing that cannot be."""
    text = json.dumps(_circuit())

    def write(name: str, change: Callable[[dict[str, Any]], Any]) -> None:
        data = json.loads(text)
        change(data)
        (folder / f"spec-{name}").write_text(json.dumps(data), encoding="utf-8")

    (folder / "circuit").write_text(text)
    (folder / "spec-cut-off").write_text(text[: len(text) // 2])
    nested = '"sources": ' + '{"a":' * 50_000 + "1" + "}" * 50_000
    (folder / "spec-deep").write_text(text.replace('"sources": {', nested + ', "x": {', 1))
    write("format", lambda d: d.update(format="ctloop circuit 99"))
    write("nothing", lambda d: d.update(populations=[], projections=[]))
    write("nan", lambda d: d["populations"][3].update(noise_pa=float("nan")))
    write("infinity", lambda d: d["populations"][3].update(noise_pa=float("inf")))
    write("huge-count", lambda d: d["populations"][3].update(count=10**30))
    write("negative-count", lambda d: d["populations"][3].update(count=-4))
    write("twice", lambda d: d["populations"].append(d["populations"][0]))
    write("dangling", lambda d: d["projections"][0].update(target="V9.L9"))
    write("role", lambda d: d.update(roles={"relay": "V9"}))
    write("windows", lambda d: d.update(windows=["cut V9 from 1s to 2s"]))
    write("learnt", lambda d: d.update(learnt={"0": {"a -> b": {"weights": "!!"}}}))
    write("newline", lambda d: d["projections"][0].update(source="V1\nL4"))


def _jsons(folder: Path) -> None:
    texts = {
        "list": "[1, 2]", "number": "3", "null": "null", "deep": "[" * 200_000,
        "deep-objects": '{"format":' * 100_000, "digits": "1" * 10_000,
        "duplicate": '{"format": "ctloop circuit 1", "format": "ctloop circuit 1"}',
    }  # fmt: skip
    for name, text in texts.items():
        (folder / f"json-{name}").write_text(text)


def _tomls(folder: Path) -> None:
    row = '[[lesion]]\nlesion = "TRN"\n'
    texts = {
        "date": "experiment = 1979-05-27\n" + row, "date-seeds": "seeds = 07:32:00\n" + row,
        "deep": "a = " + "[" * 20_000, "experiment-number": "experiment = 3\n" + row,
        "experiment-list": 'experiment = ["alternation"]\n' + row,
        "seeds-negative": "seeds = -3\n" + row, "seeds-true": "seeds = true\n" + row,
        "lesion-table": '[lesion]\nlesion = "TRN"\n', "lesion-texts": 'lesion = ["TRN"]\n',
        "lesion-number": "[[lesion]]\nlesion = 3\n", "lesion-list": '[[lesion]]\nlesion = ["TRN"]\n',
        "dose-text": 'dose = "half"\n' + row, "dose-2": row + "dose = [0, 2]\n",
        "dose-nan": row + "dose = nan\n", "set-text": row + 'set = "V1.L5IB.b=80pA"\n',
        "set-number": row + "set = [3]\n", "set-wrong": row + 'set = ["V1.L5IB.b=80ms"]\n',
        "twice": row + row, "name-number": row + "name = 3\n", "unknown-entry": "sedes = 3\n" + row,
        "duration-inf": "duration_s = inf\n" + row, "duration-nan": "duration_s = nan\n" + row,
        "seed-huge": f"seed = {10**30}\n" + row, "row-contrast": row + "contrast = 2\n",
        "row-epochs": row + "epochs = 3\n", "settings-numbers": "settings = [1, 2]\n" + row,
        "stimulus-missing": 'stimulus = "none.png"\n' + row,
        "pattern-texts": 'experiment = "plasticity"\npattern = ["a", "b"]\n'
                         '[[lesion]]\nlesion = "block NMDA"\n',
    }  # fmt: skip
    for name, text in texts.items():
        (folder / f"toml-{name}").write_text(text)


def _sequences(folder: Path) -> None:
    three = "[symbols]\nA = 0\nB = 60\nC = 120\n"
    texts = {
        "items-number": "items = 3\n" + three, "items-one": 'items = ["A"]\n' + three,
        "items-unknown": 'items = ["A", "Z"]\n' + three,
        "items-date": "items = [1979-05-27, 1979-05-28]\n" + three,
        "symbols-list": 'items = ["A", "B"]\nsymbols = [0, 60]\n',
        "symbols-nan": 'items = ["A", "B"]\n[symbols]\nA = nan\nB = 60\n',
        "symbols-same": 'items = ["A", "B"]\n[symbols]\nA = 0\nB = 180\n',
        "symbols-date": 'items = ["A", "B"]\n[symbols]\nA = 1979-05-27\nB = 60\n',
        "symbols-huge": f'items = ["A", "B"]\n[symbols]\nA = 1{"0" * 400}\nB = 60\n',
        "no-symbols": 'items = ["A", "B"]\n', "neither": three,
        "both": 'items = ["A", "B"]\n' + three + '[grammar]\nstart = {A = "start"}\n',
        "state-unknown": three + '[grammar]\nstart = {A = "nowhere"}\n',
        "state-list": three + '[grammar]\nstart = ["A"]\n',
        "state-target-list": three + '[grammar]\nstart = {A = ["start"]}\n',
        "state-dead": three + "[grammar]\nstart = {}\n", "grammar-empty": three + "[grammar]\n",
        "grammar-list": "grammar = []\n" + three,
    }  # fmt: skip
    for name, text in texts.items():
        (folder / f"seq-{name}").write_text(text)


def _movies(folder: Path) -> None:
    from PIL import Image

    rng = np.random.default_rng(0)
    frames = [Image.fromarray(rng.integers(0, 255, (64, 64), np.uint8)) for _ in range(4)]
    for kind in ("png", "gif"):
        held = io.BytesIO()
        more = {"save_all": True, "append_images": frames[1:]} if kind == "gif" else {}
        frames[0].save(held, kind, **more)
        (folder / kind).write_bytes(held.getvalue())
        (folder / f"{kind}-cut-off").write_bytes(held.getvalue()[: len(held.getvalue()) // 2])
    arrays = {
        "objects": np.array([{}, []], object), "nan": np.full((8, 8), np.nan),
        "shape": np.zeros((3, 3, 3, 3, 3)),
    }  # fmt: skip
    for name, array in arrays.items():
        with (folder / f"npy-{name}").open("wb") as file:
            np.save(file, array, allow_pickle=True)
    whole = (folder / "npy-shape").read_bytes()
    (folder / "npy-cut-off").write_bytes(whole[: len(whole) - 100])
    huge = whole.replace(b"(3, 3, 3, 3, 3), }", b"(9999999, 99999),}")
    (folder / "npy-huge").write_bytes(huge)
    with (folder / "npz-two").open("wb") as file:
        np.savez(file, a=np.zeros((8, 8)), b=np.zeros((8, 8)))
    (folder / "text.png").write_text("no picture")
    (folder / "zeros.mp4").write_bytes(bytes(100_000))


def _runs(folder: Path) -> None:
    """Write run folders, each with one thing that cannot be."""
    base = {"complete": True, "experiment": {"name": "alternation"}, "seed": 0, "command": []}

    def write(
        name: str, meta: Any = None, metrics: str = '{"theta_l5ib_hz": 5.0}', **more: Any
    ) -> Path:
        run = folder / f"run-{name}"
        run.mkdir()
        text = meta if isinstance(meta, str) else json.dumps({**base, **(meta or {}), **more})
        (run / "run.json").write_text(text)
        (run / "metrics.json").write_text(metrics)
        return run

    write("good", request={})
    write("not-json", "no JSON")
    write("cut-off", '{"complete": true, "exp')
    write("list", "[]")
    write("incomplete", complete=False)
    write("metrics-list", metrics="[]")
    (write("metrics-none") / "metrics.json").unlink()
    write("metrics-deep", metrics="[" * 200_000)
    (write("not-utf8") / "run.json").write_bytes(b'{"complete": "\xe9"}')
    (write("h5-text") / "run.h5").write_text("no HDF5")
    write("h5-none")
    (write("h5-foreign") / "run.h5").write_bytes(_hdf5())
    write("foreign", '{"complete": true, "name": "somebody else"}')
    write("experiment-unknown", experiment={"name": "altenation"}, request={})
    write("experiment-list", experiment=["alternation"], request={})
    write("experiment-module", experiment={"name": "os:getcwd"}, request={})
    write("request-list", request=[1])
    for key, value in {
        "unknown": {"durration_s": 3}, "seed": {"seed": "one"}, "seed-huge": {"seed": 10**30},
        "duration": {"duration_s": -1}, "lesions": {"lesions": [3]}, "lesion": {"lesions": ["V9"]},
        "engine": {"engine": "fortran"}, "circuit": {"circuit_file": "none.json"},
    }.items():  # fmt: skip
        write(f"request-{key}", request=value)
    write("request-seeds", request={"seeds": "two"})
    write("request-pattern", experiment={"name": "plasticity"}, request={"pattern": ["a"]})
    write("seed-text", seed="one")
    write("command-number", command=3, experiment="alternation")
    fifo = write("fifo")
    (fifo / "run.json").unlink()
    os.mkfifo(fifo / "run.json")
    (write("csv-broken") / "runs.csv").write_text("lesion,seed\na,b,c,d\n")
    (write("csv-seed") / "runs.csv").write_text("lesion,seed,theta\nintact,one,3\n")
    (write("effects-broken") / "effects.csv").write_text("lesion,what\na,b\n")


def _hdf5() -> bytes:
    import h5py

    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        file["somebody/elses"] = [1, 2, 3]
    return held.getvalue()


def _readmes(folder: Path) -> None:
    (folder / "rows.csv").write_text("label,seed,value\nintact,0,high\n")
    table = "<!-- results: {} -->\n<!-- end -->\n"
    texts = {
        "marker": table.format("rows.csv columns"), "open": "<!-- results: rows.csv -->\n",
        "quote": table.format("rows.csv 'columns"), "no-csv": table.format("none.csv columns=value"),
        "format": table.format("rows.csv columns=seed:zz"),
        "text": table.format("rows.csv columns=value"),
        "goals": table.format("rows.csv table=goals experiment=altenation"),
        "goals-option": table.format("rows.csv table=goals experiment=alternation durration=3"),
    }  # fmt: skip
    for name, text in texts.items():
        (folder / f"readme-{name}").write_text(text)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make every file that the cases name."""
    folder = tmp_path_factory.mktemp("malformed")
    for write in (_specs, _jsons, _tomls, _sequences, _movies, _runs, _readmes):
        write(folder)
    (folder / "empty").touch()
    (folder / "zeros").write_bytes(bytes(10_000_000))
    (folder / "latin").write_bytes("größe = 3\n".encode("latin-1"))
    (folder / "folder").mkdir()
    (folder / "folder-full").mkdir()
    (folder / "folder-full" / "notes").touch()
    for name in ("fifo", "fifo.toml"):
        os.mkfifo(folder / name)
    (folder / "folder.toml").mkdir()
    return {path.name.replace(".", "-"): path for path in folder.iterdir()} | {
        "folder": folder / "folder", "fifo": folder / "fifo", "digits": Path("9" * 5000),
    }  # fmt: skip


# --- what is asked of every refusal -----------------------------------------------------------


def _never(*anything: Any, **named: Any) -> Any:
    msg = "something was simulated"
    raise AssertionError(msg)


def _too_long(*anything: Any) -> Any:
    msg = f"no answer in {LONGEST_S} s"
    raise AssertionError(msg)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in an empty folder; whatever simulates fails the test, and so does whatever waits."""
    for owner in (Experiment, Measurement):
        monkeypatch.setattr(owner, "measure", _never)
    monkeypatch.setattr(many, "run_many", _never)
    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGALRM, _too_long)
    yield tmp_path
    signal.signal(signal.SIGALRM, before)


def refused(arguments: list[str], here: Path) -> str:
    """Ask, and check all that holds of every refusal; give its line."""
    out, err = io.StringIO(), io.StringIO()
    signal.alarm(LONGEST_S)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main(arguments)
    finally:
        signal.alarm(0)
    message = err.getvalue()
    assert code == 2, (code, message, out.getvalue()[:300])
    assert message.startswith("ctloop: ")
    assert message.endswith("\n")
    assert len(message.splitlines()) == 1, message
    assert len(message) < 1200
    assert out.getvalue() == ""
    assert list(here.iterdir()) == []
    return message


def _words(command: str, made: Made) -> list[str]:
    words = shlex.split(command)
    for name, path in made.items():
        words = [word.replace(f"{{{name}}}", str(path)) for word in words]
    assert not any("{" in word for word in words), words
    return [word.replace("\\x00", "\0").replace("\\n", "\n") for word in words]


@pytest.mark.parametrize("command", DEFAULT.values(), ids=DEFAULT)
def test_what_cannot_be_is_refused_in_one_line(command: str, made: Made, here: Path) -> None:
    refused(_words(command, made), here)


@pytest.mark.slow
@pytest.mark.parametrize("command", OTHERS.values(), ids=OTHERS)
def test_what_else_cannot_be_is_refused_in_one_line(command: str, made: Made, here: Path) -> None:
    refused(_words(command, made), here)


def test_the_cases_have_ids_of_their_own() -> None:
    assert len(DEFAULT) + len(OTHERS) == len(CASES)
    assert len(set(DEFAULT) | set(OTHERS)) == len(CASES)


# --- the same of what is generated ------------------------------------------------------------


def answered(arguments: list[str], here: Path) -> None:
    """Ask what may or may not be: it is answered with nothing on standard error, or refused."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(arguments)
    if code == 0:
        assert err.getvalue() == ""
        assert list(here.iterdir()) == []
    else:
        refused(arguments, here)


FEW, MANY = 4, 50
AGAIN = [pytest.param(FEW), pytest.param(MANY, marks=pytest.mark.slow)]


def each(few: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Check so many seeded examples of a strategy, however long each takes."""

    @seed(20_250_101)
    @settings(
        max_examples=few, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def one(example: Any) -> None:
        check(example)

    one()


WRONG = st.one_of(
    st.text(max_size=5).map(lambda text: {"text": text}), st.just([1, 2, 3]), st.just([[]]),
    st.just({"a": {"b": None}}), st.floats(allow_nan=True).map(lambda x: [x, x]),
)  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=6,
)  # fmt: skip
TOKENS = shlex.split(
    "V1.L5IB Pulvinar.TRC TRN V1 *.L6CT V9 -> \u2192 cut scale silence drive block static swap stp with"
    " replay sham NMDA at .5 2 -1 \u22121 200pA 80ms nan 1e999 from 2s to 3s ';' '#x' [ ] \x00 '\n' %s"
)
WORDS = st.lists(st.sampled_from(TOKENS) | st.text(max_size=4), max_size=7).map(" ".join)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inside:
        if isinstance(part, dict | list) and part:
            yield from _leaves(part, (*path, key))
        elif isinstance(part, str | int | float) and not isinstance(part, bool):
            yield (*path, key)


@pytest.mark.parametrize("few", AGAIN)
def test_a_circuit_with_any_value_of_a_wrong_type_is_refused(
    few: int, here: Path, tmp_path_factory: Any
) -> None:
    text = json.dumps(_circuit())
    places = list(_leaves(json.loads(text)))
    folder = tmp_path_factory.mktemp("circuits")

    def check(example: tuple[tuple[Any, ...], Any]) -> None:
        (*path, last), wrong = example
        data = json.loads(text)
        inside = data
        for key in path:
            inside = inside[key]
        inside[last] = wrong
        file = folder / f"{len(list(folder.iterdir()))}.json"  # a circuit is read once by its name
        file.write_text(json.dumps(data))
        refused(["run", "alternation", "--circuit", str(file)], here)

    each(few, st.tuples(st.sampled_from(places), WRONG), check)


@pytest.mark.parametrize("few", AGAIN)
def test_any_text_as_a_lesion_is_answered_or_refused(few: int, here: Path) -> None:
    each(
        few,
        WORDS,
        lambda text: answered(
            ["lesion", "--dry-run", "--scale=.002", "--seeds=1", "--", text], here
        ),
    )


@pytest.mark.parametrize("few", AGAIN)
def test_any_text_as_a_setting_is_answered_or_refused(few: int, here: Path) -> None:
    owners = st.sampled_from(["V1.L5IB", "V1.L5IB->Pulvinar.TRC", "learning", "V9", ""])
    fields = st.sampled_from(
        ["b", "count", "tau_w", "U", "plastic", "rule", "delay", "name", "sources"]
    )
    values = st.sampled_from(
        ["80pA", "80ms", "-1", "\u22121", "1e400", "*2", "**", "", "hebb", "0", "=3"]
    )
    text = st.tuples(owners, fields, values | st.text(max_size=5)).map(
        lambda t: f"{t[0]}.{t[1]}={t[2]}"
    )
    each(few, text, lambda one: answered(["circuit", "--scale=.002", f"--set={one}"], here))


@pytest.mark.parametrize("few", AGAIN)
def test_any_value_of_an_option_is_answered_or_refused(few: int, here: Path) -> None:
    names = [
        "seed",
        "duration",
        "contrast",
        "scale",
        "condition",
        "stimulus",
        "engine",
        "seeds",
        "dose",
    ]
    values = PLAIN.map(str) | st.sampled_from(
        ["nan", "inf", "-0", "1e400", "9" * 5000, "\uff11", "\u0663", "0x10", "1_0"]
    )

    def check(example: tuple[str, str]) -> None:
        name, value = example
        answered(["lesion", "TRN", "--dry-run", "--seeds=1", f"--{name}={value}"], here)

    each(few, st.tuples(st.sampled_from(names), values), check)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items())
        return "{" + inside + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return "1979-05-27" if value is None else json.dumps(value)


@pytest.mark.parametrize("few", AGAIN)
def test_any_entry_of_a_battery_is_answered_or_refused(
    few: int, here: Path, tmp_path_factory: Any
) -> None:
    file = tmp_path_factory.mktemp("batteries") / "battery.toml"
    names = ["seeds", "dose", "experiment", "seed", "duration_s", "contrast", "condition", "settings",
             "stimulus", "circuit_file", "engine", "without_l6", "lesion", "name", "set"]  # fmt: skip

    def check(example: tuple[str, Any, bool]) -> None:
        name, value, of_the_row = example
        one = [] if name == "seeds" else ["--seeds=1"]
        top, row = (
            ("", f"{name} = {_toml(value)}\n") if of_the_row else (f"{name} = {_toml(value)}\n", "")
        )
        lesion = "" if of_the_row and name == "lesion" else 'lesion = "TRN"\n'
        file.write_text(
            f"{top}scale = 0.002\n[[lesion]]\n{lesion}{row}", encoding="utf-8", errors="replace"
        )
        answered(["lesion", "--battery", str(file), "--dry-run", *one], here)

    each(few, st.tuples(st.sampled_from(names), PLAIN, st.booleans()), check)


@pytest.mark.slow  # the circuit that learns is built for each
@pytest.mark.parametrize("few", [FEW, MANY])
def test_any_sequence_is_answered_or_refused(few: int, here: Path, tmp_path_factory: Any) -> None:
    file = tmp_path_factory.mktemp("sequences") / "sequence.toml"
    asked = [
        "lesion",
        "TRN",
        "--experiment",
        "prediction",
        "--seeds=1",
        "--dry-run",
        "--sequence",
        str(file),
    ]

    def check(example: dict[str, Any]) -> None:
        lines = [f"{name} = {_toml(value)}" for name, value in example.items()]
        file.write_text("\n".join(lines), encoding="utf-8", errors="replace")
        answered(asked, here)

    symbols = st.just({"A": 0, "B": 60}) | PLAIN
    states = st.just({"start": {"A": "start"}}) | PLAIN
    items = st.just(["A", "B"]) | PLAIN
    each(
        few,
        st.fixed_dictionaries({"symbols": symbols}, optional={"items": items, "grammar": states}),
        check,
    )


@pytest.mark.parametrize("few", AGAIN)
def test_any_run_json_is_shown_or_refused(few: int, here: Path, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("run")
    names = ["experiment", "request", "seed", "lesions", "settings", "engine", "command", "spec"]

    def check(example: tuple[dict[str, Any], Any]) -> None:
        meta, metrics = example
        (folder / "run.json").write_text(json.dumps({"complete": True, **meta}))
        (folder / "metrics.json").write_text(json.dumps(metrics))
        answered(["show", str(folder)], here)
        answered(["show", str(folder), "--all"], here)

    metas = st.dictionaries(st.sampled_from(names), PLAIN | st.just({"name": "alternation"}))
    each(few, st.tuples(metas, st.dictionaries(st.text(max_size=9), PLAIN) | PLAIN), check)
