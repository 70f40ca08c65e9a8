"""A telephone to try the line with. It judges what the line answers, so it shares nothing with it but its errors."""

from ivr.phone.document import Dial, Document, Gather, Hangup, Pause, Redirect, Target, parse
from ivr.phone.estimate import said_within, seconds, seconds_before, syllables
from ivr.phone.handset import KEYS, DialOutcome, Heard, Request, Response
from ivr.phone.network import over_network
from ivr.phone.people import behaviour_words, read_behaviour
from ivr.phone.places import is_place, place_of
from ivr.phone.play import play
from ivr.phone.probing import Keys, Probed, probe
from ivr.phone.script import Script, read, write
from ivr.phone.signing import SIGNATURE_HEADER, sign
from ivr.phone.speech import Say, Silence, Words
from ivr.phone.team import Answers, Behaviour, DoesNotAnswer, Groups, Leg, Ring, Team, voicemail
from ivr.phone.telephone import Telephone
from ivr.phone.terminal import run_terminal
from ivr.phone.walk import Reached, Walk, walk
from ivr.phone.wire import Transport

__all__ = [
    "KEYS",
    "SIGNATURE_HEADER",
    "Answers",
    "Behaviour",
    "Dial",
    "DialOutcome",
    "Document",
    "DoesNotAnswer",
    "Gather",
    "Groups",
    "Hangup",
    "Heard",
    "Keys",
    "Leg",
    "Pause",
    "Probed",
    "Reached",
    "Redirect",
    "Request",
    "Response",
    "Ring",
    "Say",
    "Script",
    "Silence",
    "Target",
    "Team",
    "Telephone",
    "Transport",
    "Walk",
    "Words",
    "behaviour_words",
    "is_place",
    "over_network",
    "parse",
    "place_of",
    "play",
    "probe",
    "read",
    "read_behaviour",
    "run_terminal",
    "said_within",
    "seconds",
    "seconds_before",
    "sign",
    "syllables",
    "voicemail",
    "walk",
    "write",
]
