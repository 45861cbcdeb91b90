"""What limits the prediction: measurements with simulations of their own (`ctloop measure NAME`)."""

from __future__ import annotations

#: Name -> where it is declared ("module:NAME"), in the order in which help lists them.
MEASUREMENTS = {
    "gradient": "sims.prediction.analyses.declaration:GRADIENT",
    "item-detection": "sims.prediction.analyses.declaration:ITEM_DETECTION",
    "layer6-decoding": "sims.prediction.analyses.declaration:LAYER6_DECODING",
    "linear-readout": "sims.prediction.analyses.declaration:LINEAR_READOUT",
}
