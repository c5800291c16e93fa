#!/usr/bin/env bash
# Profile rat on an NVIDIA GPU with every engine that there is, for one target and for eight.
#
#     scripts/profile_gpu.sh FILE
#
# What is printed goes to FILE, too. An engine that cannot run here says why, and the others go on;
# the exit code is 0 if any of them ran.

set -uo pipefail

mkdir -p "$(dirname "$1")"
{
    ran=1
    for choice in 'torch float32' 'torch float16' 'tensorrt float16' 'tensorrt_rtx float16'; do
        options="--engine ${choice% *} --precision ${choice#* }"
        echo "rat_tracker profile --device cuda $options --targets 8"
        # Built beforehand, so that no profile begins while an engine is being built.
        if [[ $choice == torch* ]] || rat_tracker engine build $options; then
            rat_tracker profile --device cuda $options --targets 8 && ran=0
        fi
        echo
    done
    exit $ran
} 2>&1 | tee "$1"
