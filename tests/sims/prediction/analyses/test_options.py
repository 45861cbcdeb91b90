"""What the small measures share: their options, and a bar over their seeds."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError
from sims.prediction.analyses import options as probes


def test_seeds_come_one_by_one_and_say_how_far_they_are(
    capfd: pytest.CaptureFixture[str],
) -> None:
    given = probes.parser("A measure.", seed=7, cycles=10, sequence="loop").parse_args([])
    seeds = []
    for seed, report in probes.each_seed(given):
        report("compiling", 0.5)
        report("simulating", 0.5)
        seeds.append(seed)
    assert seeds == [7, 8]
    assert "seeds" in capfd.readouterr().err


def test_a_measure_of_one_sequence_has_no_choice_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        probes.parser("A measure.", seed=7, cycles=10).parse_args(["--sequence", "loop"])
    assert "--sequence" in capsys.readouterr().err


def _wrong() -> None:
    msg = "no such rule; use bcm"
    raise CtloopError(msg)


def _stopped() -> None:
    raise KeyboardInterrupt


def test_what_the_user_got_wrong_is_one_line_and_ctrl_c_none() -> None:
    with pytest.raises(SystemExit, match="no such rule; use bcm"):
        probes.run(_wrong)
    with pytest.raises(SystemExit) as ended:
        probes.run(_stopped)
    assert ended.value.code == 130
