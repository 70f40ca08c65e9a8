"""Reads a prompts folder into a flow, or tells every fault of it at once, with file and line."""

from ivr.content.approvals import with_approval
from ivr.content.folder import APPROVALS, Folder, Sources, read, read_folder, read_with_sources
from ivr.content.heard import approved_in, heard_words, names_of_words, sections_of
from ivr.content.sentences import Kind, Sentence, sentences

__all__ = [
    "APPROVALS",
    "Folder",
    "Kind",
    "Sentence",
    "Sources",
    "approved_in",
    "heard_words",
    "names_of_words",
    "read",
    "read_folder",
    "read_with_sources",
    "sections_of",
    "sentences",
    "with_approval",
]
