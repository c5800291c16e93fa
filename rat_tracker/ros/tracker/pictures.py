"""The attention and the overlay, for subscribers: drawn in a thread of their own.

Drawing and sending a picture takes longer than tracking; the next frame does not wait for it. If
results come faster than pictures can be sent, the newest is shown.
"""

from __future__ import annotations

from collections.abc import Callable
import threading

from rclpy.publisher import Publisher
from std_msgs.msg import Header

from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.ros.messages import to_image


class Pictures:
    """Publish pictures of the newest result where somebody subscribes.

    :param attention: publisher of the attention
    :param overlay: publisher of the image with what was found drawn in
    :param failed: called, in the thread, with what went wrong with a picture
    """

    def __init__(
        self, attention: Publisher, overlay: Publisher, failed: Callable[[Exception], None],
    ) -> None:
        self._attention = attention
        self._overlay = overlay
        self._failed = failed
        self._newest: TrackingResult | None = None
        self._closed = False
        self._waiting = threading.Condition()
        # Held while a picture is sent.
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._run, name='pictures', daemon=True)
        self._thread.start()

    def publish(self, result: TrackingResult) -> None:
        """Draw and publish this result next, in place of one that was not begun yet."""
        if self._attention.get_subscription_count() or self._overlay.get_subscription_count():
            with self._waiting:
                self._newest = result
                self._waiting.notify()

    def stop(self) -> None:
        """Forget the newest result; nothing is published after this returns until ``publish``."""
        with self._waiting:
            self._newest = None
        with self._sending:
            pass

    def close(self) -> None:
        """End the thread."""
        with self._waiting:
            self._closed, self._newest = True, None
            self._waiting.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._waiting:
                self._waiting.wait_for(lambda: self._closed or self._newest is not None)
                if self._closed:
                    return
                # From here on stop waits for the picture that has left the slot.
                self._sending.acquire()
                result, self._newest = self._newest, None
            try:
                if result is not None:
                    self._draw(result)
            except Exception as error:  # noqa: BLE001 - a picture must not end the others
                self._failed(error)
            finally:
                self._sending.release()

    def _draw(self, result: TrackingResult) -> None:
        header: Header = result.frame.message.header
        if self._attention.get_subscription_count():
            self._attention.publish(to_image(result.attention(), 'mono8', header))
        if self._overlay.get_subscription_count():
            self._overlay.publish(to_image(result.overlay(), 'bgr8', header))
