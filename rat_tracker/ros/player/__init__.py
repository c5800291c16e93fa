"""``clip_player``: a video, a folder of images or a camera as a ROS camera."""
