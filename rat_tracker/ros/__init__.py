"""The ROS 2 nodes and everything that knows ROS; nothing else in the package imports rclpy."""
