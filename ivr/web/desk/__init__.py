"""The schedulers' desk in the browser: who asked to be called back, the switch, the people, the trail."""

from ivr.web.desk.pages import desk_pages

__all__ = ["desk_pages"]
