"""Measure how well targets are followed: clips with known boxes, figures and reports."""
