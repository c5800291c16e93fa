"""The response of a service that could not do what it was asked for."""

from __future__ import annotations

from typing import Any

from rcl_interfaces.msg import SetParametersResult
from rcl_interfaces.srv import SetParameters
from rcl_interfaces.srv import SetParametersAtomically


def refuse(request: Any, response: Any, reason: str) -> Any:
    """Return the response that refuses a request, with the reason where there is room for one.

    Of the services that we know, what is not filled in refuses: ``success`` and ``accepted`` are
    false, lists are empty.

    :param response: as far as the service had filled it in
    """
    refused = SetParametersResult(successful=False, reason=reason)
    if isinstance(response, SetParameters.Response):
        # Parameters are set one after the other: those that have a result stay as they are.
        missing = len(request.parameters) - len(response.results)
        response.results = [*response.results, *[refused] * missing]
        return response
    response = type(response)()
    if isinstance(response, SetParametersAtomically.Response):
        response.result = refused
    elif hasattr(response, 'message'):
        response.message = reason
    return response
