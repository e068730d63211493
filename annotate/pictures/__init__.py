"""Pixels for people: chips, figures, exports that need pixels, and the one gate that decides where these may appear."""
