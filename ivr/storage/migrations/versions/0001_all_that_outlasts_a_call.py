"""The first tables: callbacks, texts and mails, the desk's people, the audit trail, counts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them. The names of keys and indexes come from the convention in ivr/storage/tables.py."""
    _people()
    _callbacks()
    _outbox()
    _records()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _text(name: str, length: int, **more: Any) -> sa.Column[str]:  # noqa: ANN401 because it hands on what a column takes
    return sa.Column(name, sa.String(length), **{"nullable": False, **more})


def _bytes(name: str, **more: Any) -> sa.Column[bytes]:  # noqa: ANN401 because it hands on what a column takes
    return sa.Column(name, sa.LargeBinary, **{"nullable": False, **more})


def _time(name: str, **more: Any) -> sa.Column[Any]:  # noqa: ANN401 because it hands on what a column takes
    return sa.Column(name, sa.DateTime(timezone=True), **{"nullable": False, **more})


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _owned_by(table: str, name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)


def _people() -> None:
    op.create_table(
        "people",
        _id(),
        _text("login", 40, unique=True),
        _text("name", 80),
        _text("role", 12),
        _bytes("email", nullable=True),
        _text("password", 200),
        _bytes("second_factor", nullable=True),
        _number("last_code_at", nullable=True),
        _flag("must_change_password"),
        _flag("is_enabled"),
        _time("made_at"),
    )
    op.create_table(
        "sessions",
        _bytes("token_hash", primary_key=True),
        _owned_by("people", "person_id"),
        _time("began_at"),
        _time("seen_at"),
        _flag("is_complete"),
    )
    op.create_table("failures", _bytes("subject", primary_key=True), _number("count"), _time("last_at"))


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        _id(),
        _text("public_id", 16, unique=True),
        _text("origin", 8),
        _text("language", 2),
        _bytes("number", nullable=True),
        _bytes("number_hash", nullable=True, index=True),
        _flag("may_leave_message"),
        _time("asked_at"),
        _time("promised_by", nullable=True, index=True),
        sa.Column("claimed_by", sa.Integer, sa.ForeignKey("people.id"), nullable=True),
        _time("claimed_until", nullable=True),
        _number("attempts"),
        _number("attempt_days"),
        _time("first_attempt_at", nullable=True),
        _time("last_attempt_at", nullable=True),
        _text("outcome", 16, nullable=True),
        _time("done_at", nullable=True, index=True),
        sa.Column("done_by", sa.Integer, sa.ForeignKey("people.id"), nullable=True),
        _time("forget_at", nullable=True, index=True),
        _flag("is_probe"),
    )
    op.create_table(
        "call_requests",
        _id(),
        _bytes("call"),
        _bytes("number_hash"),
        _owned_by("callbacks", "callback_id"),
        _time("promised_by", nullable=True),
        _flag("permitted_before"),
        _time("asked_at", index=True),
        sa.UniqueConstraint("call", "number_hash"),
    )
    op.create_table("typed_numbers", _bytes("call", primary_key=True), _bytes("digits"), _time("typed_at", index=True))


def _outbox() -> None:
    op.create_table(
        "outbox",
        _id(),
        _text("kind", 8),
        _text("about", 16),
        _text("language", 2),
        _bytes("to", nullable=True),
        _bytes("to_hash", nullable=True, index=True),
        _text("state", 8, index=True),
        _number("attempts"),
        _time("not_before", index=True),
        _time("made_at", index=True),
        _time("settled_at", nullable=True),
        _text("problem", 40, nullable=True),
        _text("once", 64, nullable=True, unique=True),
    )


def _records() -> None:
    op.create_table(
        "audit",
        _id(),
        _time("at", index=True),
        _text("person", 40),
        _text("action", 32, index=True),
        _text("subject", 64),
        _text("detail", 200),
    )
    op.create_table(
        "overrides",
        _id(),
        _flag("is_open"),
        _text("reason", 32),
        _time("begins_at"),
        _time("ends_at"),
        _text("made_by", 40),
        _time("ended_at", nullable=True),
    )
    op.create_table(
        "counts",
        _time("hour", primary_key=True),
        _text("kind", 16, primary_key=True),
        _text("node", 32, primary_key=True),
        _text("language", 2, primary_key=True),
        _text("detail", 16, primary_key=True),
        sa.Column("is_probe", sa.Boolean, primary_key=True),
        _number("count"),
    )
    op.create_table("leases", _text("name", 32, primary_key=True), _text("holder", 40), _time("until"))
