"""Any tracker behind the TraX protocol, which VOT's evaluation program speaks."""
