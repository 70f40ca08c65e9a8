"""What a line has beside its calls, opened from the settings. Loaded only by a line with something to keep."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from ivr.config import Settings
from ivr.desk.ports import Services
from ivr.model.flow import Flow
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import StoredDesk
from ivr.web.desk import desk_pages
from ivr.web.health import Parts


@dataclass(frozen=True, slots=True)
class Beside:
    """The services of a line, the pages that go with them, and what of it can fail without the line failing."""

    storage: Storage
    services: Services
    pages: Blueprint
    parts: Parts


def open_beside(flow: Flow, settings: Settings) -> Beside:
    """Open what the settings ask for. Nothing is connected yet; SettingsFaults says what does not fit."""
    storage = open_storage(settings.database, settings.keys)
    desk = StoredDesk(storage.database)
    services = Services(
        callbacks=StoredCallbacks(storage.database, storage.vault) if settings.callbacks else None,
        desk=desk,
    )
    return Beside(storage, services, desk_pages(flow, settings, storage), {})
