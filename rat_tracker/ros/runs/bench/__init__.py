"""The benchmark of the way through ROS: camera, tracker node, subscriber."""
