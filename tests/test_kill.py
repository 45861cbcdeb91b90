"""kill -9 at any moment: nothing corrupt, nothing finished lost or made again, nothing left running."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import numpy as np
import pytest

from circuits.runs import store

HERE = Path(__file__).parent
#: In the default suite one sequence.
SEQUENCES, KILLS = 10, 5
#: How long what was started by a killed command may go on, s.
ENDS_WITHIN_S = 20.0
#: How long a whole command may take on a busy machine, s.
WHOLE_WITHIN_S = 900.0
BATTERY = shlex.split(
    "-m sims.cli.main lesion TRN --experiment fake_experiment:FAKE --seeds 2 --workers 2 --scale .002"
    " --store store --out report --no-figures --quiet --condition waits@."
)
RUNS = 4
ALONE = [
    "-c",
    "from pathlib import Path; from sims.runs.perform import run; "
    "run('fake_experiment:FAKE', out=Path('mine'), condition='waits@.', scale=.002, engine='numpy')",
]
REAL = shlex.split(
    "-m sims.cli.main run alternation --scale .002 --engine numpy --duration .1 --quiet --no-figures"
    " --out mine"
)
TRAINING = shlex.split(
    "-m sims.cli.main run prediction --scale .002 --engine numpy --epochs 1 --cycles 4 --test-cycles 10"
    " --item-ms 50 --quiet --no-figures --out mine"
)


class Command:
    """A command in a folder of its own, whose processes are known by a mark in their environment."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.words, self.folder, self.mark = words, folder, f"CTLOOP_TEST={uuid.uuid4()}"
        folder.mkdir(exist_ok=True)
        name, _, value = self.mark.partition("=")
        path = os.pathsep.join([str(HERE / "sims"), str(HERE.parent)])
        self.environment = {**os.environ, "PYTHONPATH": path, name: value}

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *self.words], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def finish(self) -> float:
        """Run to the end; give how long it took, s."""
        began = time.monotonic()
        process = self.start()
        _, err = process.communicate(timeout=WHOLE_WITHIN_S)
        assert process.returncode == 0, err
        return time.monotonic() - began

    def killed_after(self, seconds: float) -> None:
        process = self.start()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
        self.wait_for_the_rest()

    def running(self) -> list[str]:
        """List the processes that carry the mark, by their command lines."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (entry / "environ").read_bytes():
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found += [f"{entry.name}: {line}"] if line else []
            except OSError:
                continue
        return found

    def wait_for_the_rest(self) -> None:
        deadline = time.monotonic() + ENDS_WITHIN_S
        while left := self.running():
            if time.monotonic() > deadline:
                for line in left:  # leave none behind, whatever is found
                    os.kill(int(line.partition(":")[0]), signal.SIGKILL)
                pytest.fail(f"still running {ENDS_WITHIN_S:g} s after the kill: {left}")
            time.sleep(0.1)


def started(folder: Path) -> list[str]:
    """List what the experiment was asked to measure, in this order."""
    log = folder / "started.txt"
    return log.read_text().splitlines() if log.is_file() else []


def whole(folder: Path) -> dict[str, int]:
    """List the run folders with the time of their metrics; each has to be whole."""
    found = {}
    for run in sorted(folder.iterdir()) if folder.is_dir() else []:
        if "." in run.name or not run.is_dir():  # a folder of work says that it is not whole
            continue
        assert store.read_meta(run)["complete"] is True
        assert store.load(run).metrics == store.read_metrics(run)
        found[run.name] = (run / "metrics.json").stat().st_mtime_ns
    return found


def moments(number: int, duration_s: float) -> list[float]:
    """Draw the moments of one sequence of kills, s after the start of the command."""
    drawn = np.random.default_rng(9).uniform(0, duration_s, (SEQUENCES, KILLS))
    return [float(moment) for moment in drawn[number]]


NUMBERS = [
    pytest.param(
        k, marks=[] if k == 0 else [pytest.mark.slow, pytest.mark.whole], id=f"sequence-{k}"
    )
    for k in range(SEQUENCES)
]


@pytest.fixture(scope="module")
def battery_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    return Command(BATTERY, tmp_path_factory.mktemp("battery")).finish()


@pytest.fixture(scope="module")
def alone_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    return Command(ALONE, tmp_path_factory.mktemp("alone")).finish()


@pytest.mark.slow  # each begins six times
@pytest.mark.parametrize(
    "number", [0, *(pytest.param(k, marks=pytest.mark.whole) for k in range(1, SEQUENCES))]
)
def test_a_battery_killed_again_and_again_goes_on_and_makes_nothing_finished_again(
    number: int, battery_s: float, tmp_path: Path
) -> None:
    command = Command(BATTERY, tmp_path / "work")
    folder = command.folder / "store"
    finished: dict[str, int] = {}
    begun = 0
    for moment in moments(number, battery_s):
        command.killed_after(moment)
        found = whole(folder)
        assert {name: found.get(name) for name in finished} == finished
        assert len(started(command.folder)) - begun <= RUNS - len(finished)
        finished, begun = found, len(started(command.folder))
        if (command.folder / "report").exists():
            assert store.read_meta(command.folder / "report")["complete"] is True
            shutil.rmtree(command.folder / "report")
    command.finish()
    command.wait_for_the_rest()
    last = whole(folder)
    assert {name: last[name] for name in finished} == finished
    assert len(last) == RUNS
    assert {path.name for path in folder.iterdir()} == set(last)
    assert len(started(command.folder)) - begun == RUNS - len(finished)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_run_killed_at_any_moment_is_whole_or_not_there(
    number: int, alone_s: float, tmp_path: Path
) -> None:
    command = Command(ALONE, tmp_path / "work")
    mine = command.folder / "mine"
    for moment in moments(number, alone_s):
        command.killed_after(moment)
        if mine.exists():
            assert list(whole(command.folder)) == ["mine"]
            shutil.rmtree(mine)
    command.finish()
    assert list(whole(command.folder)) == ["mine"]


@pytest.mark.slow
@pytest.mark.parametrize("words", [REAL, TRAINING], ids=["alternation", "prediction"])
def test_a_real_run_killed_at_some_moments_leaves_nothing_running_and_can_be_made(
    words: list[str], tmp_path: Path
) -> None:
    first = Command(words, tmp_path / "first")
    duration_s = first.finish()
    for k, moment in enumerate(moments(0, duration_s)):
        command = Command(words, tmp_path / f"work-{k}")
        command.killed_after(moment)
        mine = command.folder / "mine"
        if not mine.exists():
            command.finish()
            command.wait_for_the_rest()
        texts = [(c.folder / "mine" / "metrics.json").read_bytes() for c in (first, command)]
        assert texts[0] == texts[1]
