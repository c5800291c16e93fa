"""Box against box, and what the benchmarks of the field make of it."""
