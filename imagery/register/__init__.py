"""Registration: the after scene onto the before grid, with the misregistration left measured on held-out ties.

A ladder, each rung gated: georeference → (where that is not enough) coarse shift, turn and scale over the whole image →
a pyramid of tie points down to full resolution → a local field where that lowers what is left on held-out ground → one
resampling of the after scene, none of the before.
"""

from .register import MAX_RESIDUAL_PX, register, register_files, registered

__all__ = ["MAX_RESIDUAL_PX", "register", "register_files", "registered"]
