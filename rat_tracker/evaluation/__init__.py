"""Measure how well targets are followed: clips with known boxes, metrics and reports."""
