"""Reads a prompts folder into a flow, or tells every fault of it at once, with file and line."""

from ivr.content.folder import Sources, read, read_with_sources

__all__ = ["Sources", "read", "read_with_sources"]
