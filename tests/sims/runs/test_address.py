"""A run's address changes with all that decides its numbers, and with nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.alternation.declaration import AlternationRequest, TemplateRequest
from sims.evoked.declaration import EvokedRequest
from sims.experiments import EXPERIMENTS, experiment
from sims.runs import address as addresses
from sims.runs.address import address, version

CHECKOUT = Path(__file__).parents[3]


def test_an_address_changes_with_all_that_decides_the_numbers(tmp_path: Path) -> None:
    base = {"scale": 0.002}
    picture = tmp_path / "a.npy"
    picture.write_bytes(b"one")
    seen = [
        address(AlternationRequest(**{**base, **change}))  # type: ignore[arg-type]
        for change in (
            {}, {"seed": 1}, {"duration_s": 5.0}, {"condition": "none"}, {"engine": "numpy"},
            {"contrast": 0.5}, {"lesions": ("TRN",)}, {"settings": ("V1.L5IB.b=80pA",)},
            {"stimulus": "blank"}, {"stimulus": str(picture)}, {"scale": 0.003},
        )
    ]  # fmt: skip
    assert len(set(seen)) == len(seen)
    picture.write_bytes(b"two")
    assert address(AlternationRequest(scale=0.002, stimulus=str(picture))) not in seen


@pytest.mark.parametrize("word", ["numpy", "conflict", "grating:45"])
def test_a_file_that_is_called_like_a_word_changes_no_address(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = AlternationRequest(scale=0.002, engine="numpy", stimulus="grating:45")
    before = address(asked)
    Path(word).write_text("a file of the user's")
    assert address(asked) == before


@pytest.mark.parametrize("stimulus", ["~/photo.png", "photo"])
def test_a_stimulus_file_counts_by_its_content_however_it_is_written(
    stimulus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / stimulus.removeprefix("~/")
    seen = set()
    for content in ("one", "two"):
        file.write_text(content)
        seen.add(address(AlternationRequest(scale=0.002, stimulus=stimulus)))
    assert len(seen) == 2


@pytest.mark.parametrize("text", ["scale TRN 1", "cut TRN 0", "scale * 1"])
def test_what_changes_nothing_is_the_intact_run(text: str) -> None:
    assert address(AlternationRequest(scale=0.002, lesions=(text,))) == address(
        AlternationRequest(scale=0.002)
    )


def test_a_sham_is_simulated_for_itself() -> None:
    assert address(AlternationRequest(scale=0.002, lesions=("sham",))) != address(
        AlternationRequest(scale=0.002)
    )


def test_two_spellings_of_a_lesion_are_one_run() -> None:
    one, other = ("V1.L5IB->Pulvinar.TRC",), ("cut V1.L5IB -> Pulvinar.TRC 100%",)
    assert address(AlternationRequest(scale=0.002, lesions=one)) == address(
        AlternationRequest(scale=0.002, lesions=other)
    )


def test_what_does_not_decide_the_numbers_is_not_in_the_address() -> None:
    from sims.prediction.declaration import PredictionRequest

    one, other = (PredictionRequest(scale=0.002, workers=n) for n in (1, 2))
    assert address(one) == address(other)


def test_two_experiments_with_the_same_options_are_two_runs() -> None:
    kinds = (AlternationRequest, TemplateRequest, EvokedRequest)
    assert len({address(kind(scale=0.002)) for kind in kinds}) == 3


def test_an_unknown_experiment_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="alternation"):
        experiment("alternatoin")


# --- the version of the source -------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Copy the source, so that a test may edit it."""
    for folder in (*addresses.DECIDING, "sims/alternation", "sims/prediction"):
        shutil.copytree(
            CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(addresses, "_ROOT", tmp_path)
    version.cache_clear()
    yield tmp_path
    version.cache_clear()


def fresh_version(*modules: str) -> str:
    version.cache_clear()
    return version(modules)


def test_a_module_that_does_not_exist_is_an_error(source: Path) -> None:
    with pytest.raises(CtloopError, match="sims/alternatoin"):
        fresh_version("sims.alternatoin")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_all_that_an_experiment_names_as_its_source_is_there(name: str) -> None:
    modules = experiment(name).modules
    assert modules
    assert version(modules)


def test_a_comment_or_a_docstring_does_not_change_the_version(source: Path) -> None:
    before = fresh_version("sims.alternation")
    for file in (source / "circuits" / "wiring.py", source / "sims/alternation/measures.py"):
        text = file.read_text(encoding="utf-8")
        edited = text.replace('"""', '"""Edited: ', 1) + "\n# A comment at the end.\n"
        assert edited != text
        file.write_text(edited, encoding="utf-8")
    assert fresh_version("sims.alternation") == before


@pytest.mark.parametrize(
    "file",
    [
        "circuits/wiring.py",
        "circuits/engine/build.py",
        "circuits/learning/kinase/rule.py",
        "circuits/learning/kinase/synapses.py",
        "sims/stimuli/gratings.py",
        "sims/measures/cycles.py",
        "sims/alternation/measures.py",
        "sims/prediction/analyses/item_detection.py",
    ],
)
def test_an_edit_of_code_in_any_folder_changes_the_version(source: Path, file: str) -> None:
    modules = ("sims.alternation", "sims.prediction")
    before = fresh_version(*modules)
    with (source / file).open("a", encoding="utf-8") as opened:
        opened.write("\nEDITED = 1\n")
    assert fresh_version(*modules) != before


def test_the_source_of_another_experiment_does_not_count(source: Path) -> None:
    before = fresh_version("sims.alternation")
    with (source / "sims/prediction/epoch.py").open("a", encoding="utf-8") as opened:
        opened.write("\nEDITED = 1\n")
    assert fresh_version("sims.alternation") == before


def test_the_source_of_an_experiment_of_the_users_own_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "my_own_study.py").write_text("GAIN = 1\n")
    before = fresh_version("my_own_study")
    (tmp_path / "my_own_study.py").write_text("GAIN = 1  # as published\n")
    assert fresh_version("my_own_study") == before
    (tmp_path / "my_own_study.py").write_text("GAIN = 2\n")
    assert fresh_version("my_own_study") != before
    version.cache_clear()


def test_and_is_in_the_address_of_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from fake_experiment import FakeRequest

    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(addresses, "version", lambda modules: str(asked.append(modules)))
    address(FakeRequest(scale=0.002))
    assert asked == [("fake_experiment",)]
