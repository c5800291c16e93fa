# README.md's "On a robot" on the official image of ROS 2 Jazzy:
#     docker build -t rat_tracker .
#     docker run --rm --network host --ipc host rat_tracker
# --network host lets it hear a camera driver outside of the container, --ipc host lets it reach the
# driver's shared memory. What follows the image's name is run in place of the last line's command.
FROM ros:jazzy

SHELL ["/bin/bash", "-c"]
# Ubuntu has what makes virtual environments in packages of their own.
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip python3-venv

RUN python3 -m venv --system-site-packages ~/rat_tracker_venv
# What `. ~/rat_tracker_venv/bin/activate` does, for all that follows.
ENV VIRTUAL_ENV=/root/rat_tracker_venv PATH=/root/rat_tracker_venv/bin:$PATH
# In place of `git clone`.
COPY . /root/ws/src/rat_tracker
WORKDIR /root/ws/src
RUN pip install --no-cache-dir -r rat_tracker/requirements/runtime.txt
WORKDIR /root/ws
RUN rosdep install --from-paths src --ignore-src -y
RUN source /opt/ros/jazzy/setup.bash && colcon build

# The image's own entry point sources ROS.
ENTRYPOINT ["/ros_entrypoint.sh", "bash", "-c", "source install/setup.bash && exec \"$@\"", "bash"]
CMD ["ros2", "launch", "rat_tracker", "tracker.launch.py", "camera:=/camera"]
