"""Where the target of an image is, from messages of any library, and the messages that say so."""
