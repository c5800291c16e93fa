"""A robot, a person and some walls, for a try without any of them; only the nodes know ROS."""
