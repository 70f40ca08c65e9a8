"""Reading one file of a prompts folder as text, and nothing that is not plainly such a file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ivr.content.found import Found

MOST_BYTES = 256 * 1024  # a thousand times what a prompt needs: beyond it, it is some other file by mistake


def read_text(folder: Path, name: str, found: Found) -> str | None:
    """The text of a file, its lines ended by a bare newline and its accents composed; None after a fault was noted.

    Raises OSError for a file that is there and may not be read.
    """
    at = found.at(name)
    path = folder / name
    if path.is_symlink():
        at.fault("This is a link to another file.", "Put the file itself here.")
        return None
    if not path.exists():
        at.fault("There is no such file.", "Add it: the line cannot be read without it.")
        return None
    if not path.is_file():
        at.fault("This is not a file.", "Put a text file with this name here.")
        return None
    return _decoded(path, name, found)


def _decoded(path: Path, name: str, found: Found) -> str | None:
    at = found.at(name)
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        at.fault("The file is larger than 256 kB.", "A prompt is far smaller: put the right file here.")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = raw.count(b"\n", 0, refused.start) + 1
        at.on(line).fault("There are letters here that are not in UTF-8.", 'Save the file again as "UTF-8".')
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
