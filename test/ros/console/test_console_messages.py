"""What ROS reports is said on the page in words for who sits before it."""

from __future__ import annotations

from diagnostic_msgs.msg import DiagnosticStatus

from rat_tracker.ros.console.messages import diagnostics_event


def test_who_has_not_selected_yet_is_told_to_draw() -> None:
    status = DiagnosticStatus(
        level=DiagnosticStatus.WARN, message='no target is selected (the target was cleared); '
                                             'call /tracker_node/set_target')

    event = diagnostics_event(status)

    assert event.level == 'WARN'
    assert event.message == 'no target is selected; draw a box around it on the picture, or tap it'


def test_other_diagnostics_are_passed_on_as_they_are() -> None:
    status = DiagnosticStatus(level=DiagnosticStatus.ERROR, message='the engine is still loading')

    assert diagnostics_event(status).message == 'the engine is still loading'
