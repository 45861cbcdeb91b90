"""The run folder: whole or not at all, and open to other tools."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.runs import store
from circuits.runs.store import Cells, Charge, Cycles, Lfp, RunData, Voltages

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run() -> RunData:
    rng = np.random.default_rng(1)
    times = np.sort(rng.uniform(0, 500, 300))
    return RunData(
        meta={
            "seed": 3,
            "duration_ms": 500.0,
            "experiment": {"discard_ms": 100.0, "actual_deg": 45.0},
        },
        metrics={
            "rate_v1_l5ib_hz": 4.5,
            "theta_l5ib_hz": None,
            "theta_l5ib_hz_reason": "too short",
        },
        populations={
            "V1.L5IB": Cells(
                count=20, area="V1", lamina="L5", depth_top_um=950, depth_bottom_um=1250
            ),
            "LGN.TC": Cells(count=4, area="LGN"),
        },
        spikes={
            "V1.L5IB": Spikes(times, rng.integers(0, 20, 300)),
            "LGN.TC": Spikes(np.zeros(0), np.zeros(0, np.int64)),
        },
        orientation_deg={"V1.L5IB": np.arange(20) * 9.0},
        rates_hz={"V1.L5IB": rng.random(500).astype(np.float32)},
        voltages={"V1.L5IB": Voltages(rng.random((500, 2)).astype(np.float32), np.array([0, 7]))},
        conductance_ns={"V1.L5IB -> Pulvinar.TRC": {"AMPA": rng.random(500).astype(np.float32)}},
        charge=Charge(
            "Pulvinar.TRC", 7, ("V1.L5IB -> Pulvinar.TRC",), ("outcome",), np.array([2.5])
        ),
        cycles=Cycles(np.array([100.0, 300.0]), np.array([160.0, 360.0])),
        lfp=Lfp(
            np.array([0.0, 100.0]), np.ones((2, 500), np.float32), np.ones((2, 500), np.float32)
        ),
    )


def same(one: object, other: object) -> bool:
    """Compare records of arrays, deeply."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, k), getattr(other, k)) for k in one.__dataclass_fields__)
    return one == other


def test_a_run_read_back_is_the_run_that_was_saved(run, tmp_path):
    back = store.load(store.save(run, tmp_path / "runs" / "a"))
    assert back.meta.pop("complete") is True
    assert same(run, back)
    assert back.discard_ms == 100
    assert back.duration_ms == 500


def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    one, two = (store.save(run, tmp_path / name) for name in "ab")
    for name in (store.META, store.METRICS, store.ARRAYS):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_libsonata_reads_the_spikes(run, tmp_path):
    libsonata = pytest.importorskip("libsonata")
    path = store.save(run, tmp_path / "a") / store.ARRAYS
    reader = libsonata.SpikeReader(str(path))
    assert set(reader.get_population_names()) == {"V1.L5IB", "LGN.TC"}
    spikes = reader["V1.L5IB"].get_dict()
    assert np.array_equal(spikes["timestamps"], run.spikes["V1.L5IB"].times_ms)
    assert np.array_equal(spikes["node_ids"], run.spikes["V1.L5IB"].cells)
    assert reader["V1.L5IB"].sorting == "by_time"


def test_the_array_file_is_sonata(run, tmp_path):
    """Check the root's attributes and the datasets against the format's developer guide."""
    path = store.save(run, tmp_path / "a") / store.ARRAYS
    with h5py.File(path, "r") as file:
        assert file.attrs["magic"] == 0x0A7A
        assert file.attrs["magic"].dtype == np.uint32
        assert file.attrs["version"].tolist() == [0, 1]
        assert file.attrs["version"].dtype == np.uint32
        group = file["spikes/V1.L5IB"]
        assert group["timestamps"].dtype == np.float64
        assert group["timestamps"].attrs["units"] == "ms"
        assert group["node_ids"].dtype == np.uint64
        names = h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)
        assert names == {"none": 0, "by_id": 1, "by_time": 2}
        assert group.attrs["sorting"] == names["by_time"]


def test_an_older_file_without_the_formats_number_is_read(run, tmp_path):
    path = store.save(run, tmp_path / "a")
    with h5py.File(path / store.ARRAYS, "a") as file:
        del file.attrs["magic"], file.attrs["version"]
    assert same(store.load(path).spikes, run.spikes)


def test_a_file_that_another_program_has_locked_is_read(run, tmp_path):
    path = store.save(run, tmp_path / "a")
    script = """
        import fcntl, sys
        file = open(sys.argv[1], "rb+")
        fcntl.flock(file, fcntl.LOCK_EX)
        print("locked", flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(path / store.ARRAYS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"locked\n"
        assert same(store.load(path).spikes, run.spikes)
        child.communicate(b"")


@pytest.mark.parametrize("name", [store.META, store.METRICS, store.ARRAYS])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EMFILE, errno.EIO, errno.ESTALE])
def test_what_the_system_refuses_to_read_is_not_called_damaged(
    run, tmp_path, monkeypatch, name, number
):
    path = store.save(run, tmp_path / "a")
    read = Path.read_bytes

    def refuse(file):
        if file.name == name:
            raise OSError(number, os.strerror(number), str(file))
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CtloopError, match=os.strerror(number)) as caught:
        store.load(path)
    assert "damaged" not in str(caught.value)
    assert str(path / name) in str(caught.value)


@pytest.mark.parametrize("name", [store.META, store.METRICS, store.ARRAYS])
def test_a_file_cut_short_is_called_damaged(run, tmp_path, name):
    path = store.save(run, tmp_path / "a")
    content = (path / name).read_bytes()
    (path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(CtloopError, match=f"{name} is damaged"):
        store.load(path)


def test_a_run_without_its_array_file_says_which_is_missing(run, tmp_path):
    path = store.save(run, tmp_path / "a")
    (path / store.ARRAYS).unlink()
    with pytest.raises(CtloopError, match=r"holds no run\.h5"):
        store.load(path)


def test_what_is_no_run_folder_says_what_it_is(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    for name, what in (("empty", "empty"), ("file", "a file"), ("gone", "no such folder")):
        with pytest.raises(CtloopError, match=what):
            store.read_meta(tmp_path / name)


def test_run_json_is_written_last(run, tmp_path, monkeypatch):
    written = []
    write = store.write_whole
    monkeypatch.setattr(store, "write_whole", lambda p, c: (written.append(p.name), write(p, c)))
    store.save(run, tmp_path / "a")
    assert written[0] == store.META  # "complete": false
    assert written[-1] == store.META
    assert set(written[1:-1]) == {store.METRICS, store.ARRAYS}


@pytest.mark.parametrize("name", [store.METRICS, store.ARRAYS, store.META])
def test_a_run_killed_while_it_writes_a_file_never_looks_whole(run, tmp_path, name):
    script = """
        import os, pathlib, signal, sys
        from circuits.runs import store
        from circuits.runs.run import RunData
        calls = 0
        def kill(number):
            global calls
            (part,) = pathlib.Path(sys.argv[1]).parent.glob("*/*.part")
            calls += part.name.startswith(sys.argv[2])
            if calls == (2 if sys.argv[2] == "run.json" else 1):
                os.kill(os.getpid(), signal.SIGKILL)
        os.fsync = kill
        store.save(RunData(meta={}, metrics={"a": 1}), pathlib.Path(sys.argv[1]))
    """
    assert _python(script, tmp_path / "a", name).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith("a.incomplete-")
    with pytest.raises(CtloopError, match="incomplete run"):
        store.load(left)


def test_a_cycle_runs_from_the_end_of_one_burst_to_the_end_of_the_next(run):
    assert len(run.cycles) == 1
    assert run.cycles.parts("prediction").tolist() == [[160, 300]]
    assert run.cycles.parts("outcome").tolist() == [[300, 360]]
    assert len(Cycles(np.zeros(0), np.zeros(0))) == 0


def test_a_finished_folder_is_never_overwritten(run, tmp_path):
    path = store.save(run, tmp_path / "a")
    before = (path / store.ARRAYS).read_bytes()
    with pytest.raises(CtloopError, match="never overwritten"):
        store.save(run, path)
    assert (path / store.ARRAYS).read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_an_empty_folder_may_be_filled(run, tmp_path):
    (tmp_path / "a").mkdir()
    assert store.load(store.save(run, tmp_path / "a")).metrics == run.metrics


def test_nothing_stays_when_the_work_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), store.claim(tmp_path / "a"):
        1 / 0  # noqa: B018
    assert not list(tmp_path.iterdir())


def test_an_error_that_is_not_the_folders_is_left_alone(tmp_path):
    with pytest.raises(FileNotFoundError), store.claim(tmp_path / "a"):
        Path("/nowhere/movie.gif").read_bytes()


def test_work_that_never_wrote_its_run_is_no_run(tmp_path):
    with pytest.raises(CtloopError, match="nothing was kept"), store.claim(tmp_path / "a"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_a_clear_error_and_leaves_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setattr(store.os, "fsync", _no_space)
    with pytest.raises(CtloopError, match=r"No space left on device.*free some space"):
        store.save(run, tmp_path / "a")
    assert not list(tmp_path.iterdir())


def _no_space(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_write_cut_short_by_the_system_leaves_finished_runs_intact(run, tmp_path):
    store.save(run, tmp_path / "finished")
    script = """
        import resource, sys, pathlib, numpy as np
        from circuits.runs import store
        from circuits.errors import CtloopError
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        noise = np.random.default_rng(0).random(100_000).astype("f4")
        big = store.RunData(meta={}, rates_hz={"V1.L5IB": noise})
        try:
            store.save(big, pathlib.Path(sys.argv[1]))
        except CtloopError as error:
            sys.exit(f"refused: {error}")
    """
    done = _python(script, tmp_path / "big")
    assert done.returncode == 1
    assert "no room to write" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["finished"]
    assert store.load(tmp_path / "finished").metrics == run.metrics


def test_a_killed_run_leaves_a_folder_that_says_it_is_incomplete(run, tmp_path):
    script = """
        import sys, time, pathlib
        from circuits.runs import store
        with store.claim(pathlib.Path(sys.argv[1])) as folder:
            (folder / store.ARRAYS).write_bytes(b"half")
            print("working", flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "a")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "working\n"
        child.send_signal(signal.SIGKILL)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith("a.incomplete-")
    with pytest.raises(CtloopError, match="incomplete run"):
        store.load(left)
    assert same(store.load(store.save(run, tmp_path / "a")).metrics, run.metrics)


def test_a_folder_that_is_no_run_says_so(tmp_path):
    with pytest.raises(CtloopError, match="is not a run folder"):
        store.load(tmp_path)
    with pytest.raises(CtloopError, match="is not a run folder"):
        store.load(tmp_path / "nowhere")


def test_a_damaged_run_says_so(run, tmp_path):
    path = store.save(run, tmp_path / "a")
    (path / store.ARRAYS).write_bytes(b"not HDF5")
    with pytest.raises(CtloopError, match="damaged"):
        store.load(path)
    (path / store.META).write_text("[1]")
    with pytest.raises(CtloopError, match="an object was expected"):
        store.load(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_metric_that_does_not_exist_must_be_null_with_a_reason(value, tmp_path):
    with pytest.raises(CtloopError, match="theta_l5ib_hz_reason"):
        store.save(RunData(meta={}, metrics={"theta_l5ib_hz": value}), tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_run_json_holds_numpy_numbers_as_plain_ones(tmp_path):
    meta = {"seed": np.int64(4), "grid": np.arange(2), "out": Path("runs/a")}
    path = store.save(RunData(meta=meta), tmp_path / "a")
    plain = {"seed": 4, "grid": [0, 1], "out": "runs/a", "complete": True}
    assert json.loads((path / store.META).read_text()) == plain


def test_something_without_a_place_in_json_is_refused(tmp_path):
    with pytest.raises(CtloopError, match="a set has no place"):
        store.save(RunData(meta={"x": {1}}), tmp_path / "a")


def test_the_metrics_are_read_without_loading_hdf5(run, tmp_path):
    path = store.save(run, tmp_path / "a")
    script = """
        import sys, pathlib
        from circuits.runs import store
        assert store.read_metrics(pathlib.Path(sys.argv[1]))["rate_v1_l5ib_hz"] == 4.5
        assert store.read_meta(pathlib.Path(sys.argv[1]))["seed"] == 3
        assert not {"h5py", "matplotlib", "brian2"} & set(sys.modules)
    """
    start = time.perf_counter()
    assert _python(script, path).returncode == 0
    assert time.perf_counter() - start < 5


def _python(script: str, *arguments: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
