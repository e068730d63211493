"""Drawing by hand: outlines without flaws, snapped, parted and joined; stacks counted slot by slot."""
