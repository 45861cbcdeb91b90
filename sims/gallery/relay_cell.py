# %% [markdown]
# # Who drove this relay cell?
#
# **Question.** One relay cell of the pulvinar fired. Which pathway brought the charge, and does the cell fall
# silent when that pathway is cut?
#
# The first is a correlation, read from one run: the conductance of each pathway is reconstructed from spikes
# and wiring, and times the driving force it is a current. The second is the test of it.
#
# *What the shortening costs.* Charges are means over the cycles of four seconds. A run keeps the charge of
# one cell, the relay cell nearest to the orientation that V1 sees; another seed has another cell.

# %%
from pathlib import Path

import figures
from circuits.runs import store
from sims.alternation import run_alternation

OUT = Path("runs/gallery")
SHORT = {"seed": 1, "duration_s": 4, "without_l6": False, "figures": False}
DRIVER, RELAY = "V1.L5IB -> Pulvinar.TRC", "Pulvinar.TRC"

# %% [markdown]
# These are the two runs of the first example; they are read if they are there.

# %%
intact, cut = OUT / "intact", OUT / "drivers-cut"
if not intact.exists():
    run_alternation(out=intact, **SHORT)
if not cut.exists():
    run_alternation(out=cut, lesions=[DRIVER], **SHORT)
before, after = store.load(intact), store.load(cut)

# %%
table = before.charge
assert table is not None
charge = {
    (pathway, part): pc
    for pathway, part, pc in zip(table.pathway, table.part, table.charge_pc, strict=True)
}
for (pathway, part), pc in charge.items():
    print(f"{pathway:27} {part:10} {pc:7.2f} pC per cycle")

# %%
figures.charge(before).figure.savefig(OUT / "relay_cell.png")
figures.conductance(before).figure.savefig(OUT / "relay_cell_input.png")

# %% [markdown]
# ![Charge into one relay cell by pathway and part of the cycle](runs/gallery/relay_cell.png)
#
# This cell prefers what V1 sees, and V2 expects the orthogonal. So nearly all that excites it comes from L5IB,
# also in the prediction part: single spikes of bursters between the population bursts. Two pathways hold the
# cell down meanwhile: the TRN, which layer 6 excites, and the zona incerta. The bars are sums over a part, and
# the parts differ in length, so a low long input can have a long bar. Over time:
#
# ![Conductance from layer 6 and from L5IB on the mean relay cell](runs/gallery/relay_cell_input.png)
#
# Here the mean is over all relay cells. L5IB comes in volleys, layer 6 is always there.
#
# Now the test. Without the drivers, how often does the cell fire?

# %%
spikes = [
    int(((run.spikes[RELAY].cells == table.cell) & (run.spikes[RELAY].times_ms > run.discard_ms)).sum())
    for run in (before, after)
]  # fmt: skip
print(f"spikes of relay cell {table.cell}: intact {spikes[0]}, drivers cut {spikes[1]}")

# %%
excitation = {p: charge[p, "prediction"] + charge[p, "outcome"] for p in table.pathway}
assert excitation[DRIVER] > 2 * sum(pc for p, pc in excitation.items() if pc > 0 and p != DRIVER)
assert spikes[1] < 0.1 * spikes[0]

# %% [markdown]
# ## What would falsify it
#
# - Layer 6 brings more charge than L5IB in the outcome part: then the outcome is no matter of few strong fibres.
# - The cell fires on without the pathway that brought most of its charge: then charge is no measure of who drove it.
# - A pathway that brings next to nothing silences the cell when it is cut: then it acts by other cells. Cut them
#   one at a time: `ctloop lesion "V2.L6CT -> Pulvinar.TRC" TRN ZI.GABA`.
