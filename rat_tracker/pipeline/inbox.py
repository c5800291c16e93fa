"""What the executor hands to the worker: the newest image, and what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
import threading

from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.frame_buffer import FrameBuffer
from rat_tracker.pipeline.selection import Selection


@dataclass(frozen=True, slots=True)
class Clear:
    """Give up the target."""

    reason: str


@dataclass(frozen=True, slots=True)
class TimeJump:
    """The images' stamps jumped back by this many seconds."""

    seconds: float


Command = Selection | Clear | TimeJump


class Inbox:
    """Keep the newest image only, older ones for selection, and the requests in their order."""

    def __init__(
        self, seconds: float, max_bytes: int, display_range: DisplayRange | None = None,
    ) -> None:
        """Begin empty.

        :param display_range: of the images that come in; None: one that nobody is told of
        """
        self.display_range = display_range or DisplayRange()
        self._changed = threading.Condition()
        self._frames = FrameBuffer(seconds, max_bytes)
        self._unread: Frame | None = None
        self._commands: list[Command] = []
        self._closed = False

    def resize(self, seconds: float, max_bytes: int) -> None:
        """Change how many seconds and bytes of images are kept."""
        with self._changed:
            self._frames.resize(seconds, max_bytes)

    def push_frame(self, frame: Frame) -> float:
        """Make this the image to work on next.

        :returns: the seconds by which the stamps jumped back, else 0
        :raises LateImage: a newer one came before it
        """
        with self._changed:
            jump = self._frames.append(frame)
            if jump:
                self._commands.append(TimeJump(jump))
            self._unread = frame
            self._changed.notify()
        return jump

    def push_request(self, request: Selection | Clear) -> None:
        """Ask the worker for this; whatever was asked for earlier and not begun is void."""
        with self._changed:
            self._commands = [request]
            self._changed.notify()

    def pop(self) -> Command | Frame | None:
        """Wait for and return the next request, else the newest image; None once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._commands or self._unread)
            if self._closed:
                return None
            if self._commands:
                return self._commands.pop(0)
            frame, self._unread = self._unread, None
            return frame

    @property
    def interrupted(self) -> bool:
        """Whether the worker should let go of what it does now."""
        with self._changed:
            return self._closed or bool(self._commands)

    @property
    def clear_requested(self) -> bool:
        """Whether the target is to be given up as soon as the worker comes to it."""
        with self._changed:
            return any(isinstance(command, Clear) for command in self._commands)

    def frame_at(self, stamp: int) -> Frame:
        """Return the image of a stamp in nanoseconds; see ``FrameBuffer.at``."""
        with self._changed:
            return self._frames.at(stamp)

    def frame_behind(self, seconds: float) -> Frame:
        """Return the image this far behind the newest; see ``FrameBuffer.behind``."""
        with self._changed:
            return self._frames.behind(seconds)

    def frames_after(self, sequence: int) -> list[Frame]:
        """Return the images that came after the one of this number, oldest first."""
        with self._changed:
            return self._frames.after(sequence)

    def mark_read(self, frame: Frame) -> None:
        """Say that this image was worked on, in case it is the one to work on next."""
        with self._changed:
            if self._unread is frame:
                self._unread = None

    def empty(self) -> None:
        """Forget all images and requests."""
        with self._changed:
            self._frames.clear()
            self._unread = None
            self._commands = []
        self.display_range.forget()

    def close(self) -> None:
        """Let the worker return."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    @property
    def kept(self) -> tuple[int, int]:
        """The number of images kept and their bytes."""
        with self._changed:
            return len(self._frames), self._frames.bytes
