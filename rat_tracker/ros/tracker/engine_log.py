"""The engines' messages in Python's log, passed on to the node's."""

from __future__ import annotations

import logging

from rclpy.node import Node


class EngineLog(logging.Handler):
    """Take the messages of ``rat_tracker.engines`` to a node's log until this is closed."""

    def __init__(self, node: Node) -> None:
        super().__init__(logging.INFO)
        self._node = node
        self._source = logging.getLogger('rat_tracker.engines')
        # Of several nodes in one process the last to be closed restores the level.
        others = self._others()
        self._level: int = others[0]._level if others else self._source.level
        if self._source.getEffectiveLevel() > logging.INFO:
            self._source.setLevel(logging.INFO)
        self._source.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if not self._node.context.ok():  # it is being shut down, and there is nobody to tell
            return
        logger, message = self._node.get_logger(), self.format(record)
        # rclpy wants each line of code to log with one severity for ever.
        if record.levelno >= logging.ERROR:
            logger.error(message)
        elif record.levelno >= logging.WARNING:
            logger.warning(message)
        else:
            logger.info(message)

    def close(self) -> None:
        self._source.removeHandler(self)
        if not self._others():
            self._source.setLevel(self._level)
        super().close()

    def _others(self) -> list[EngineLog]:
        return [handler for handler in self._source.handlers if isinstance(handler, EngineLog)]
