"""Ask a tracker's node about itself, and listen to its diagnostics."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from typing import TYPE_CHECKING

from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.srv import GetState
from rcl_interfaces.srv import GetParameters
from rclpy.node import Node
from rclpy.parameter import parameter_value_to_python

from rat_tracker.ros.doctor.snapshot import COMPRESSED
from rat_tracker.ros.doctor.snapshot import Diagnosis
from rat_tracker.ros.doctor.snapshot import RAW
from rat_tracker.ros.doctor.snapshot import Tracker
from rat_tracker.ros.repeated_call import RepeatedCall
from rat_tracker.ros.survey.topics import full_name
from rat_tracker.ros.survey.topics import IMAGE_TYPES
from rat_tracker.ros.survey.topics import mismatch
from rat_tracker.ros.topic_types import transport_of
from rat_tracker.ros.topic_types import types_on

if TYPE_CHECKING:  # it brings torch, and seconds of waiting
    from rat_tracker.ros.tracker.settings import TrackerSettings

_STATUS = ': tracking'  # ends the name of every tracker's status
_SIM_TIME = 'use_sim_time'


class TrackerWatch:
    """One tracker's node, whether it is there or not; whoever made our node spins that."""

    def __init__(self, node: Node, tracker: str) -> None:
        self._node = node
        self._name = tracker
        self._state = RepeatedCall(node, GetState, f'{tracker}/get_state', GetState.Request())
        self._sim_time = self._parameters(_SIM_TIME)
        self._settings: RepeatedCall | None = None
        self._diagnoses: dict[str, Diagnosis] = {}
        node.create_subscription(DiagnosticArray, '/diagnostics', self._take, 10)

    def _take(self, message: DiagnosticArray) -> None:
        for status in message.status:
            if status.name.endswith(_STATUS):
                self._diagnoses['/' + status.name.removesuffix(_STATUS)] = Diagnosis(
                    status.level[0], status.message,
                    {item.key: item.value for item in status.values})

    def step(self) -> None:
        """Ask what is not answered yet."""
        for call in self._calls():
            call.step()

    @property
    def present(self) -> bool:
        """Whether the node is in the graph, or has spoken."""
        return self._name in self._diagnoses or self._name in _node_names(self._node)

    @property
    def complete(self) -> bool:
        """Whether all requests have their response."""
        return (all(call.answer is not None for call in self._calls())
                and self._name in self._diagnoses)

    @property
    def unconfigured(self) -> bool:
        """Whether it reports so: its parameters may say why."""
        return self._lifecycle == 'unconfigured'

    def ask_for_settings(self) -> None:
        """Ask for all its parameters; what judges them takes seconds to be imported."""
        from rat_tracker.ros.tracker.settings import TrackerSettings  # noqa: PLC0415

        self._settings = self._parameters(*(item.name for item in fields(TrackerSettings)))

    @property
    def others(self) -> tuple[str, ...]:
        """Other trackers: nodes that diagnose tracking, or have the usual name."""
        usual = {name for name in _node_names(self._node) if name.endswith('/tracker_node')}
        return tuple(sorted((usual | self._diagnoses.keys()) - {self._name}))

    @property
    def diagnosed(self) -> set[str]:
        """All trackers that have spoken."""
        return set(self._diagnoses)

    @property
    def uses_simulated_time(self) -> bool:
        """Whether it reports so."""
        return _values(self._sim_time) == [True]

    @property
    def _lifecycle(self) -> str | None:
        answer = self._state.answer
        return None if answer is None else str(answer.current_state.label)

    def _parameters(self, *names: str) -> RepeatedCall:
        return RepeatedCall(self._node, GetParameters, f'{self._name}/get_parameters',
                        GetParameters.Request(names=names))

    def _calls(self) -> list[RepeatedCall]:
        asked = (self._state, self._sim_time, self._settings)
        return [call for call in asked if call is not None]

    def _known_settings(self) -> TrackerSettings | None:
        """Return the values of its parameters, if it returned them and is a tracker."""
        if self._settings is None:
            return None
        from rat_tracker.ros.tracker.settings import TrackerSettings  # noqa: PLC0415

        values = _values(self._settings)
        known = len(values) == len(fields(TrackerSettings)) and None not in values
        return TrackerSettings(*values) if known else None

    def tracker(self) -> Tracker | None:
        """Return what is known now; None if there is no such node."""
        if not self.present:
            return None
        return Tracker(
            self._lifecycle, self._known_settings(), self.uses_simulated_time,
            self._diagnoses.get(self._name), *self._subscription())

    def _subscription(self) -> tuple[str, str, str, tuple[str, ...]]:
        """Return topic and type of the images that it takes, what does not match, and other types.

        What does not match is the QoS; other types are those that are published there.
        """
        diagnosis = self._diagnoses.get(self._name)
        topic = diagnosis.values.get('image_topic', '') if diagnosis is not None else ''
        if not topic:
            return '', '', '', ()
        here = types_on(self._node, topic)
        for own in self._node.get_subscriptions_info_by_topic(topic):
            if full_name(own) == self._name and own.topic_type in IMAGE_TYPES:
                faults = [
                    f'{policies} of {full_name(info)}'
                    for info in self._node.get_publishers_info_by_topic(topic)
                    if info.topic_type == own.topic_type
                    and (policies := mismatch(info.qos_profile, own.qos_profile))]
                return topic, str(own.topic_type), ', '.join(faults), tuple(
                    kind for kind in here if kind != own.topic_type)
        # It is there, and not discovered yet.
        kind = COMPRESSED if transport_of(topic, COMPRESSED)[1] else RAW
        return topic, kind, '', tuple(other for other in here if other != kind)

    def close(self) -> None:
        """Ask no more."""
        for call in self._calls():
            call.close()


def _values(call: RepeatedCall) -> list[Any]:
    """Return the values of parameters that were asked for; empty before they arrive."""
    answer = call.answer
    return [] if answer is None else list(map(parameter_value_to_python, answer.values))


def _node_names(node: Node) -> set[str]:
    return {f'{namespace.rstrip("/")}/{name}'
            for name, namespace in node.get_node_names_and_namespaces()}
