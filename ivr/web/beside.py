"""What a line has beside its calls, opened from the settings. Loaded only by a line with something to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Flask

from ivr.config import Settings
from ivr.desk.ports import Services
from ivr.model.flow import Flow
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.outbox import Outbox
from ivr.storage.standing import standing
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import StoredDesk
from ivr.web.background import EXTENSION, Background, background
from ivr.web.desk import desk_pages
from ivr.web.health import Parts
from ivr.web.metrics import Metrics

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Beside:
    """The services of a line, the pages that go with them, and what runs beside its answers in each process."""

    storage: Storage
    services: Services
    pages: Blueprint
    background: Background
    desk: StoredDesk

    def parts(self, clock: Clock) -> Parts:
        """What can fail without the line failing."""
        keeping = StoredCallbacks(self.storage.database, self.storage.vault)
        return {"store": lambda: keeping.ask() is None, "outbox": lambda: not standing(self._outbox, clock()).troubles}

    def join(self, app: Flask, metrics: Metrics, clock: Clock) -> None:
        """Add the pages, what the server starts in each process, and how callbacks and outbox stand for who watches."""
        app.register_blueprint(self.pages)
        app.extensions[EXTENSION] = self
        waiting = CallbackList(self.storage.database, self.storage.vault)
        outbox = self._outbox
        metrics.gauge("ivr_callbacks_open", "Callbacks that wait.", lambda: len(waiting.open(clock())))
        metrics.gauge("ivr_callbacks_late", "Callbacks whose promise has passed.", lambda: _late(waiting, clock()))
        metrics.gauge("ivr_outbox_waiting", "Texts and mails to send.", lambda: standing(outbox, clock()).waiting)
        metrics.gauge("ivr_outbox_oldest_seconds", "How long the oldest waits.", lambda: _oldest_s(outbox, clock()))

    def start(self) -> None:
        """Begin what runs in this process; the desk is read before the first call comes."""
        self.background.start()
        self.desk.state(datetime.now(UTC))

    def stop(self) -> None:
        """End it, and write what waits."""
        self.background.stop()

    def read_desk(self) -> None:
        """Read what the desk says, in a process that has no server to start it; StoreUnavailable when that fails."""
        self.desk.refresh()

    @property
    def _outbox(self) -> Outbox:
        return self.background.outbox


def open_beside(flow: Flow, settings: Settings) -> Beside:
    """Open what the settings ask for. Nothing is connected yet; SettingsFaults says what does not fit."""
    storage = open_storage(settings.database, settings.keys)
    runs = background(flow, settings, storage)
    desk = StoredDesk(storage.database)
    services = Services(
        callbacks=StoredCallbacks(storage.database, storage.vault) if settings.callbacks else None,
        texts=runs.texts,
        desk=desk,
        tally=runs.tally,
    )
    return Beside(storage, services, desk_pages(flow, settings, storage), runs, desk)


def _late(waiting: CallbackList, at: datetime) -> int:
    return sum(bool(each.late_by(at)) for each in waiting.open(at))


def _oldest_s(outbox: Outbox, at: datetime) -> float:
    oldest = standing(outbox, at).oldest_waiting_at
    return 0.0 if oldest is None else (at - oldest).total_seconds()
