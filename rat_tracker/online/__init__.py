"""What learns while tracking: filters, kernels, and the memory that they learn from."""
