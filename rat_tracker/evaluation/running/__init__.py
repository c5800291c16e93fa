"""Trackers on sequences: one run, many runs, and what came of them on disk."""
