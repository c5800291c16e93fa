"""Ask a tracker's node about itself, and listen to its diagnostics."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.srv import GetState
from rcl_interfaces.srv import GetParameters
from rclpy.node import Node
from rclpy.parameter import parameter_value_to_python

from rat_tracker.ros.doctor.observation import Diagnosis
from rat_tracker.ros.doctor.observation import Tracker
from rat_tracker.ros.doctor.question import Question
from rat_tracker.ros.settings import Settings
from rat_tracker.ros.survey.topics import full_name
from rat_tracker.ros.survey.topics import IMAGE_TYPES
from rat_tracker.ros.survey.topics import mismatch

_STATUS = ': tracking'  # ends the name of every tracker's status
_SIM_TIME = 'use_sim_time'
_NAMES = [item.name for item in fields(Settings)]


class TrackerWatch:
    """One tracker's node, whether it is there or not; whoever made our node spins that."""

    def __init__(self, node: Node, tracker: str) -> None:
        self._node = node
        self._name = tracker
        self._state = Question(node, GetState, f'{tracker}/get_state', GetState.Request())
        self._parameters = Question(
            node, GetParameters, f'{tracker}/get_parameters',
            GetParameters.Request(names=[*_NAMES, _SIM_TIME]))
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
        self._state.step()
        self._parameters.step()

    @property
    def present(self) -> bool:
        """Whether the node is in the graph, or has spoken."""
        return self._name in self._diagnoses or self._name in _node_names(self._node)

    @property
    def complete(self) -> bool:
        """Whether it has told everything."""
        return (self._state.answer is not None and self._parameters.answer is not None
                and self._name in self._diagnoses)

    @property
    def others(self) -> tuple[str, ...]:
        """Other trackers: nodes that diagnose tracking, or have the usual name."""
        usual = {name for name in _node_names(self._node) if name.endswith('/tracker_node')}
        return tuple(sorted((usual | self._diagnoses.keys()) - {self._name}))

    @property
    def uses_simulated_time(self) -> bool:
        """Whether it told so."""
        return bool(self._values().get(_SIM_TIME))

    def _values(self) -> dict[str, Any]:
        """Return the values of the parameters that it has."""
        answer = self._parameters.answer
        if answer is None or len(answer.values) != len(_NAMES) + 1:
            return {}
        values = map(parameter_value_to_python, answer.values)
        return dict(zip((*_NAMES, _SIM_TIME), values, strict=True))

    def tracker(self) -> Tracker | None:
        """Return what is known now; None if there is no such node."""
        if not self.present:
            return None
        values = self._values()
        simulated = bool(values.pop(_SIM_TIME, False))
        known = values and None not in values.values()
        topic, type_name, incompatibility = self._subscription()
        state = self._state.answer
        return Tracker(
            None if state is None else str(state.current_state.label),
            Settings(**values) if known else None, simulated, self._diagnoses.get(self._name),
            topic, type_name, incompatibility)

    def _subscription(self) -> tuple[str, str, str]:
        """Return topic and type of the images that it takes, and what does not match."""
        diagnosis = self._diagnoses.get(self._name)
        topic = diagnosis.values.get('image_topic', '') if diagnosis is not None else ''
        if not topic:
            return '', '', ''
        for own in self._node.get_subscriptions_info_by_topic(topic):
            if full_name(own) == self._name and own.topic_type in IMAGE_TYPES:
                faults = [
                    f'{policies} of {full_name(info)}'
                    for info in self._node.get_publishers_info_by_topic(topic)
                    if info.topic_type == own.topic_type
                    and (policies := mismatch(info.qos_profile, own.qos_profile))]
                return topic, str(own.topic_type), ', '.join(faults)
        return topic, '', ''

    def close(self) -> None:
        """Ask no more."""
        self._state.close()
        self._parameters.close()


def _node_names(node: Node) -> set[str]:
    return {f'{namespace.rstrip("/")}/{name}'
            for name, namespace in node.get_node_names_and_namespaces()}
