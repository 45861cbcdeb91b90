"""What a C++ program reads of its synapses, and when: before its queues of spikes are made, and after."""

from __future__ import annotations

import re

import numpy as np

from circuits.engine import compact, program


def _texts(monkeypatch, tmp_path, count):
    """Give what is put into a program of so many synapses, by the place where it goes."""
    from circuits.machine.brian import b2

    found = {}
    b2.set_device("cpp_standalone", build_on_run=False)
    try:
        monkeypatch.setattr(b2.device, "insert_code", lambda slot, text: found.update({slot: text}))
        cells = b2.NeuronGroup(3, "v : 1", threshold="v > 1", name="few")
        made = b2.Synapses(
            cells, cells, "weight : 1\nu : 1", on_pre="v_post += weight", name="pairs"
        )
        one = {name: lambda: np.zeros(count) for name in ("weight", "delay", "j", "i")}
        compact.fill(made, count, one, tmp_path)
    finally:
        b2.device.reinit()
        b2.set_device("runtime")
    return found


def test_a_program_reads_what_its_queues_need_first_and_lets_go_of_it(
    monkeypatch, tmp_path
) -> None:
    texts = _texts(monkeypatch, tmp_path, 5)
    early, late = texts["main"], texts["before_network_run"]
    assert len(re.findall(r"file\.read\(\(char\*\)_", early)) == len(compact.QUEUED)
    assert "weight" not in early
    assert "weight.data()" in late
    emptied, shrunk, read = (late.index(w) for w in ("().swap", "shrink_to_fit", "weight.resize"))
    assert max(emptied, shrunk, late.index(program.GIVE_BACK)) < read


def test_the_number_of_synapses_is_nowhere_in_the_program(monkeypatch, tmp_path) -> None:
    assert _texts(monkeypatch, tmp_path, 5) == _texts(monkeypatch, tmp_path, 7)
