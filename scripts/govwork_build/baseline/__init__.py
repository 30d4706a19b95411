"""Baselines: what simple models, trained on a release, make of its test split; the proof that it trains."""
