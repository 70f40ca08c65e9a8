"""The line: a voice menu that reads a patient page aloud and connects callers with people."""
