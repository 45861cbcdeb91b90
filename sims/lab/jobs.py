"""Runs that the lab starts: each a process of its own, followed by the file it writes in its folder."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import sims
from circuits.errors import CtloopError
from sims.experiments.option import flag_of
from sims.experiments.request import options_of
from sims.lab.folders import Folder
from sims.runs.perform import request_of

#: How long a process may take to clear up after it was told to stop, s.
PATIENCE_S = 10.0
PROGRAM = (sys.executable, "-m", "sims.cli.main")
LONGEST_NUMBER = 100_000


@dataclass(frozen=True)
class Plan:
    """A run to be, as its command line says it.

    Attributes
    ----------
    experiment : str
    seed : int
    lesions : tuple of str
    more : str
        Further options, as a shell takes them: "--duration 4 --scale 0.005".
    """

    experiment: str = "alternation"
    seed: int = 0
    lesions: tuple[str, ...] = ()
    more: str = ""

    @classmethod
    def of_run(cls, meta: Mapping[str, Any], lesions: tuple[str, ...] = ()) -> Plan:
        """Plan a run like one there is, with other lesions; a usual one where that is not known.

        Parameters
        ----------
        meta : mapping
            What the run's `run.json` holds; {} for no run.
        lesions : tuple of str
        """
        try:
            request = request_of(meta)
        except CtloopError:
            return cls(lesions=lesions)
        words: list[str] = []
        for one in options_of(type(request)):
            value = getattr(request, one.name)
            if one.name in ("seed", "lesions", "engine") or value == one.default:
                continue
            if isinstance(value, bool):
                words.append(flag_of(one))
                continue
            for single in value if isinstance(value, tuple) else (value,):
                words += [flag_of(one), f"{single:g}" if isinstance(single, float) else str(single)]
        return cls(request.experiment, request.seed, lesions, shown(words))

    def words(self) -> list[str]:
        """Give the words after `ctloop`.

        Raises
        ------
        CtloopError
            If the further options are no words, or decide what the lab decides.
        """
        try:
            further = shlex.split(self.more)
        except ValueError as error:
            msg = f"the further options cannot be read: {error}"
            raise CtloopError(msg) from error
        if any(word.partition("=")[0] == "--out" for word in further):
            msg = "the lab puts runs into its own folder: leave --out away"
            raise CtloopError(msg)
        lesions = [word for one in self.lesions for word in ("--lesion", one)]
        return ["run", self.experiment, "--seed", str(self.seed), *lesions, *further]

    def command(self) -> str:
        """Write the command for a shell.

        Raises
        ------
        CtloopError
            As `words` does.
        """
        return shown(["ctloop", *self.words()])


def environment() -> dict[str, str]:
    """Give the environment in which `PROGRAM` finds this installation of ctloop, wherever it starts."""
    above = str(Path(sims.__file__).parents[1])
    paths = [above, *filter(None, [os.environ.get("PYTHONPATH", "")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def shown(words: list[str]) -> str:
    """Write words for a shell; what has to be quoted is in double quotes where it can be."""
    return " ".join(
        f'"{word}"' if shlex.quote(word) != word and not set(word) & set('"$`\\!') else shlex.quote(word)
        for word in words
    )  # fmt: skip


@dataclass(eq=False)
class Job:
    """A run that was started here.

    Attributes
    ----------
    plan : Plan
    out : Path
        The run folder to be.
    process : Popen
    log : file
        What it wrote on standard error.
    stopped : bool
        Whether the user stopped it.
    """

    plan: Plan
    out: Path
    process: subprocess.Popen[bytes]
    log: IO[bytes] = field(repr=False)
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether it is not over."""
        return self.process.poll() is None

    def outcome(self) -> str:
        """Say in a line how it ended; "" while it runs."""
        code = self.process.poll()
        if code is None:
            return ""
        if code == 0:
            return "finished"
        return "stopped" if self.stopped else self._error() or f"ended with code {code}"

    def _error(self) -> str:
        self.log.seek(0)
        lines = self.log.read().decode("utf-8", "replace").splitlines()
        own = [line for line in lines if line.startswith("ctloop: ")]
        return next(reversed(own or lines or [""])).removeprefix("ctloop: ")

    def work_folder(self) -> Path | None:
        """Find where it works; None before it has begun and after its end."""
        found = sorted(self.out.parent.glob(f"{self.out.name}.incomplete-{self.process.pid}[-.]*"))
        found += sorted(self.out.parent.glob(f"{self.out.name}.unfinished"))
        return found[0] if found else None

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does."""
        if self.running:
            self.stopped = True
            self.process.terminate()


class Jobs:
    """The runs of one lab, the newest first.

    Parameters
    ----------
    folder : Folder
        Where the runs go.
    program : sequence of str
        What is started with the words of a plan; this installation of ctloop by default.
    """

    def __init__(self, folder: Folder, program: Sequence[str] = PROGRAM) -> None:
        self._folder, self._program = folder, tuple(program)
        self.jobs: list[Job] = []

    def start(self, plan: Plan) -> Job:
        """Start a run in a process of its own.

        Raises
        ------
        CtloopError
            If its options cannot be read, or no process can be made.
        """
        words = plan.words()
        out = self._next_free(plan.experiment)
        log = tempfile.TemporaryFile()  # noqa: SIM115 - it is read when the process has ended
        try:
            process = subprocess.Popen(
                [*self._program, *words, "--out", str(out)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                env=environment(), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            msg = f"no process can be started: {error}"
            raise CtloopError(msg) from error
        job = Job(plan, out, process, log)
        self.jobs.insert(0, job)
        return job

    def stop_all(self) -> None:
        """Stop every run that is not over; one that does not obey is killed with its children."""
        for job in self.jobs:
            job.stop()
        for job in self.jobs:
            try:
                job.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(job.process.pid, signal.SIGKILL)

    def _next_free(self, experiment: str) -> Path:
        taken = {job.out.name for job in self.jobs}
        taken |= {path.name.split(".")[0] for path in self._folder.root.glob(f"{experiment}-*")}
        number = next(n for n in range(1, LONGEST_NUMBER) if f"{experiment}-{n}" not in taken)
        return self._folder.root / f"{experiment}-{number}"
