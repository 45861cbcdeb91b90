"""What a child does instead of a simulation, in the tests of `sims.runs.simulations`."""

from __future__ import annotations

import os
import signal
from typing import Any

from circuits.errors import CtloopError


def is_killed(job: Any, pipe: Any, log: Any) -> None:
    """Die as by the system's out-of-memory killer."""
    os.kill(os.getpid(), signal.SIGKILL)


def leaves(job: Any, pipe: Any, log: Any) -> None:
    """End without a result."""
    os._exit(3)


def refuses(job: Any, pipe: Any, log: Any) -> None:
    """Say what the user got wrong."""
    pipe.send(("refused", CtloopError, "V1.L4E ran away at 12 ms"))
