"""The tables. Times are UTC; a telephone number stands nowhere in clear, and what finds it is a keyed hash.

Migrations under ivr/storage/migrations make these tables; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMES)


class Utc(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite forgets the zone of what it keeps, so that it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 because SQLAlchemy passes it
        """Write an aware time as UTC; a naive one is a fault of ours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A time without a zone cannot be kept.")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 because SQLAlchemy passes it
        """Read it back as aware UTC, whatever the database made of it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# A caller who is to be called back. The number is deleted within minutes of being done; the row keeps no person.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("public_id", sa.String(16), nullable=False, unique=True),  # random: what pages and URLs name it by
    sa.Column("origin", sa.String(8), nullable=False),  # own | typed
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("number", sa.LargeBinary, nullable=True),  # MultiFernet; NULL once it is deleted
    sa.Column("number_hash", sa.LargeBinary, nullable=True, index=True),  # keyed; NULL with the number
    sa.Column("may_leave_message", sa.Boolean, nullable=False, default=False),
    sa.Column("asked_at", Utc, nullable=False),
    sa.Column("promised_by", Utc, nullable=True, index=True),  # NULL: "as soon as we can"
    sa.Column("claimed_by", sa.ForeignKey("people.id"), nullable=True),
    sa.Column("claimed_until", Utc, nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),  # calls that nobody answered
    sa.Column("attempt_days", sa.Integer, nullable=False, default=0),  # on how many working days they were
    sa.Column("first_attempt_at", Utc, nullable=True),  # a promise is kept when somebody called by then
    sa.Column("last_attempt_at", Utc, nullable=True),
    sa.Column("outcome", sa.String(16), nullable=True),  # reached | message | no_answer | wrong_number | expired
    sa.Column("done_at", Utc, nullable=True, index=True),  # NULL while it is open
    sa.Column("done_by", sa.ForeignKey("people.id"), nullable=True),
    sa.Column("forget_at", Utc, nullable=True, index=True),  # when number and hash are deleted: a minute after done
    sa.Column("is_probe", sa.Boolean, nullable=False, default=False),
)

# What one call has asked for: so that a retry of the platform stores once, and a call at most two numbers.
call_requests = sa.Table(
    "call_requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call", sa.LargeBinary, nullable=False),  # keyed hash of the CallSid
    sa.Column("number_hash", sa.LargeBinary, nullable=False),  # keyed; of number and CallSid together
    sa.Column("callback_id", sa.ForeignKey("callbacks.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("promised_by", Utc, nullable=True),  # what this call was told
    sa.Column("permitted_before", sa.Boolean, nullable=False),  # a repeated request keeps the stricter permission
    sa.Column("asked_at", Utc, nullable=False, index=True),
    sa.UniqueConstraint("call", "number_hash"),
)

# A number that was typed and waits to be confirmed: encrypted, one a call, gone in an hour.
typed_numbers = sa.Table(
    "typed_numbers",
    metadata,
    sa.Column("call", sa.LargeBinary, primary_key=True),
    sa.Column("digits", sa.LargeBinary, nullable=False),
    sa.Column("typed_at", Utc, nullable=False, index=True),
)

# Texts and mails that wait to be sent. Marked before the send and never sent twice.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),  # text | mail
    sa.Column("about", sa.String(16), nullable=False),  # link | new | due | late
    sa.Column("language", sa.String(2), nullable=False, default="en"),
    sa.Column("to", sa.LargeBinary, nullable=True),  # encrypted number or address; NULL once it is settled
    sa.Column("to_hash", sa.LargeBinary, nullable=True, index=True),  # one text a number in 24 hours
    sa.Column("state", sa.String(8), nullable=False, index=True),  # waiting | sending | sent | failed | unknown
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("not_before", Utc, nullable=False, index=True),
    sa.Column("made_at", Utc, nullable=False, index=True),
    sa.Column("settled_at", Utc, nullable=True),
    sa.Column("problem", sa.String(40), nullable=True),  # a code of the other side, never its words
    sa.Column("once", sa.String(64), nullable=True, unique=True),  # what must be sent once only, such as "due:ID"
)

# The people of the desk.
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(12), nullable=False),  # scheduler | supervisor | auditor
    sa.Column("email", sa.LargeBinary, nullable=True),  # encrypted; supervisors are told of waiting callbacks
    sa.Column("password", sa.String(200), nullable=False),  # argon2
    sa.Column("second_factor", sa.LargeBinary, nullable=True),  # encrypted TOTP secret; NULL until it is set up
    sa.Column("last_code_at", sa.Integer, nullable=True),  # the TOTP step used last, so that no code works twice
    sa.Column("must_change_password", sa.Boolean, nullable=False, default=True),
    sa.Column("is_enabled", sa.Boolean, nullable=False, default=True),
    sa.Column("made_at", Utc, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("began_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("is_complete", sa.Boolean, nullable=False, default=False),  # False between password and second factor
)

# Failed sign-ins by account and by address, as keyed hashes; the delay grows with each.
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("subject", sa.LargeBinary, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", Utc, nullable=False),
)

# Who did what. No numbers of callers; kept longer than what it is about.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Utc, nullable=False, index=True),
    sa.Column("person", sa.String(40), nullable=False),  # the login, or "command line", or "the line"
    sa.Column("action", sa.String(32), nullable=False, index=True),
    sa.Column("subject", sa.String(64), nullable=False, default=""),  # a callback's public id, a login, a reason
    sa.Column("detail", sa.String(200), nullable=False, default=""),
)

# The switch: the team is away, or here, until a time, whatever the weekly hours say. The newest that holds wins.
overrides = sa.Table(
    "overrides",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),  # the name of approved words
    sa.Column("begins_at", Utc, nullable=False),
    sa.Column("ends_at", Utc, nullable=False),
    sa.Column("made_by", sa.String(40), nullable=False),
    sa.Column("ended_at", Utc, nullable=True),  # switched back before its end
)

# How often something happened, by hour; never who. `kind` says what the other columns mean.
counts = sa.Table(
    "counts",
    metadata,
    sa.Column("hour", Utc, primary_key=True),
    sa.Column(
        "kind", sa.String(16), primary_key=True
    ),  # call | node | key | silence | transfer | callback | promise | text | fault
    sa.Column("node", sa.String(32), primary_key=True, default=""),
    sa.Column("language", sa.String(2), primary_key=True, default=""),
    sa.Column("detail", sa.String(16), primary_key=True, default=""),  # a key, an outcome
    sa.Column("is_probe", sa.Boolean, primary_key=True, default=False),
    sa.Column("count", sa.Integer, nullable=False),
)

# Work that only one of many processes may do at a time, such as the hourly purge; a lease runs out by itself.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String(40), nullable=False),
    sa.Column("until", Utc, nullable=False),
)
