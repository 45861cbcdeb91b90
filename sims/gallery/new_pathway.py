# %% [markdown]
# # A new pathway, added and tested
#
# **Question.** The zona incerta inhibits all relay cells of the pulvinar. In this circuit L5IB excites it and layer 6
# does not (Bartho, Freund & Acsady 2002), so that its inhibition comes with the outcome. Suppose layer 6 of V2
# did reach it. What would the prediction lose?
#
# *What the shortening costs.* One seed and four seconds show the direction of a change and not its size. How to
# compare on paired seeds is said at the end.

# %%
from dataclasses import replace
from pathlib import Path

import figures
from areas.sourced import Sourced
from circuits.records import Uniform
from circuits.runs import store
from circuits.spec import added, projections, save
from sims.alternation import run_alternation
from thalamus.loop import corticothalamic_loop
from thalamus.pathways import MODULATORS

OUT = Path("runs/gallery")
SHORT = {"seed": 1, "duration_s": 4, "without_l6": False, "figures": False}

# %% [markdown]
# A pathway is a row of a table. The nearest known one is that of the same cells to the TRN: many weak fibres that
# facilitate. The new row differs in its target, in its wiring (the zona incerta has no map of orientation) and
# in its gain. Every number needs a source, or the reason why it is assumed.

# %%
to_trn = next(r for r in MODULATORS if (r.source, r.target) == ("V2.L6CT", "TRN.PUL"))
row = replace(
    to_trn,
    target="ZI.GABA",
    rule=Uniform(),
    gain=Sourced(5.0, "assumed: strong enough to be seen, if it matters at all"),
)
circuit = added(corticothalamic_loop(), row.projection())
new = projections(circuit)["V2.L6CT -> ZI.GABA"]
print(f"{new.name}: {new.fibres:g} fibres a cell; gain {new.gain:g}, {new.sources['gain']}")

OUT.mkdir(parents=True, exist_ok=True)
save(circuit, OUT / "with-new-pathway.json")

# %%
intact, changed = OUT / "intact", OUT / "new-pathway"
if not intact.exists():
    run_alternation(out=intact, **SHORT)
if not changed.exists():
    run_alternation(out=changed, circuit_file=str(OUT / "with-new-pathway.json"), **SHORT)
before, after = store.load(intact), store.load(changed)

KEYS = (
    "rate_ZI.GABA_hz",
    "inhibition_prediction_ns",
    "inhibition_outcome_ns",
    "relay_prediction_hz",
    "relay_outcome_predicted_hz",
    "replacement",  # share of the predicted cells' rate that the outcome takes away
)
for key in KEYS:
    print(f"{key:28} usual {before.metrics[key]:6.2f}   new pathway {after.metrics[key]:6.2f}")

# %%
page = figures.fold_pair(
    before, after, titles=("usual circuit", "V2 L6CT also excites the zona incerta")
)
page.figure.savefig(OUT / "new_pathway.png")

# %% [markdown]
# ![The mean cycle without and with the new pathway](runs/gallery/new_pathway.png)
#
# The zona incerta now fires while L5IB is silent too. Relay cells are inhibited more in the prediction part, and the
# predicted cells fire less there. Their cortical input (below) is nearly the same: what the prediction lost, it
# lost to inhibition.

# %%
assert after.metrics["rate_ZI.GABA_hz"] > before.metrics["rate_ZI.GABA_hz"]
assert after.metrics["inhibition_prediction_ns"] > before.metrics["inhibition_prediction_ns"]
assert after.metrics["relay_prediction_hz"] < before.metrics["relay_prediction_hz"]

# %% [markdown]
# ## What would falsify it
#
# The claim is that inhibition has to come with the outcome alone, so that layer 6 must not bring it.
#
# - On paired seeds the replacement with the new pathway is no smaller, at any gain that brings the zona incerta to
#   a rate it can have. Then the claim is wrong. The sweep that would show it:
#
#   ```sh
#   ctloop sweep alternation --circuit runs/gallery/with-new-pathway.json \
#     --vary "V2.L6CT->ZI.GABA.gain=1,2.5,5,10" --seeds 5
#   ```
#
# - A lesion of the new pathway, `lesions=["V2.L6CT -> ZI.GABA"]`, does not bring back the spikes of the usual circuit,
#   every one of them: then something else was changed with it.
# - Layer 6 is found to excite the zona incerta in a monkey: then the circuit is wrong, and this file says what follows.
