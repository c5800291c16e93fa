"""What the doctor checks in a running ROS 2 system."""
