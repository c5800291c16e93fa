"""Where the target of an image is, from calibration and depth messages of any library."""
