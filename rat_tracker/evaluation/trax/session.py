"""A TraX session: one client, one tracker, one target at a time.

The server says ``hello``. The client says ``initialize`` and a region, then ``frame`` and an
image, again and again; the first frame is the one that the region is from. Each frame is answered
with ``state``, the box and how sure the tracker is. An empty ``initialize`` ends the tracking of
the target before. This is version 4 of the protocol, as vot-toolkit 0.7.4 speaks it.
"""

from __future__ import annotations

from rat_tracker.evaluation.trax.arguments import format_box
from rat_tracker.evaluation.trax.arguments import IMAGE_FORMATS
from rat_tracker.evaluation.trax.arguments import parse_region
from rat_tracker.evaluation.trax.arguments import read_image
from rat_tracker.evaluation.trax.arguments import REGION_FORMATS
from rat_tracker.evaluation.trax.errors import in_one_line
from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.evaluation.trax.messages import Message
from rat_tracker.evaluation.trax.transport import Transport
from rat_tracker.evaluation.vot.regions import startable
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import engine_of
from rat_tracker.tracker import Tracker

_VERSION = '4'


class Session:
    """Serve one client to the end.

    :param name: what the tracker is called
    """

    def __init__(self, tracker: Tracker, name: str, transport: Transport) -> None:
        self._tracker = tracker
        self._name = name
        self._transport = transport
        self._selected: Box | None = None  # waits for its frame
        self._tracking = False

    def run(self) -> None:
        """Answer until the client says ``quit``.

        :raises TraxError: why the session was ended before; the client was told
        """
        try:
            self._transport.send(self._hello())
            for message in self._transport.messages():
                if message.name == 'quit':
                    return
                self._answer(message)
            raise TraxError('the client closed the connection and did not say quit')
        except TraxError as error:
            self._report_reason(str(error))
            raise
        # Whatever a tracker or a library raises: the client waits for an answer.
        except Exception as error:
            reason = in_one_line(error)
            self._report_reason(reason)
            raise TraxError(reason) from error

    def _hello(self) -> Message:
        return Message('hello', (), {
            'trax.version': _VERSION,
            'trax.name': self._name,
            'trax.description': f'rat_tracker serving {self._name}, {engine_of(self._tracker)}',
            'trax.region': ''.join(f'{name};' for name in REGION_FORMATS),
            'trax.image': ''.join(f'{name};' for name in IMAGE_FORMATS),
            'trax.channels': 'color;',
        })

    def _answer(self, message: Message) -> None:
        if message.name == 'initialize':
            self._initialize(message.arguments)
        elif message.name == 'frame':
            self._frame(message.arguments)
        else:
            raise TraxError(f'unexpected message {message.name!r}; a client says initialize, '
                            'frame or quit')

    def _initialize(self, arguments: tuple[str, ...]) -> None:
        if not arguments:
            self._selected, self._tracking = None, False
        elif len(arguments) == 1:
            if self._selected is not None or self._tracking:
                raise TraxError('one target is tracked at a time; send an initialize without '
                                'anything to give up the last one')
            self._selected = parse_region(arguments[0])
        else:
            raise TraxError(f'initialize has {len(arguments)} arguments; give the region, and '
                            'its image as a frame')

    def _frame(self, arguments: tuple[str, ...]) -> None:
        if len(arguments) != 1:
            raise TraxError(f'frame has {len(arguments)} arguments; give one colour image')
        if self._selected is not None:
            box, self._selected = self._selected, None
            self._start(read_image(arguments[0]), box)
        elif self._tracking:
            self._track(read_image(arguments[0]))
        else:
            raise TraxError("unexpected message 'frame': no target was given; send initialize")

    def _start(self, image: Image, box: Box) -> None:
        try:
            box = startable(box, image.shape[1], image.shape[0])
            self._tracker.init(image, box)
        except ValueError as error:
            raise TraxError(str(error)) from error
        self._tracking = True
        self._state(box, 1.0)

    def _track(self, image: Image) -> None:
        try:
            result = self._tracker.track(image)
        except ValueError as error:
            raise TraxError(str(error)) from error
        self._state(result.box, result.score)

    def _state(self, box: Box, score: float) -> None:
        self._transport.send(
            Message('state', (format_box(box),), {'confidence': f'{score:.6g}'}))

    def _report_reason(self, reason: str) -> None:
        try:
            self._transport.send(Message('quit', (), {'trax.reason': reason}))
        except TraxError:
            # Nobody is there to hear it; whoever started us is told on standard error.
            return
