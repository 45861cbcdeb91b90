"""The script of `ctloop completion`, run in bash and asked for what comes next."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sims.cli import completion
from sims.cli.main import main

Captured = pytest.CaptureFixture[str]
#: Ask as bash does when Tab is pressed behind the words.
ASK = """
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_shtab_ctloop 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(tmp_path: Path, capsys: Captured) -> Path:
    pytest.importorskip("shtab", reason="pip install shtab, which writes the script")
    assert main(["completion", "bash"]) == 0
    file = tmp_path / "completion.bash"
    file.write_text(capsys.readouterr().out)
    return file


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["les"], {"lesion"}),
        (["run", "alt"], {"alternation"}),
        (["run", "prediction", "--see"], {"--seed", "--seeds"}),
        (["measure", "lab-"], {"lab-frames"}),
        (["run", "alternation", "--lesion", "Pulvinar.T"], {"Pulvinar.TRC"}),
        (["lesion", "Pulvinar.T"], {"Pulvinar.TRC"}),
        (["run", "plasticity", "--lesion", "Pulvinar.T"], set()),
    ],
)
def test_bash_completes_commands_experiments_options_and_populations(
    script: Path, words: list[str], wanted: set[str]
) -> None:
    done = subprocess.run(
        ["bash", "-c", ASK, "ask", str(script), "ctloop", *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.split()) == wanted


def test_an_unknown_shell_and_a_missing_extra_are_refused_in_a_line(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["completion", "csh"]) == 2
    assert "nearest: tcsh" in capsys.readouterr().err
    monkeypatch.setattr(completion, "find_spec", lambda name: None)
    assert main(["completion", "bash"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
