# %% [markdown]
# # Your own movie
#
# **Question.** The circuit was calibrated with a still grating. Does the pulvinar still show prediction and
# outcome in turn when V1 sees something less regular: a field of stripes, all tilted but none straight, that
# moves about as grass does in the wind?
#
# *What the shortening costs.* Four seconds hold few cycles, too few for a frequency.

# %%
from pathlib import Path

import numpy as np
from PIL import Image

import figures
from circuits.runs import store
from sims.alternation import run_alternation

OUT = Path("runs/gallery")
SHORT = {"seed": 1, "duration_s": 4, "without_l6": False, "figures": False}

# %% [markdown]
# The movie is noise, filtered to stripes of about two cycles per degree at 45 deg, shifted in each frame of
# 40 ms by one step of a random walk. It is as long as the run and does not repeat: a movie that repeats has a
# frequency of its own. Any array, GIF, picture or video of yours can take its place.
#
# One thing has to be right: the experiment does not measure the orientation of a file. It takes 45 deg as
# what V1 sees, and 135 deg as what V2 expects. Turn your movie to fit, or do not use the metrics that name
# the actual orientation.

# %%
SIDE, WIDTH_DEG, FRAMES, TILT_DEG = 160, 4.0, 125, 45.0
rng = np.random.default_rng(3)
cycles_per_deg = np.fft.fftfreq(SIDE, d=WIDTH_DEG / SIDE)
kx, ky = np.meshgrid(cycles_per_deg, -cycles_per_deg)  # row 0 is the top
across_deg = np.rad2deg(np.arctan2(ky, kx)) - TILT_DEG  # 90: the waves run across the stripes
off_deg = (across_deg % 180) - 90
passed = np.exp(-0.5 * ((np.hypot(kx, ky) - 2) / 0.3) ** 2 - 0.5 * (off_deg / 12) ** 2)
stripes = np.fft.ifft2(np.fft.fft2(rng.standard_normal((SIDE, SIDE))) * passed).real
stripes = np.tanh(2 * stripes / stripes.std())
places = np.cumsum(rng.normal(0, 1, (FRAMES, 2)), axis=0).round().astype(int)
movie = np.stack([np.roll(stripes, (int(y), int(x)), (0, 1)) for y, x in places])
frames = np.round(127.5 * (1 + movie)).astype(np.uint8)

OUT.mkdir(parents=True, exist_ok=True)
np.save(OUT / "grass.npy", frames)
Image.fromarray(frames[0]).resize((320, 320)).save(OUT / "own_movie_frame.png")

# %% [markdown]
# ![The first frame](runs/gallery/own_movie_frame.png)

# %%
folder = OUT / "grass"
if not folder.exists():
    run_alternation(out=folder, stimulus=str(OUT / "grass.npy"), **SHORT)
run = store.load(folder)
print("the circuit saw:", run.meta["stimulus"]["file"], run.meta["stimulus"]["notes"])

KEYS = (
    "cycles",
    "relay_prediction_hz",
    "relay_outcome_predicted_hz",
    "relay_prediction_actual_hz",
    "relay_outcome_hz",
    "content_outcome",
)
for key in KEYS:
    print(f"{key:28} {run.metrics[key]:6.2f}")
gaps_ms = np.diff(run.cycles.burst_on_ms)
print(f"from one burst to the next: {gaps_ms.min():.0f} to {gaps_ms.max():.0f} ms")

# %%
figures.relay_spikes(run).figure.savefig(OUT / "own_movie.png", bbox_inches="tight")

# %% [markdown]
# ![Spikes of relay cells by preferred orientation](runs/gallery/own_movie.png)
#
# The bursts of V1's layer 5 keep no steady pace here (the shortest and the longest gap are printed above). Whenever
# one comes, the cells of the actual orientation take over. So the turns need neither a grating nor a regular rhythm.
# `content_outcome`, the share of bursts in which the actual orientation is shown, is judged by templates from runs
# with plain gratings.

# %%
assert run.metrics["relay_outcome_hz"] > 2 * run.metrics["relay_prediction_actual_hz"]
assert run.metrics["relay_prediction_hz"] > run.metrics["relay_outcome_predicted_hz"]

# %% [markdown]
# ## What would falsify it
#
# - Relay cells of the actual orientation fire as much in the silence of L5IB as in its bursts: then the turns belong
#   to the grating.
# - The predicted cells fire on through the bursts of a movie.
# - The same movie turned by 90 deg gives the same picture: then the cells follow something else than orientation.
#   Set `TILT_DEG = 135` and take another folder; V1 then sees what V2 expects.
