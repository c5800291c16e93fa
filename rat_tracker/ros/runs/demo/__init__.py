"""The demonstration: a clip played as a camera, followed by the node, and the results as files."""
