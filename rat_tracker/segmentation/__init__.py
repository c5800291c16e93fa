"""The box around a point that somebody clicked on; knows no ROS."""
