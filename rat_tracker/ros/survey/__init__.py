"""Which image topics exist, and what comes on them."""
