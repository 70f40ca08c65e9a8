"""The telephone in the browser: a keypad with which to call the line on this machine, through the strict telephone.

The server interprets and signs. A page carries only the sealed story of its call, what was set and what was pressed
when; each request plays it again from the start, which gives the same call, because a call depends on nothing else.
"""

from ivr.web.telephone.routes import telephone

__all__ = ["telephone"]
