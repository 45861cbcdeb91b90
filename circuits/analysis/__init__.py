"""After a run: conductances, field potential and spectra, reconstructed from spikes."""
