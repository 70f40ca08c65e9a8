"""Reads a prompts folder into a flow, or tells every fault of it at once, with file and line."""

from ivr.content.folder import Sources, read, read_with_sources
from ivr.content.sentences import Kind, Sentence, sentences

__all__ = ["Kind", "Sentence", "Sources", "read", "read_with_sources", "sentences"]
