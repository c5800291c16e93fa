"""The parts of ``follower_node``: from what the tracker says to velocities."""
