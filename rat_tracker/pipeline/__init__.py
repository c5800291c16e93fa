"""An image in, a result out: the logic of the tracker node, without ROS."""
