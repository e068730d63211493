"""The faces: `viewer` for napari and `cli` for the command line. The only rooms that know napari, Qt and typer."""
