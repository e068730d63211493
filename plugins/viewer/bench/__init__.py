"""What the window costs, each figure beside an empty napari on the same machine: `depotwatch bench review`."""
