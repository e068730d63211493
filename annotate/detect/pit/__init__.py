"""Storage pits: earth walls in pairs, by what the sun makes of them."""
