"""What is served of a flow: words that were approved, and drafts only where a setting allows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ivr.content import APPROVALS, heard_words, names_of_words, sections_of
from ivr.errors import Fault, SettingsFaults, VerificationFaults
from ivr.model.approval import AllowedDrafts, Draft
from ivr.model.flow import Flow
from ivr.model.keys import Command
from ivr.model.nodes import Offer, Section
from ivr.model.words import NodeWords, Script

Notes = tuple[str, ...]

_MEND = "Approve them, or set ALLOW_DRAFTS=all on a line that no patient calls. See prompts/README.md."


def served(flow: Flow, drafts: Iterable[Draft], allowed: AllowedDrafts) -> tuple[Flow, Notes]:
    """The flow that callers meet, and in plain words what of it is a draft or left out; the same flow if nothing is.

    A language is offered when all of its words are approved, apart from those heard only in a section. A section that
    is a draft becomes one approved sentence and the way to a person. Raises SettingsFaults for an allowance of
    something that there is not, VerificationFaults when the first language falls away.
    """
    _refuse_unknown(flow, allowed)
    found = tuple(drafts)
    withheld = tuple(draft for draft in found if not allowed.allow(draft.file))
    missing = {language: _navigation(flow, withheld, language) for language in flow.line.languages}
    _refuse_silence(flow, missing)
    languages = tuple(language for language in flow.line.languages if not missing[language])
    scripts = {language: _script(flow, language, withheld) for language in languages}
    notes = (*_of_drafts(flow, found, allowed), *_of_languages(missing), *_of_sections(flow, languages, withheld))
    return (_with(flow, languages, scripts) if withheld else flow), notes


def _refuse_unknown(flow: Flow, allowed: AllowedDrafts) -> None:
    known = names_of_words(flow)
    unknown = [name for name in allowed.names if name not in known]
    if unknown:
        mend = 'Name languages and nodes, like "es", "what" or "es/what", or write "all".'
        raise SettingsFaults(Fault("ALLOW_DRAFTS", 0, f'"{name}" is no words of the line.', mend) for name in unknown)


def _navigation(flow: Flow, withheld: Iterable[Draft], language: str) -> tuple[str, ...]:
    sections = sections_of(flow, language)
    return tuple(draft.file for draft in withheld if draft.language == language and draft.file not in sections)


def _refuse_silence(flow: Flow, missing: Mapping[str, tuple[str, ...]]) -> None:
    first = flow.line.languages[0]
    if missing[first]:
        files = ", ".join(missing[first])
        wrong = f"Nothing can be served: these words, without which no caller finds the way, are drafts: {files}."
        raise VerificationFaults([Fault(APPROVALS, 0, wrong, _MEND)])


def _script(flow: Flow, language: str, withheld: Iterable[Draft]) -> Script:
    script = flow.scripts[language]
    sections = sections_of(flow, language)
    drafts = [sections[draft.file] for draft in withheld if draft.file in sections]
    return replace(script, nodes={**script.nodes, **{node: _stand_in(flow, script, node) for node in drafts}})


def _stand_in(flow: Flow, script: Script, section: str) -> NodeWords:
    words, node = script.nodes[section], flow.nodes[section]
    offers_person = isinstance(node, Section) and Offer.PERSON in node.offers
    return NodeWords(
        title=words.title,
        passages=(script.said.unapproved,),
        source=words.source,
        option=words.option,
        facts=((),),
        person_after=None if offers_person else 1,
        is_stand_in=True,
    )


def _with(flow: Flow, languages: tuple[str, ...], scripts: Mapping[str, Script]) -> Flow:
    is_alone = len(languages) == 1
    keys = {key: meaning for key, meaning in flow.keys.items() if not (is_alone and meaning is Command.LANGUAGE)}
    return replace(flow, line=replace(flow.line, languages=languages), keys=keys, scripts=scripts)


def _of_drafts(flow: Flow, found: Iterable[Draft], allowed: AllowedDrafts) -> Iterator[str]:
    spoken = [draft for draft in found if allowed.allow(draft.file)]
    for language in flow.line.languages:
        files = [draft.file for draft in spoken if draft.language == language]
        is_all = len(files) == sum(file.startswith(f"{language}/") for file in heard_words(flow))
        if files:
            yield f"Served as drafts: {f'all words in {language}' if is_all else ', '.join(files)}."


def _of_languages(missing: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for language, files in missing.items():
        if files:
            yield f"{language} is not offered, because these are drafts: {', '.join(files)}."


def _of_sections(flow: Flow, languages: Iterable[str], withheld: Iterable[Draft]) -> Iterator[str]:
    for language in languages:
        sections = sections_of(flow, language)
        for draft in withheld:
            if draft.file in sections:
                yield f"{draft.file} is a draft: callers hear that it is not ready, and the way to a person."
