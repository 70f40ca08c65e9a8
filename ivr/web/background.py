"""What runs beside the answers in every process: counting, sending, notices, forgetting. Brought together at start.

Nothing runs until the server starts it in a process of its own: see `gunicorn.conf.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.config import Settings
from ivr.desk.background import Job, Jobs
from ivr.desk.text_words import written as with_link
from ivr.model.flow import Flow
from ivr.model.speech import written
from ivr.storage.notices import Notices
from ivr.storage.outbox import MAIL, TEXT, Outbox
from ivr.storage.purge import Purge
from ivr.storage.sending import Carrier, QueuedTexts, Sender
from ivr.storage.standing import CeilingWatch
from ivr.storage.store import Storage
from ivr.storage.tally import StoredTally

EXTENSION = "ivr.background"  # its name among the extensions of the application

_SEND_EVERY_S = 3.0
_NOTICE_EVERY_S = 15.0
_FORGET_EVERY_S = 10.0  # a number goes a minute after it is done, and so not two
_TIDY_EVERY_S = 60.0
_FLUSH_S = 5.0


@dataclass(frozen=True)
class Background:
    """The tally and the texts for the application's services, and the jobs of every process."""

    tally: StoredTally
    texts: QueuedTexts | None  # None where callers cannot ask for one
    outbox: Outbox
    jobs: Jobs

    def start(self) -> None:
        """Begin the jobs of this process. What is counted and asked for begins by itself."""
        self.jobs.start()

    def stop(self) -> None:
        """End the jobs between two sends, and write what waits in this process; a server may wait 30 s for both."""
        self.jobs.stop()
        if self.texts is not None:
            self.texts.flush(_FLUSH_S)
        self.tally.flush(_FLUSH_S)  # last, because what was sent is counted too


def background(
    flow: Flow, settings: Settings, storage: Storage, more: Sequence[Job] = (), *, api_url: str = ""
) -> Background:
    """Bring it together, with `more` jobs of others; SettingsFaults when the words of the text do not fit.

    `api_url` is where the REST API is, if not at the platform: no setting says so.
    """
    tally, outbox = StoredTally(storage.database), Outbox(storage)
    ceiling, purge = CeilingWatch(outbox), Purge(storage.database, flow.line.hours)
    carriers = _carriers(flow, settings, api_url)
    jobs = [
        Job("send", _SEND_EVERY_S, Sender(outbox, carriers, tally).send_one),
        Job("tidy", _TIDY_EVERY_S, outbox.tidy),
        Job("ceiling", _TIDY_EVERY_S, ceiling.look),
        Job("purge", _TIDY_EVERY_S, purge.do),
        Job("forget", _FORGET_EVERY_S, purge.forget_done),
    ]
    if MAIL in carriers:
        jobs.append(Job("notices", _NOTICE_EVERY_S, Notices(storage.database).notice))
    texts = QueuedTexts(outbox, tally, ceiling) if TEXT in carriers else None
    return Background(tally, texts, outbox, Jobs((*jobs, *more)))


def _carriers(flow: Flow, settings: Settings, api_url: str) -> dict[str, Carrier]:
    carriers = {TEXT: _text(flow, settings, api_url), MAIL: _mail(settings)}
    return {kind: carrier for kind, carrier in carriers.items() if carrier is not None}


def _text(flow: Flow, settings: Settings, api_url: str) -> Carrier | None:
    sentences = {language: written(script.text.link) for language, script in flow.scripts.items() if script.text}
    if settings.texting_from is None or not sentences:
        return None
    from ivr.twiml.messages import Texter  # noqa: PLC0415 because a line without texts need not load what sends them
    from ivr.twiml.rest import PLATFORM, RestApi  # noqa: PLC0415 because of the same

    api = RestApi(settings.twilio_account_sid, settings.tokens[0], api_url or PLATFORM)
    texter = Texter(api, settings.texting_from.e164, with_link(sentences, settings.registration_url))
    return lambda letter: texter.send(letter.to, letter.language)


def _mail(settings: Settings) -> Carrier | None:
    if settings.smtp_url is None:
        return None
    from ivr.desk.mail import Mailer  # noqa: PLC0415 because a line without mails need not load what sends them

    mailer = Mailer(settings.smtp_url, settings.mail_from, f"{settings.public_url}/desk")
    return lambda letter: mailer.send(letter.to, letter.about)
