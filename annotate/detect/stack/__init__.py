"""Container stacks: found, outlined, and their boxes counted."""
