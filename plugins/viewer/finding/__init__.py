"""Finding and fetching public imagery in the window: what is asked, what came, what is chosen of it."""
