"""All pages of the desk as one blueprint under /desk."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.exceptions import HTTPException

from ivr.config import Settings
from ivr.desk.ports import StoreUnavailable
from ivr.errors import Fault, SettingsFaults
from ivr.model.flow import Flow
from ivr.storage.audit import Trail
from ivr.storage.callback_list import CallbackList
from ivr.storage.outbox import Outbox
from ivr.storage.people import People
from ivr.storage.reports import Reports
from ivr.storage.sessions import Sessions
from ivr.storage.sign_in import SignIn
from ivr.storage.store import Storage
from ivr.storage.switch import Switch
from ivr.web.desk.callbacks import CallbackPages
from ivr.web.desk.cookie import ROOT, Cookies
from ivr.web.desk.doors import Doors
from ivr.web.desk.people import PeoplePages
from ivr.web.desk.refusals import refusal, unavailable
from ivr.web.desk.reports import ReportPages
from ivr.web.desk.signing_in import SigningIn
from ivr.web.desk.surroundings import Around
from ivr.web.desk.switch import SwitchPages
from ivr.web.desk.trail import TrailPages


def desk_pages(flow: Flow, settings: Settings, storage: Storage) -> Blueprint:
    """The routes under /desk, each behind a door; SettingsFaults when there is no SECRET_KEY to sign cookies with."""
    if settings.secret_key is None:
        mend = "Set it to a long random text; whoever knows it can make sessions of the desk."
        raise SettingsFaults([Fault("SECRET_KEY", 0, "is not set, and the desk needs it.", mend)])
    database, vault = storage.database, storage.vault
    pages = Blueprint("desk", __name__, url_prefix=ROOT)
    cookies = Cookies(is_https=settings.public_url.startswith("https:"))
    pages.record_once(lambda state: cookies.begin(state.app, settings.secret))
    sessions, switch = Sessions(database, vault), Switch(database)
    doors = Doors(pages, sessions, needs_second_factor=settings.desk_second_factor)
    SigningIn(SignIn(database, vault, sessions), cookies, f"{flow.line.short_name} desk").add_to(doors)
    callbacks = CallbackPages(flow, CallbackList(database, vault), Outbox(storage))
    callbacks.add_to(doors)
    ReportPages(flow, Reports(database)).add_to(doors)
    SwitchPages(flow, switch).add_to(doors)
    PeoplePages(People(database, vault)).add_to(doors)
    TrailPages(Trail(database)).add_to(doors)
    pages.context_processor(Around(flow, doors, switch, callbacks.count).context)
    pages.register_error_handler(HTTPException, refusal)
    pages.register_error_handler(StoreUnavailable, unavailable)
    return pages
