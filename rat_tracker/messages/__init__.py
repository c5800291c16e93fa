"""Write results as messages of any library that takes their fields by name; knows no ROS."""
