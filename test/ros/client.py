"""The other side of the node: a camera, a user with a mouse and a recorder, in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
import math
import time
from typing import Any

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from lifecycle_msgs.srv import GetState
from rcl_interfaces.msg import Parameter as ParameterMessage
from rcl_interfaces.srv import GetParameters
from rcl_interfaces.srv import SetParameters
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from rclpy.qos import QoSProfile
from rclpy.qos import ReliabilityPolicy
from sensor_msgs.msg import CompressedImage
from sensor_msgs.msg import Image as ImageMessage
from std_msgs.msg import Header
from std_srvs.srv import Trigger

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.msg import Selection
from rat_tracker.msg import Target
from rat_tracker.pipeline.selection import MOMENT
from rat_tracker.ros.messages import nanoseconds
from rat_tracker.ros.messages import to_box
from rat_tracker.ros.messages import to_image
from rat_tracker.ros.messages import to_stamp
from rat_tracker.srv import SetTarget

NODE = '/tracker_node'
FRAME_ID = 'camera_optical_frame'
PATIENCE = 60.0  # seconds; discovery has been seen to take more than six on a busy machine
_RESEND = 2.0  # seconds without an answer after which an image is taken for lost
_CALL_AGAIN = 15.0  # and a call: a node that only stands still for a moment shall not get it twice
_DEPTH = 100  # messages that wait while this process stands still
_PERIOD = 33_333_333  # nanoseconds from one image's stamp to the next
ACTIVATE = Transition(id=Transition.TRANSITION_ACTIVATE)
CONFIGURE = Transition(id=Transition.TRANSITION_CONFIGURE)
DEACTIVATE = Transition(id=Transition.TRANSITION_DEACTIVATE)
CLEANUP = Transition(id=Transition.TRANSITION_CLEANUP)


class Client:
    """Everything waits on a condition and fails, saying which, when it does not come true."""

    def __init__(self, domain: int) -> None:
        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=domain)
        self.node = rclpy.create_node('client', context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)
        self._start = self._latest = time.time_ns()
        self._clients: dict[str, Any] = {}
        self._greetings: dict[str, Any] = {}
        self.cameras: dict[str, Any] = {}
        self.received: defaultdict[str, list[Any]] = defaultdict(list)
        self.subscribe(Target, f'{NODE}/target')
        self.subscribe(Selection, f'{NODE}/selection')
        # Last: whoever is heard on it knows the others as well; see meet().
        self.subscribe(DiagnosticArray, '/diagnostics')

    def close(self) -> None:
        """Leave the domain."""
        self._executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()

    # Waiting

    def wait(self, what: str, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Spin until the condition is true and return its value."""
        end = time.monotonic() + patience
        while not (value := condition()):
            assert time.monotonic() < end, f'waited {patience:g} s in vain for {what}'
            self._executor.spin_once(timeout_sec=0.02)
        return value

    def insist(
        self, what: str, act: Callable[[], object], condition: Callable[[], Any],
        period: float = _RESEND,
    ) -> Any:
        """Act, again in every period, until the condition is true; return its value."""
        again = 0.0

        def value() -> Any:
            nonlocal again
            if not (found := condition()) and time.monotonic() > again:
                act()
                again = time.monotonic() + period
            return found
        return self.wait(what, value)

    def discover(self, name: str) -> None:
        """Wait until the graph knows a node, and with it what the node offers."""
        self.wait(f'{name} in the graph', lambda: name in self.node.get_node_names())

    def meet(self, node: str = NODE) -> None:
        """Wait until a node knows every topic and service that this client has by now.

        It learns of them in the order in which they were made, so whoever answers on what was made
        last knows them all. Before, what it publishes and responds may be lost.
        """
        self._greetings.pop(node, None)
        self._greet(node)

    def _greet(self, node: str) -> None:
        service = f'{node}/get_parameters'
        if node not in self._greetings:
            self._greetings[node] = self.node.create_client(GetParameters, service)
        greeting = self._greetings[node]
        self.wait(f'the service {service}', greeting.service_is_ready)
        self._response(greeting, GetParameters.Request(), _RESEND)

    def spin(self) -> None:
        """Give what has come in meanwhile a turn."""
        self._executor.spin_once(timeout_sec=0.005)

    # Topics

    def subscribe(self, kind: type, topic: str) -> Any:
        """Collect every message of a topic."""
        return self.node.create_subscription(kind, topic, self.received[topic].append, _DEPTH)

    def targets(self, index: int) -> list[Any]:
        """Return the results for the image of this number."""
        stamp = self.stamp(index)
        return [target for target in self.received[f'{NODE}/target']
                if target.header.stamp == stamp]

    def diagnosis(self) -> tuple[str, dict[str, str]]:
        """Return the newest diagnostics' message and values."""
        messages = self.received['/diagnostics']
        if not messages:
            return '', {}
        status = messages[-1].status[0]
        return status.message, {item.key: item.value for item in status.values}

    def value(self, key: str) -> str:
        """Return a value of the newest diagnostics, empty while there are none."""
        return self.diagnosis()[1].get(key, '')

    # The camera

    def begin(self) -> None:
        """Count the images from 0 again, ten seconds after the last one, and forget all answers.

        The newest diagnostics stay: they come but once a second.
        """
        self._start = max(time.time_ns(), self._latest + 10_000_000_000)
        for topic, messages in self.received.items():
            if topic != '/diagnostics':
                messages.clear()

    def stamp(self, index: int) -> Time:
        """Return the stamp of the image of this number."""
        return to_stamp(self._start + index * _PERIOD)

    def camera(self, topic: str = '/image_raw', *, kind: type = ImageMessage,
               reliability: ReliabilityPolicy = ReliabilityPolicy.BEST_EFFORT) -> Any:
        """Return the publisher of a topic, once the node listens to it."""
        if topic not in self.cameras:
            self.cameras[topic] = self.node.create_publisher(
                kind, topic, QoSProfile(depth=1, reliability=reliability))
        publisher = self.cameras[topic]
        self.wait(f'a subscription to {topic}', publisher.get_subscription_count)
        return publisher

    def remove_camera(self, topic: str = '/image_raw') -> None:
        """Stop to publish a topic."""
        self.node.destroy_publisher(self.cameras.pop(topic))

    def header(self, index: int) -> Header:
        """Return the header of the image of this number."""
        self._latest = max(self._latest, nanoseconds(self.stamp(index)))
        return Header(stamp=self.stamp(index), frame_id=FRAME_ID)

    def send(self, index: int, image: Image) -> None:
        """Publish an image as ``bgr8``."""
        self.camera().publish(to_image(image, 'bgr8', self.header(index)))

    def send_compressed(self, index: int, data: bytes) -> None:
        """Publish the bytes of a compressed image."""
        self.camera('/image_raw/compressed', kind=CompressedImage).publish(
            CompressedImage(header=self.header(index), format='jpeg', data=data))

    def target(self, index: int) -> Any:
        """Wait for the target in an image."""
        return self.wait(f'a result for image {index}', lambda: self.targets(index))[-1]

    def show(self, index: int, image: Image) -> Any:
        """Publish an image and return the target in it."""
        return self.resend(index, lambda: self.send(index, image))

    def resend(self, index: int, send: Callable[[], None]) -> Any:
        """Send an image until the node has a result for it, and return that.

        Best effort loses an image now and then, above all before both sides know each other.
        """
        return self.insist(f'a result for image {index}', send, lambda: self.targets(index))[-1]

    # Services

    def call(self, kind: type, name: str, request: Any, *, repeat: bool = True) -> Any:
        """Call a service of a node and return its response.

        :param repeat: whether the node may be asked again when it does not respond for long
        """
        client = self._service(kind, name)
        self.wait(f'the service {name}', client.service_is_ready)
        self._greet(name.rpartition('/')[0])
        return self._response(client, request, _CALL_AGAIN if repeat else math.inf)

    def ask(self, kind: type, name: str, request: Any) -> Any:
        """Call a service and return the future response."""
        if name not in self._clients:
            client = self._service(kind, name)
            self.wait(f'the service {name}', client.service_is_ready)
            self._greet(name.rpartition('/')[0])
        return self._clients[name].call_async(request)

    def _response(self, client: Any, request: Any, patience: float) -> Any:
        """Call a service, again after each so many seconds in vain, and return the response."""
        futures: list[Any] = []
        return self.insist(
            f'a response of {client.srv_name}',
            lambda: futures.append(client.call_async(request)),
            lambda: next((future for future in futures if future.done()), None),
            patience).result()

    def _service(self, kind: type, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = self.node.create_client(kind, name)
            self._greetings.clear()
        return self._clients[name]

    def select(self, box: Box, index: int | None = None, frame_id: str = '') -> Any:
        """Select a target on the image of this number, else on the newest."""
        return self.set_target(index, frame_id, box=to_box(box))

    def set_target(self, index: int | None = None, frame_id: str = '', **fields: Any) -> Any:
        """Select a target in any way on the image of this number, else on the newest."""
        request = SetTarget.Request(**fields)
        request.header.frame_id = frame_id
        if index is not None:
            request.header.stamp = self.stamp(index)
        return self.call(SetTarget, f'{NODE}/set_target', request)

    def await_another_moment(self) -> None:
        """Let so much time pass that the next selection is made in knowledge of the last."""
        end = time.monotonic() + 2 * MOMENT
        self.wait('another moment', lambda: time.monotonic() > end)

    def await_selection(self, what: str, **fields: Any) -> Any:
        """Wait for the first message on ``~/selection`` with these values."""
        return self.wait(what, lambda: next(
            (message for message in self.received[f'{NODE}/selection']
             if all(getattr(message, name) == value for name, value in fields.items())), None))

    def clear(self) -> Any:
        """Give up the target."""
        return self.call(Trigger, f'{NODE}/clear_target', Trigger.Request())

    def change_state(self, transition: Transition) -> bool:
        """Ask for a transition and return whether it succeeded."""
        request = ChangeState.Request(transition=transition)
        return bool(self.call(
            ChangeState, f'{NODE}/change_state', request, repeat=False).success)

    def lifecycle(self) -> str:
        """Return the node's lifecycle state."""
        return str(self.call(GetState, f'{NODE}/get_state', GetState.Request())
                   .current_state.label)

    def set_parameter(self, name: str, value: object) -> Any:
        """Change one parameter and return the node's verdict."""
        message: ParameterMessage = Parameter(name, value=value).to_parameter_msg()
        return self.call(SetParameters, f'{NODE}/set_parameters',
                         SetParameters.Request(parameters=[message])).results[0]

    def ready(self, patience: float = PATIENCE) -> None:
        """Wait until the node is active and its engine is loaded."""
        self.wait('an active node with its engine loaded', lambda: (
            self.value('lifecycle') == 'active'
            and self.value('engine') not in ('', 'none', 'loading')), patience)


def age(target: Any) -> int:
    """Return a target's age in nanoseconds."""
    return nanoseconds(target.age)
