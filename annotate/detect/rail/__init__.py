"""Rail cars: strings on tracks, on one date and in pairs."""
