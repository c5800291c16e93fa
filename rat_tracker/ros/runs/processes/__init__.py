"""What all runs share: processes, a domain of their own, and the harness that holds them."""
