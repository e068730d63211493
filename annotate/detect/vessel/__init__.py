"""Vessels: at anchor and at berth, on one date and in pairs."""
