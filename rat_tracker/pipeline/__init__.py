"""What is said about each image, and the messages of it, whichever library makes those."""
