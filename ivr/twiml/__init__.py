"""The border to the platform: the only package that imports its library."""
