"""The webhook and the pages: the only package that imports Flask."""
