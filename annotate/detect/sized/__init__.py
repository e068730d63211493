"""Kinds without a detector of their own: candidates by size and shape."""
