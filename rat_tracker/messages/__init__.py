"""Message fields by name, whichever library makes the messages; knows no ROS."""
