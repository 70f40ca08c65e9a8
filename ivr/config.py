"""The settings: the only module that reads the environment. Frozen; every fault of the settings is reported at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)

from ivr.desk.mail_server import ADDRESS, MailServer
from ivr.desk.targets import parse_turns
from ivr.desk.turns import Telephones
from ivr.errors import Fault, SettingsFaults
from ivr.model.approval import NO_DRAFTS, AllowedDrafts
from ivr.model.numbers import PhoneNumber, Target, TargetKind, Turn
from ivr.storage.vault import Vault

_AUTHORITY = re.compile(r"(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
_NOT_OF_ADDRESSES = re.compile(r"[^!-~]")  # white space, and what is beyond ASCII
_ACCOUNT = re.compile(r"AC[0-9A-Fa-f]{32}")

_NO_SECOND_FACTOR = "DESK_SECOND_FACTOR is off: whoever learns a password of the desk can read callers' numbers."
_LEAST_SECRET = 16  # letters
_SHOWN = frozenset({"a-long-random-text", "NXq3sCEqVmb0ZJBWxDoGPNW4K2zTCQGDCEVB9yKIXkI="})  # in docs/settings.md


def _tokens(value: object) -> object:
    if not isinstance(value, str):
        return value
    tokens = tuple(token.strip() for token in value.split(","))
    if not all(tokens):
        raise ValueError("holds an empty token")
    return tuple(SecretStr(token) for token in tokens)


def _turns(value: object) -> object:
    return parse_turns(value) if isinstance(value, str) else value


def _one_turn(value: object) -> object:
    turns = _turns(value)
    if isinstance(turns, tuple) and len(turns) > 1:
        raise ValueError("is one turn: join its targets with & instead of a comma")
    return turns


def _public_url(value: object) -> object:
    text = str(value).strip().rstrip("/")
    if not is_address(text):
        raise ValueError("is not an address in the form https://line.example.org")
    url = urlsplit(text)
    if text.lower() != f"{url.scheme}://{url.netloc}".lower():
        raise ValueError("has more than a host and a port: leave out the path")
    if url.scheme == "http" and not is_loopback(text):
        raise ValueError("must be https, unless it is this machine itself")
    return f"{url.scheme}://{url.netloc}"


def _collector(value: object) -> object:
    text = str(value)
    if not is_address(text):
        raise ValueError("is not an address in the form http://127.0.0.1:4318")
    if "?" in text or "#" in text:
        raise ValueError("has a query or a fragment, to which /v1/traces cannot be added")
    if text.rstrip("/").endswith("/v1/traces"):
        raise ValueError("ends in /v1/traces, which is added to it")
    return value


def _https(value: object) -> object:
    text = str(value)
    is_whole = is_address(text) and urlsplit(text).scheme == "https" and not _NOT_OF_ADDRESSES.search(text)
    if value and not is_whole:
        raise ValueError("is not an address in the form https://www.example.org/page")
    return value


def _account(value: str) -> str:
    if value and not _ACCOUNT.fullmatch(value):
        raise ValueError("is not AC and 32 hexadecimal digits")
    return value


def _is_known(text: str, info: ValidationInfo) -> bool:
    """Whether a secret is one that our documentation shows. On this machine itself it may be, to try the line."""
    return text in _SHOWN and not is_loopback(info.data.get("public_url", "http://localhost"))


def _not_short(value: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
    """Tokens as the platform makes them, which has none as short as what stands for one in our documentation."""
    is_trial = is_loopback(info.data.get("public_url", "http://localhost"))
    if not is_trial and any(len(token.get_secret_value()) < _LEAST_SECRET for token in value):
        raise ValueError(f"has less than {_LEAST_SECRET} letters, and could be guessed")
    return value


def _hard_to_guess(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    secret = value.get_secret_value() if value else ""
    if value and len(secret) < _LEAST_SECRET:
        raise ValueError(f"has less than {_LEAST_SECRET} letters, and could be guessed")
    if _is_known(secret, info):
        raise ValueError("is the example of the documentation, which everybody knows")
    return value


def _can_be_borne(value: SecretStr | None) -> SecretStr | None:
    """A token that arrives in a header as it was set: without what is cut off there, or read as other letters."""
    secret = value.get_secret_value() if value else ""
    if secret != secret.strip() or not (secret.isascii() and secret.isprintable()):
        raise ValueError("begins or ends with white space, or has a letter beyond ASCII: nobody could send it")
    return value


def _number(value: object) -> object:
    return PhoneNumber.parse(value) if isinstance(value, str) else value


def _drafts(value: object) -> object:
    return AllowedDrafts.parse(value) if isinstance(value, str) else value


def _only_here(value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 because pydantic calls it so
    public_url = info.data.get("public_url")
    if value and public_url and not is_loopback(public_url):
        raise ValueError("is on, but PUBLIC_URL is not this machine itself")
    return value


def _database_url(value: object) -> object:
    if not isinstance(value, str):
        return value
    kind, found, rest = value.partition("://")
    if not found or kind not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError("is neither sqlite:/// and a file, nor postgresql:// and a server")
    if kind == "sqlite" and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        raise ValueError("is not a file, which sqlite:/// must be followed by")
    if kind != "sqlite" and not _is_server(value):
        raise ValueError("names no server and database in the form postgresql://user:password@host/name")
    if kind != "sqlite" and _has_password_elsewhere(value):
        raise ValueError("has a password in another place than postgresql://user:password@host/name, with %2F for a /")
    return SecretStr(value)


def _has_password_elsewhere(url: str) -> bool:
    """Where it would stand in the words of a command: whoever is on the machine can list those."""
    parts = urlsplit(url)
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return "@" in parts.path or not names.isdisjoint(("password", "sslpassword", "passfile"))


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.port != 0 and len(parts.path) > 1
    except ValueError:  # a port that is no number, or brackets that do not close
        return False


def _data_keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    keys = tuple(key.strip() for key in value.split(","))
    Vault(keys)  # it says what is wrong with them
    return tuple(SecretStr(key) for key in keys)


def _keys_are_there(value: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
    if any(_is_known(key.get_secret_value(), info) for key in value):
        raise ValueError("holds the example of the documentation, which everybody knows")
    if info.data.get("callbacks") and not value:
        raise ValueError("is not set, and CALLBACKS is on")
    if info.data.get("texting_from") and not value:
        raise ValueError("is not set, and TEXTING_FROM is")
    return value


def _can_text(value: PhoneNumber | None, info: ValidationInfo) -> PhoneNumber | None:
    for name in ("twilio_account_sid", "registration_url"):
        if value and not info.data.get(name, "unsound, which is told already"):
            raise ValueError(f"is set, and {name.upper()} is not")
    return value


def _mail_server(value: object) -> object:
    return MailServer.parse(value) if isinstance(value, str) else value


def _mail_from(value: str, info: ValidationInfo) -> str:
    if value and not ADDRESS.fullmatch(value):
        raise ValueError("is not a mail address")
    if bool(value) != bool(info.data.get("smtp_url", value)):  # one that is unsound is told already
        raise ValueError("is set, and SMTP_URL is not" if value else "is not set, and SMTP_URL is")
    return value


Tokens = Annotated[tuple[SecretStr, ...], BeforeValidator(_tokens)]
Turns = Annotated[tuple[Turn, ...], BeforeValidator(_turns)]
OneTurn = Annotated[tuple[Turn, ...], BeforeValidator(_one_turn)]
DataKeys = Annotated[tuple[SecretStr, ...], BeforeValidator(_data_keys), AfterValidator(_keys_are_there)]
Url = Annotated[str, BeforeValidator(_public_url)]
Secret = Annotated[SecretStr | None, AfterValidator(_hard_to_guess)]


class Settings(BaseModel):
    """What the line is told by its environment. Names are the environment's own, in capitals."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    twilio_account_sid: Annotated[str, AfterValidator(_account)] = ""
    public_url: Url
    twilio_auth_token: Annotated[Tokens, AfterValidator(_not_short)] = Field(min_length=1)
    team_numbers: Turns = Field(min_length=1)
    backup_numbers: OneTurn = ()
    spanish_numbers: Turns = ()
    after_hours_numbers: Turns = ()
    fallback_number: Annotated[PhoneNumber | None, BeforeValidator(_number)] = None
    fallback_url: Annotated[str, BeforeValidator(_https)] = ""
    secret_key: Secret = None
    prompts: Path = Path("prompts")
    allow_drafts: Annotated[AllowedDrafts, BeforeValidator(_drafts)] = NO_DRAFTS
    one_language: bool = False
    registration_url: Annotated[str, BeforeValidator(_https)] = ""
    metrics_token: Annotated[Secret, AfterValidator(_can_be_borne)] = None
    otel_exporter_otlp_endpoint: Annotated[str, BeforeValidator(_collector)] = ""
    phone_page: Annotated[bool, AfterValidator(_only_here)] = False
    database_url: Annotated[SecretStr, BeforeValidator(_database_url)] = SecretStr("sqlite:///line.db")
    callbacks: bool = False
    desk_second_factor: bool = True
    texting_from: Annotated[PhoneNumber | None, BeforeValidator(_number), AfterValidator(_can_text)] = None
    smtp_url: Annotated[MailServer | None, BeforeValidator(_mail_server)] = None
    mail_from: Annotated[str, AfterValidator(_mail_from)] = Field(default="", validate_default=True)
    data_keys: DataKeys = Field(default=(), validate_default=True)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token in rotation, in clear."""
        return tuple(token.get_secret_value() for token in self.twilio_auth_token)

    @property
    def secret(self) -> str:
        """What seals and names things: SECRET_KEY, or else the first token."""
        return self.secret_key.get_secret_value() if self.secret_key else self.tokens[0]

    @property
    def watch_token(self) -> str:
        """What lets somebody elsewhere look inside; empty for nobody."""
        return self.metrics_token.get_secret_value() if self.metrics_token else ""

    @property
    def database(self) -> str:
        """The address of the database, with its password."""
        return self.database_url.get_secret_value()

    @property
    def keeps_something(self) -> bool:
        """Whether a feature is on that needs the database."""
        return self.callbacks or self.texting_from is not None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key in rotation for what is kept encrypted, in clear; the first encrypts."""
        return tuple(key.get_secret_value() for key in self.data_keys)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is not set although callers would miss it; it is told at the start and stops nothing."""
        missing = {
            "AFTER_HOURS_NUMBERS": (self.after_hours_numbers, "when the team is away nobody can be reached."),
            "FALLBACK_NUMBER": (self.fallback_number, "when the line itself fails nobody is sure to be reached."),
            "DATABASE_URL": (
                not self.keeps_something or "database_url" in self.model_fields_set,
                "what callers ask for is kept on this machine only, and is lost with its disk.",
            ),
            "SMTP_URL": (not self.callbacks or self.smtp_url, "nobody is told of a callback who does not look."),
        }
        told = tuple(f"{name} is not set: {cost}" for name, (value, cost) in missing.items() if not value)
        return (*told, _NO_SECOND_FACTOR) if self._is_open_to_a_password else told

    @property
    def _is_open_to_a_password(self) -> bool:
        return self.keeps_something and not self.desk_second_factor and not is_loopback(self.public_url)

    @property
    def telephones(self) -> Telephones:
        """Whom the line may ring."""
        fallback = self.fallback_number
        return Telephones(
            team=self.team_numbers,
            backup=self.backup_numbers[0] if self.backup_numbers else None,
            by_language={"es": self.spanish_numbers},
            after_hours=self.after_hours_numbers,
            fallback=((Target(TargetKind.NUMBER, fallback.e164, accepts_by_key=False),),) if fallback else (),
        )


class ProbeSettings(BaseModel):
    """What somebody needs who calls the line to see that it answers: far less than the line itself."""

    model_config = ConfigDict(frozen=True)

    twilio_auth_token: Tokens = Field(min_length=1)
    public_url: Url
    one_language: bool = False

    @property
    def token(self) -> str:
        """The token to sign with, in clear."""
        return self.twilio_auth_token[0].get_secret_value()


_Model = TypeVar("_Model", Settings, ProbeSettings)


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings out of an environment; SettingsFaults holds everything that is wrong with them."""
    return _load(Settings, environ)


def load_probe(environ: Mapping[str, str]) -> ProbeSettings:
    """The same for a probe."""
    return _load(ProbeSettings, environ)


def _load(model: type[_Model], environ: Mapping[str, str]) -> _Model:
    known = {name: environ[name.upper()] for name in model.model_fields if environ.get(name.upper(), "").strip()}
    try:
        return model.model_validate(known)
    except ValidationError as error:
        raise SettingsFaults(_fault(dict(detail)) for detail in error.errors(include_input=False)) from None


def is_address(text: str) -> bool:
    """Whether it is a host, by http or https, and a port if need be; a path may follow."""
    try:
        url = urlsplit(text)
        return url.scheme in ("http", "https") and url.port != 0 and bool(_AUTHORITY.fullmatch(url.netloc))
    except ValueError:  # brackets that do not close, or a port that cannot be: no signature would ever fit
        return False


def is_loopback(url: str) -> bool:
    """Whether an address is this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_RANDOM = "Set it to a long random text, such as `python -m ivr data-key` prints."
_MEND = {
    "twilio_account_sid": "Copy it from the account's console, or leave it out.",
    "twilio_auth_token": "Copy the auth token from the account's console; while rotating, both with a comma between.",
    "public_url": "Set it to the address that the platform calls, such as https://line.example.org.",
    "team_numbers": "Set it to whom 0 rings, such as +18135550100,+18135550101.",
    "allow_drafts": 'Name languages and nodes, like "es,what", or write "all"; leave it out to serve no draft.',
    "one_language": "Set it to on or off.",
    "fallback_url": "Set it to where the document that `python -m ivr fallback` writes is hosted.",
    "database_url": "Set it to sqlite:////srv/line/line.db, or to postgresql://user:password@host/name.",
    "callbacks": "Set it to on or off.",
    "texting_from": "Set it to a number of the account that may send texts, and what it needs; or leave it out.",
    "smtp_url": "Set it to starttls://user:password@mail.example.org:587; smtps:// and smtp:// are known too.",
    "mail_from": "Set both, or neither: MAIL_FROM=line@example.org is whom the mails come from.",
    "data_keys": "Make a key with: python -m ivr data-key. A new one goes to the end first, after a comma.",
    "secret_key": _RANDOM,
    "metrics_token": _RANDOM,
    "otel_exporter_otlp_endpoint": "Set it to the collector's address, without /v1/traces; or leave it out.",
    "phone_page": "Set it to on or off, and to off wherever others could open that page: it can place calls.",
}


def _fault(detail: dict[str, Any]) -> Fault:
    name = str(detail["loc"][0])
    missing = detail["type"] in ("missing", "too_short")
    wrong = "is not set." if missing else f"{detail['msg'].removeprefix('Value error, ')}."
    return Fault(name.upper(), 0, wrong, _MEND.get(name, "Mend it or leave it out."))
