"""``tracker_node``: what it takes in and what it publishes."""
