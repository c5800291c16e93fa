"""Follow one target through a camera's images: trackers, engines, evaluation and ROS 2 nodes.

Importing this package needs neither ROS nor a GPU; only ``rat_tracker.ros`` needs ROS 2.
"""

from pkgutil import extend_path

# The generated messages (rat_tracker.msg, rat_tracker.srv) live in the colcon install space; this
# lets them be found when the Python code itself is imported from the source tree.
__path__ = extend_path(__path__, __name__)

__version__ = '0.1.0'
