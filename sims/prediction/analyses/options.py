"""What the small measures `python -m sims.<name>` share: options, a bar over seeds, one-line errors."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterator

from circuits.engine.simulate import Report
from circuits.errors import CtloopError
from sims.report import progress


def parser(
    description: str, *, seed: int, cycles: int, sequence: str | None = None
) -> argparse.ArgumentParser:
    """Give a parser of seeds, cycles and, if there is a choice, the sequence; defaults as given."""
    asks = argparse.ArgumentParser(description=description)
    if sequence is not None:
        asks.add_argument(
            "--sequence", default=sequence, help="loop, second-order, irregular, reber or shuffled"
        )
    asks.add_argument("--seed", type=int, default=seed, help="the first")
    asks.add_argument("--seeds", type=int, default=2, help="how many from there on")
    asks.add_argument("--cycles", type=int, default=cycles)
    return asks


def each_seed(given: argparse.Namespace, doing: str = "seeds") -> Iterator[tuple[int, Report]]:
    """Give each seed asked for, and what to call with the stage and the fraction done.

    While they are gone through the progress is shown, and Brian2 keeps its remarks to itself.
    """
    logging.getLogger("brian2").setLevel(logging.ERROR)
    with progress.choose() as shown:
        shown.stage(doing, given.seeds)
        for k in range(given.seeds):

            def report(stage: str, fraction: float, before: int = k) -> None:
                if stage == "simulating":
                    shown.update(doing, before + fraction)

            yield given.seed + k, report
        shown.done(doing)


def run(main: Callable[[], None]) -> None:
    """Run a measure; what the user got wrong ends it with one line, and Ctrl-C with none."""
    try:
        main()
    except CtloopError as error:
        raise SystemExit(str(error)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
