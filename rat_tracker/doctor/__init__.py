"""Finds what stands in the way of tracking on this machine; what needs ROS is in ros/doctor."""
