"""What the doctor looks at in a running ROS 2 system."""
