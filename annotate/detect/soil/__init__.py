"""Disturbed soil, and the room it leaves for pits."""
