"""Benches: how well the whole job does where the truth is known."""
