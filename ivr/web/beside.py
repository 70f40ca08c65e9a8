"""What a line has beside its calls, opened from the settings. Loaded only by a line with something to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Flask

from ivr.config import Settings
from ivr.desk.ports import Services, StoreUnavailable
from ivr.model.flow import Flow
from ivr.storage.callback_list import CallbackList
from ivr.storage.callbacks import StoredCallbacks
from ivr.storage.standing import standing
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import StoredDesk
from ivr.storage.trying import try_writing
from ivr.web.background import EXTENSION, Background, background
from ivr.web.desk import desk_pages
from ivr.web.health import Parts
from ivr.web.metrics import Gauge, Metrics

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
        outbox = self.background.outbox
        return {"store": self._works, "outbox": lambda: not standing(outbox, clock()).troubled}

    def join(self, app: Flask, metrics: Metrics, clock: Clock) -> None:
        """Add the pages, what the server starts in each process, and how callbacks and outbox stand for who watches."""
        app.register_blueprint(self.pages)
        app.extensions[EXTENSION] = self
        metrics.gauges(lambda: self.stands(clock()))

    def stands(self, at: datetime) -> Iterator[Gauge]:
        """How callbacks and outbox stand. Of a store that fails nothing more is asked: it costs one deadline."""
        works = self._works()
        yield Gauge("ivr_store_works", "Whether a callback could be kept.", float(works))
        if not works:
            return
        waiting = CallbackList(self.storage.database, self.storage.vault).open(at)
        yield Gauge("ivr_callbacks_open", "Callbacks that wait.", len(waiting))
        late = sum(bool(each.late_by(at)) for each in waiting)
        yield Gauge("ivr_callbacks_late", "Callbacks that nobody has made in time.", late)
        box = standing(self.background.outbox, at)
        oldest_s = 0.0 if box.oldest_waiting_at is None else (at - box.oldest_waiting_at).total_seconds()
        yield Gauge("ivr_outbox_waiting", "Texts and mails to send.", box.waiting)
        yield Gauge("ivr_outbox_oldest_seconds", "How long the oldest waits.", oldest_s)
        yield Gauge("ivr_outbox_troubles", "Those of a week that did not arrive, or may not have.", box.troubled)

    def start(self) -> None:
        """Begin what runs in this process; the desk is read before the first call comes."""
        self.background.start()
        self.desk.state(datetime.now(UTC))

    def stop(self) -> None:
        """End it, write what waits, and let go of the store."""
        self.background.stop()
        self.desk.stop()
        self.storage.database.close()

    def read_desk(self) -> None:
        """Read what the desk says, in a process that has no server to start it; StoreUnavailable when that fails."""
        self.desk.refresh()

    def _works(self) -> bool:
        try:
            try_writing(self.storage)
        except StoreUnavailable:
            return False
        return True


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
