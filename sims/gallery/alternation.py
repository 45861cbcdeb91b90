# %% [markdown]
# # The alternation, and the pathway it needs
#
# **Question.** V1 sees one orientation, V2 expects the orthogonal one. Do the relay cells of the pulvinar show
# the two in turn? And who brings the one that V1 sees: the drivers of its layer 5 (L5IB)?
#
# The same seed is run twice, once intact and once with the drivers cut. Wiring, first state and noise are the
# same, so the difference is due to the lesion.
#
# *What the shortening costs.* Four seconds hold few cycles, and a spectrum of four seconds is one window:
# frequencies are rough. One seed is an example. The experiment itself takes ten seconds and ten
# seeds (`sims/alternation/README.md`), and a battery compares lesions on twelve (`sims/lesions/README.md`).

# %%
from pathlib import Path

import figures
from circuits.runs import store
from sims.alternation import run_alternation

OUT = Path("runs/gallery")
SHORT = {"seed": 1, "duration_s": 4, "without_l6": False, "figures": False}

# %% [markdown]
# A run is a folder, and nothing overwrites a finished one. A second start of this file reads what the first
# one made, and so do the other examples.

# %%
intact, cut = OUT / "intact", OUT / "drivers-cut"
if not intact.exists():
    run_alternation(out=intact, **SHORT)
if not cut.exists():
    run_alternation(out=cut, lesions=["V1.L5IB -> Pulvinar.TRC"], **SHORT)
before, after = store.load(intact), store.load(cut)

# %% [markdown]
# Two groups of relay cells matter: those that prefer the predicted orientation, and those that prefer the
# actual one. `ctloop show RUN --all` says what each number means.

# %%
KEYS = (
    "relay_prediction_hz",  # predicted cells while L5IB is silent
    "relay_outcome_predicted_hz",  # the same cells while it bursts
    "relay_prediction_actual_hz",  # actual cells while it is silent
    "relay_outcome_hz",  # the same cells while it bursts
    "content_outcome",  # share of bursts in which the actual orientation is shown
)
for key in KEYS:
    print(f"{key:28} intact {before.metrics[key]:6.2f}   drivers cut {after.metrics[key]:6.2f}")

# %%
page = figures.fold_pair(before, after, titles=("intact", "drivers cut"))
page.figure.savefig(OUT / "alternation.png")

# %% [markdown]
# ![The mean cycle of relay cells, intact and with the drivers cut](runs/gallery/alternation.png)
#
# Left: while L5IB is silent the cells of the predicted orientation fire, and in its burst those of the actual
# one take their place. Right: without the drivers the actual cells stay silent. Yet the prediction is still
# interrupted at each burst, for L5IB also excites the zona incerta, which inhibits all relay cells. So the
# drivers carry *what* the outcome is, and not *when* the prediction ends.

# %%
assert before.metrics["relay_outcome_hz"] > 2 * before.metrics["relay_prediction_actual_hz"]
assert before.metrics["relay_prediction_hz"] > 2 * before.metrics["relay_outcome_predicted_hz"]
assert after.metrics["relay_outcome_hz"] < 0.1 * before.metrics["relay_outcome_hz"]

# %% [markdown]
# ## What would falsify it
#
# - The predicted cells fire on through the burst: then the outcome is added to the prediction and does not
#   replace it.
# - The actual cells fire as before when the drivers are cut: then something else brings the outcome.
# - The alternation goes on at the same frequency when the bursters adapt faster or slower: then it is a
#   clock. Try `settings=["V1.L5IB.tau_w=*0.7"]`.
