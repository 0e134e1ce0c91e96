"""The screens: what is at which address, and the hub that keeps them live."""
