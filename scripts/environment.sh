# Source this file (bash or zsh, from any directory) to use what `make` set up:
#     . scripts/environment.sh
# Sourcing it twice changes nothing. A ROS 2 installation that was sourced before stays in use.

_rat_file=${BASH_SOURCE:-$0}
_rat_root=$(CDPATH= cd -- "$(dirname -- "$_rat_file")/.." && pwd)
_rat_install=$_rat_root/.colcon/install/rat_tracker
if [ ! -d "$_rat_root/.venv" ]; then
    echo "$_rat_root/.venv is not there: run \`make build\` first" >&2
    return 1
fi

# _rat_prepend VARIABLE DIRECTORY: put DIRECTORY first in a colon-separated list.
_rat_prepend() {
    eval "_rat_list=\${$1:-}"
    case ":$_rat_list:" in
        *":$2:"*) ;;
        *) export "$1=$2${_rat_list:+:$_rat_list}" ;;
    esac
}

export VIRTUAL_ENV="$_rat_root/.venv"
_rat_prepend PATH "$VIRTUAL_ENV/bin"
_rat_prepend PATH "$_rat_install/bin"

# ROS 2 from wheels lies in .venv; with a ROS 2 installation it does not, and nothing is set here.
if [ -d "$VIRTUAL_ENV/share/rclpy" ]; then
    _rat_prepend AMENT_PREFIX_PATH "$VIRTUAL_ENV"
    _rat_prepend CMAKE_PREFIX_PATH "$VIRTUAL_ENV"
    export ROS_DISTRO=jazzy ROS_VERSION=2 ROS_PYTHON_VERSION=3
fi
_rat_prepend AMENT_PREFIX_PATH "$_rat_install"

# The libraries of our messages. python itself finds those of the wheels.
_rat_prepend LD_LIBRARY_PATH "$_rat_install/lib"

# The generated messages, and before them the source tree, so that a changed or new module counts
# at once; rat_tracker/__init__.py joins the two.
for _rat_python in "$VIRTUAL_ENV"/lib/python3*; do
    _rat_prepend PYTHONPATH "$_rat_install/lib/${_rat_python##*/}/site-packages"
done
_rat_prepend PYTHONPATH "$_rat_root"

# Nothing leaves this machine, and images go through shared memory of sufficient size.
export ROS_AUTOMATIC_DISCOVERY_RANGE="${ROS_AUTOMATIC_DISCOVERY_RANGE:-LOCALHOST}"
export FASTRTPS_DEFAULT_PROFILES_FILE="${FASTRTPS_DEFAULT_PROFILES_FILE:-$_rat_root/config/fastdds.xml}"

unset -f _rat_prepend
unset _rat_file _rat_root _rat_install _rat_list _rat_python
