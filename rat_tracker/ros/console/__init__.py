"""The parts of ``console_node``: the robot behind the page of rat_tracker/console."""
