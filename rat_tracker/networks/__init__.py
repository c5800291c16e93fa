"""Torch modules without tracking state."""
