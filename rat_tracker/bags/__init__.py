"""ROS 2 bags: images out of one, results into another; without ROS."""
