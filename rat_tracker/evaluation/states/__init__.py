"""How honest the states are: clips in which the target goes out of sight, and its states."""
