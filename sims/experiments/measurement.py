"""A measurement: a question answered by simulations of its own, with a table instead of a run folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sims.experiments.experiment import load
from sims.experiments.request import Request

if TYPE_CHECKING:
    from sims.report.progress import Progress
    from sims.report.result_table import ResultTable


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """All that the command line knows of a measurement (`ctloop measure NAME`).

    Attributes
    ----------
    name : str
        As written on the command line.
    question : str
        What it asks, in one line.
    request : type of Request
        Its options, as a frozen record.
    run : str
        "module:function", imported when it is called: (request, progress) -> ResultTable.
    examples : str
        Its help text below the question: example commands and explanations.
    draw : str
        "module:function" that draws figures from the folder of its `results.json`; "" if there are none.
    """

    name: str
    question: str
    request: type[Request]
    run: str
    examples: str = ""
    draw: str = ""

    def measure(self, request: Request, progress: Progress) -> ResultTable:
        """Simulate and measure; nothing is written.

        Raises
        ------
        CtloopError
            For anything that cannot be done.
        """
        request.check()
        request.check_inputs()
        found: ResultTable = load(self.name, self.run)(request, progress)
        return found
