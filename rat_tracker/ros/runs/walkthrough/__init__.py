"""The whole chain, simulated robot to wheels, run once and written down."""
