"""Finds what blocks tracking on this machine; what needs ROS is in ros/doctor."""
