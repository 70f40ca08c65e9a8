"""The proof that `make check` and CI make: all that a start verifies, then the words and every rendered document."""

from __future__ import annotations

from ivr.checks import (
    rules_approval,
    rules_language,
    rules_menus,
    rules_person,
    rules_reading,
    rules_requests,
    rules_waits,
    rules_wording,
)
from ivr.checks.evidence import Evidence, Rule
from ivr.checks.finding import Finding
from ivr.checks.verify import RULES as OF_A_START

OF_THE_WORDS = (
    Rule("R2", "a person comes first", rules_menus.a_person_comes_first),
    Rule("R2", "the person is no doctor", rules_menus.the_person_is_no_doctor),
    Rule("R2", "nobody is offered who is away", rules_menus.nobody_is_offered_who_is_away),
    Rule("R4", "there is always a way on", rules_menus.there_is_always_a_way_on),
    Rule("M1", "a menu is short", rules_menus.a_menu_is_short),
    Rule("M2", "a choice says what it does, then the key", rules_menus.a_choice_says_what_it_does_then_the_key),
    Rule("M2", "no two choices are the same", rules_menus.no_two_choices_are_the_same),
    Rule("M2", "choices come in order", rules_menus.choices_come_in_order),
    Rule("M3", "choices are apart", rules_menus.choices_are_apart),
    Rule("M3", "silences are short", rules_menus.silences_are_short),
    Rule("M4", "a key means the same everywhere", rules_menus.a_key_means_the_same_everywhere),
    Rule("M5", "the opening is bare", rules_menus.the_opening_is_bare),
    Rule("M6", "what is announced works", rules_menus.what_is_announced_works),
    Rule("M6", "what works is announced", rules_menus.what_works_is_announced),
    Rule("M6", "the first reprompt offers the pace", rules_menus.the_first_reprompt_offers_the_pace),
    Rule("M6", "keys are called by their names", rules_menus.keys_are_called_by_their_names),
    Rule("W2", "waits are long enough", rules_waits.waits_are_long_enough),
    Rule("W3", "the last try warns and waits", rules_waits.the_last_try_warns_and_waits),
    Rule("W5", "the goodbye says the number", rules_waits.the_goodbye_says_the_number),
    Rule("W6", "nobody is blamed", rules_waits.nobody_is_blamed),
    Rule("W7", "a silent call is short", rules_waits.a_silent_call_is_short),
    Rule("S1", "a passage is short", rules_reading.a_passage_is_short),
    Rule("S4", "a section says where the caller is", rules_reading.a_section_says_where_the_caller_is),
    Rule("S5", "a section ends with few choices", rules_reading.a_section_ends_with_few_choices),
    Rule("S6", "the number is said well", rules_reading.the_number_is_said_well),
    Rule("S8", "hard words have a respelling", rules_reading.hard_words_have_a_respelling),
    Rule("L1", "the offer comes early", rules_language.the_offer_comes_early),
    Rule("L1", "the offer comes again", rules_language.the_offer_comes_again),
    Rule("L3", "languages say the same", rules_language.languages_say_the_same),
    Rule("L3", "reasons are in every language", rules_language.reasons_are_in_every_language),
    Rule("L3", "words are in their own language", rules_language.words_are_in_their_own_language),
    Rule("L3", "nothing is left in the first language", rules_language.nothing_is_left_in_the_first_language),
    Rule("T1", "English is easy", rules_wording.english_is_easy),
    Rule("T1", "sentences are short", rules_wording.sentences_are_short),
    Rule("T2", "Spanish is easy", rules_wording.spanish_is_easy),
    Rule("T3", "no word is banned", rules_wording.no_word_is_banned),
    Rule("T6", "everything can be said", rules_wording.everything_can_be_said),
    Rule("T6", "every document is accepted", rules_wording.every_document_is_accepted),
    Rule("P6", "a callback is asked in order", rules_requests.a_callback_is_asked_in_order),
    Rule("P6", "a question says what it asks about", rules_requests.a_question_says_what_it_asks_about),
    Rule("P6", "a message is asked for", rules_requests.a_message_is_asked_for),
    Rule("P6", "silence permits nothing", rules_requests.silence_permits_nothing),
    Rule("P6", "what may be left names nobody but us", rules_requests.what_may_be_left_names_nobody_but_us),
    Rule("W5", "the closed message offers a callback", rules_requests.the_closed_message_offers_a_callback),
    Rule("P3", "who reached nobody is offered a callback", rules_requests.who_reached_nobody_is_offered_a_callback),
    Rule("P9", "who cannot wait hears 0 first", rules_requests.who_cannot_wait_hears_0_first),
    Rule("V4", "a text is one message", rules_requests.a_text_is_one_message),
    Rule("V4", "a text is neutral", rules_requests.a_text_is_neutral),
    Rule("V4", "a text is explained", rules_requests.a_text_is_explained),
    Rule("V4", "silence sends nothing", rules_requests.silence_sends_nothing),
    Rule("P1", "a transfer is announced in a sentence", rules_person.a_transfer_is_announced_in_a_sentence),
    Rule("P1", "nothing uninterruptible is long", rules_person.nothing_uninterruptible_is_long),
    Rule("P2", "the whisper names no illness", rules_person.the_whisper_names_no_illness),
    Rule("P3", "ringing is short", rules_waits.ringing_is_short),
    Rule("P4", "a talk is told from a cut", rules_waits.a_talk_is_told_from_a_cut),
    Rule("P5", "the opening hours name their zone", rules_person.the_opening_hours_name_their_zone),
    Rule("P5", "the closed message says when we are back", rules_person.the_closed_message_says_when_we_are_back),
    Rule("P5", "the greeting is the same day and night", rules_person.the_greeting_is_the_same_day_and_night),
    Rule("A1", "doing nothing reaches a person", rules_person.doing_nothing_reaches_a_person),
    Rule("A2", "everything can be read", rules_person.everything_can_be_read),
    Rule("V1", "no call is recorded", rules_person.no_call_is_recorded),
    Rule("E1", "the emergency line is heard", rules_person.the_emergency_line_is_heard),
    Rule(
        "E1",
        "the emergency line is heard in both languages",
        rules_person.the_emergency_line_is_heard_in_both_languages,
    ),
    Rule(
        "E1",
        "the emergency line is not said at every star",
        rules_person.the_emergency_line_is_not_said_at_every_star,
    ),
)
RULES = OF_A_START + OF_THE_WORDS


def prove(evidence: Evidence) -> tuple[Finding, ...]:
    """What every rule finds, once each, sorted by file and line; what an approver has accepted is a warning."""
    found = {found for rule in RULES for found in rule.find(evidence)}
    return tuple(sorted(rules_approval.as_accepted(evidence, each) for each in found))
