"""ROS 2 bags: images out of one, what the tracker says of them into another; without ROS."""
