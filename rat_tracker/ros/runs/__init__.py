"""Programs that start nodes in processes of their own."""
