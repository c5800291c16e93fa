"""The page in the browser, and its server; what is behind it is a ``Robot`` (robot.py).

``server.Console(robot, options.ConsoleOptions(...))`` serves it: ``await start()`` returns the
page's address, ``await stop()`` ends. The rest of the package is what these are made of: guard.py
says who may ask, wire.py what is sent, flow_control.py when a picture is due; page/ is the page
itself.
"""
