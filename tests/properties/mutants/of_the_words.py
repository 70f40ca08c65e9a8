"""Mutants of the sentences: their length, their words, and what they leave to fill."""

from __future__ import annotations

from functools import partial

from ivr.checks.rules_waits import BLAME
from ivr.checks.rules_wording import BANNED
from ivr.checks.rules_words import ADVICE
from tests.properties.mutants.mutant import UNREADABLE, Base, Prompts, caught_by

EN, ES = "en/phrases.toml", "es/phrases.toml"
MINUTES = "It takes a few minutes."
PERSON = '"To talk with our team, press {key}."'
SPANISH_PERSON = '"Para hablar con nuestro equipo, oprima {key}."'
EMERGENCY = '"In an emergency, hang up and call 9-1-1."'
RING = "Please stay on the line while I connect you with our team."


def says(new: str) -> partial[None]:
    """Puts other words in the place of a passage."""
    return partial(Prompts.replace, file="en/who.md", old=MINUTES, new=new)


@caught_by("S1")
def a_passage_has_a_fifth_sentence(prompts: Prompts) -> None:
    says(f"{MINUTES} Sit down. Roll up a sleeve. Breathe. Wait here.")(prompts)


@caught_by("S1")
def a_passage_lasts_forty_seconds(prompts: Prompts) -> None:
    says(" ".join(["You sit on a chair and wait for a few more minutes with us in the warm room of the clinic,"] * 5))(
        prompts
    )


@caught_by("T1")
def a_sentence_has_twenty_five_words(prompts: Prompts) -> None:
    says("It takes a few minutes and " + "you can sit and " * 5 + "go.")(prompts)


@caught_by("T1")
def an_english_passage_is_hard(prompts: Prompts) -> None:
    says("Administration necessitates approximately several consecutive minutes of availability.")(prompts)


@caught_by("T2", Base.SPANISH)
def a_spanish_passage_is_hard(prompts: Prompts) -> None:
    hard = "La administración intramuscular requiere aproximadamente consideraciones institucionales preliminares."
    prompts.replace("es/who.md", "La vacuna toma unos minutos.", hard)


@caught_by("L3", Base.SPANISH)
def a_spanish_passage_was_left_in_english(prompts: Prompts) -> None:
    prompts.replace("es/after.md", "Su próxima vacuna toca en un año.", "Your next shot is due in the fall.")


@caught_by("L3", Base.SPANISH)
def the_spanish_goodbye_was_left_in_english(prompts: Prompts) -> None:
    prompts.replace(ES, 'goodbye = "Adiós."', 'goodbye = "Goodbye."')


@caught_by("L3", Base.SPANISH)
def a_spanish_day_was_left_in_english(prompts: Prompts) -> None:
    prompts.replace(ES, '"lunes"', '"Monday"')


@caught_by(UNREADABLE)
def a_web_address_is_read_out(prompts: Prompts) -> None:
    says("Look at www.example.org for more.")(prompts)


@caught_by(UNREADABLE)
def a_symbol_is_read_out(prompts: Prompts) -> None:
    says("It costs $ 5 & takes a minute.")(prompts)


@caught_by("T6")
def an_abbreviation_is_read_out(prompts: Prompts) -> None:
    says("The CDC says it takes a few minutes.")(prompts)


@caught_by(UNREADABLE)
def a_raw_telephone_number_is_read_out(prompts: Prompts) -> None:
    says("Call 1-800-555-0199 to ask.")(prompts)


@caught_by("T6")
def a_doctor_is_shortened(prompts: Prompts) -> None:
    says("Ask Dr. Smith for 5 mg.")(prompts)


@caught_by("T6")
def a_number_without_marks_is_read_out(prompts: Prompts) -> None:
    says("Call 18005550199 to ask.")(prompts)


@caught_by("T6")
def a_program_speaks(prompts: Prompts) -> None:
    says("It takes None minutes.")(prompts)


@caught_by("T3")
def a_patient_battles(prompts: Prompts) -> None:
    says("It helps you in your battle.")(prompts)


@caught_by("T3")
def a_clinic_is_promoted(prompts: Prompts) -> None:
    says("Our clinic is world-class.")(prompts)


@caught_by("T3")
def comfort_is_promised(prompts: Prompts) -> None:
    says("Don't worry, it takes a few minutes.")(prompts)


@caught_by("T3")
def comfort_is_promised_with_a_curly_apostrophe(prompts: Prompts) -> None:
    says("Don’t worry, it takes a few minutes.")(prompts)


def _banned_in(language: str, old: str, banned: str, prompts: Prompts) -> None:
    prompts.replace(f"{language}/who.md", old, f"{banned.capitalize()}.")


for _language, _old in (("en", MINUTES), ("es", "La vacuna toma unos minutos.")):
    for _rule, _words in (
        ("T3", BANNED[_language]),
        ("T4", ADVICE[_language]),
        ("W6", BLAME[_language]),
    ):
        for _word in _words:
            _change = partial(_banned_in, _language, _old, _word)
            _change.__name__ = f"{_word.replace(' ', '_')}_is_said_in_{_language}"  # type: ignore[attr-defined]
            caught_by(_rule, Base.SPANISH)(_change)


@caught_by("W6")
def a_wrong_key_is_blamed(prompts: Prompts) -> None:
    prompts.replace(EN, "{key} is not one of the choices.", "{key} is an invalid choice.")


@caught_by("M5")
def the_caller_must_listen_carefully(prompts: Prompts) -> None:
    prompts.replace("en/hello.md", "flu shot line.", "flu shot line. Listen carefully.")


@caught_by("M5")
def the_greeting_says_more_than_the_name(prompts: Prompts) -> None:
    prompts.replace("en/hello.md", "flu shot line.", "for every flu shot in all of the town.")


@caught_by("M5")
def the_greeting_does_not_say_the_name(prompts: Prompts) -> None:
    prompts.replace("en/hello.md", "Elm Street Clinic, flu shot line.", "Hello, and thank you.")


@caught_by("L1", Base.SPANISH)
def the_offer_comes_too_late(prompts: Prompts) -> None:
    prompts.replace("en/hello.md", "flu shot line.", "flu shot line. We are here for you on every day of the week.")


@caught_by("L1", Base.SPANISH)
def the_offer_is_made_with_another_verb(prompts: Prompts) -> None:
    prompts.replace(ES, "Para español, oprima {key}.", "Para español, marque {key}.")


@caught_by(UNREADABLE, Base.SPANISH)
def the_offer_is_taken_away(prompts: Prompts) -> None:
    prompts.replace(ES, 'language = "Para español, oprima {key}."\n', "")


@caught_by("E1")
def the_emergency_line_has_no_number(prompts: Prompts) -> None:
    prompts.replace(EN, EMERGENCY, '"In an emergency, hang up and call for help."')


@caught_by("E1")
def the_emergency_line_is_long(prompts: Prompts) -> None:
    prompts.replace(EN, EMERGENCY, '"If this is an emergency, please hang up now and call 9-1-1 at once."')


@caught_by("E1")
def the_emergency_line_is_turned_around(prompts: Prompts) -> None:
    prompts.replace(EN, EMERGENCY, '"In an emergency, never hang up to call 9-1-1."')


@caught_by(UNREADABLE)
def the_emergency_line_is_taken_away(prompts: Prompts) -> None:
    prompts.replace(EN, f"emergency = {EMERGENCY}\n", "")


@caught_by("M2")
def the_key_comes_before_what_it_does(prompts: Prompts) -> None:
    prompts.replace(EN, PERSON, '"Press {key} to talk with our team."')


@caught_by("M2")
def a_key_is_hit(prompts: Prompts) -> None:
    prompts.replace(EN, PERSON, '"To talk with our team, hit {key}."')


@caught_by("M2", Base.SPANISH)
def a_spanish_key_has_another_verb(prompts: Prompts) -> None:
    prompts.replace(ES, SPANISH_PERSON, '"Para hablar con nuestro equipo, presione {key}."')


@caught_by("M2")
def two_choices_are_the_same(prompts: Prompts) -> None:
    prompts.replace("en/when.md", "To hear when to have a flu shot", "To hear who can have a flu shot")


@caught_by("M2")
def a_choice_is_long(prompts: Prompts) -> None:
    long = '"To talk with one of the many kind people on our team about all of it, press {key}."'
    prompts.replace(EN, PERSON, long)


@caught_by(UNREADABLE)
def a_choice_does_not_say_its_key(prompts: Prompts) -> None:
    prompts.replace(EN, PERSON, '"To talk with our team, press the key."')


@caught_by("M6")
def a_key_is_announced_that_does_nothing(prompts: Prompts) -> None:
    prompts.replace(EN, '"I am still here."', '"I am still here. To go on, press 4."')


@caught_by("M6")
def two_keys_swap_names(prompts: Prompts) -> None:
    prompts.replace(EN, '1 = "1"\n2 = "2"', '1 = "2"\n2 = "1"')


@caught_by("M6")
def star_and_pound_swap_names(prompts: Prompts) -> None:
    prompts.swap(EN, '"star"', '"pound"')


@caught_by("M3")
def a_key_is_announced_in_passing(prompts: Prompts) -> None:
    says("It takes a few minutes. To hear more, press 2.")(prompts)


@caught_by("R2")
def the_person_is_said_to_be_a_doctor(prompts: Prompts) -> None:
    prompts.replace(EN, PERSON, '"To talk with an oncologist right now, press {key}."')


@caught_by("R2")
def the_closed_line_offers_a_person(prompts: Prompts) -> None:
    prompts.replace(EN, '"To hear when our team will be back, press {key}."', PERSON)


@caught_by("R2")
def the_closed_message_offers_a_person(prompts: Prompts) -> None:
    prompts.replace("en/away.md", "Our team is away right now.", "Our team is away. To reach somebody now, press 0.")


@caught_by("P1")
def a_transfer_is_announced_twice(prompts: Prompts) -> None:
    prompts.replace("en/ring.md", RING, f"{RING} {RING}")


@caught_by("P1")
def a_transfer_is_announced_at_length(prompts: Prompts) -> None:
    prompts.replace("en/ring.md", RING, RING.replace("our team", "one of the many people on our team, who are here"))


@caught_by("P1")
def the_last_word_is_long(prompts: Prompts) -> None:
    prompts.replace("en/bye.md", "Thank you for calling us.", "Thank you for calling us here today. " * 4)


@caught_by("W5")
def the_goodbye_says_no_number(prompts: Prompts) -> None:
    prompts.replace("en/bye.md", "Our number is {number}.\n\n", "")


@caught_by("P5")
def the_closed_message_does_not_say_when(prompts: Prompts) -> None:
    prompts.replace("en/away.md", "They will be back {opens}.", "They will be back soon.")


@caught_by(UNREADABLE)
def the_short_closed_message_does_not_say_when(prompts: Prompts) -> None:
    prompts.replace(EN, "Our team will be back {opens}.", "Our team will be back soon.")


@caught_by(UNREADABLE)
def a_repeat_does_not_say_where(prompts: Prompts) -> None:
    prompts.replace(EN, "Part {part} of {parts}.", "Here it is again.")


@caught_by("P2")
def the_whisper_names_the_illness(prompts: Prompts) -> None:
    prompts.replace(EN, '"Elm Street line."', '"Breast cancer line."')


@caught_by("P2")
def the_whisper_is_long(prompts: Prompts) -> None:
    prompts.replace(EN, '"Elm Street line."', '"Here is a caller of the flu shot line of the Elm Street clinic."')


@caught_by("V1")
def a_call_is_said_to_be_recorded_by_us(prompts: Prompts) -> None:
    says("We record this call.")(prompts)


@caught_by("V1")
def a_call_is_said_to_be_recorded(prompts: Prompts) -> None:
    says("This call is recorded.")(prompts)


@caught_by(UNREADABLE)
def a_brace_is_left_open(prompts: Prompts) -> None:
    prompts.replace(EN, PERSON, PERSON.replace("}", ""))


@caught_by(UNREADABLE)
def a_placeholder_is_unknown(prompts: Prompts) -> None:
    says("It takes {while}.")(prompts)


@caught_by(UNREADABLE)
def a_placeholder_stands_elsewhere(prompts: Prompts) -> None:
    says("It takes {about}.")(prompts)


@caught_by(UNREADABLE)
def a_phrase_is_taken_away(prompts: Prompts) -> None:
    prompts.replace(EN, 'still_here = "I am still here."\n', "")


@caught_by(UNREADABLE, Base.SPANISH)
def a_spanish_file_is_taken_away(prompts: Prompts) -> None:
    prompts.delete("es/who.md")


@caught_by(UNREADABLE, Base.SPANISH)
def a_passage_is_left_out_in_spanish(prompts: Prompts) -> None:
    prompts.replace("es/who.md", "La vacuna toma unos minutos.\n", "")


@caught_by(UNREADABLE, Base.SPANISH)
def a_person_is_not_offered_in_spanish(prompts: Prompts) -> None:
    prompts.replace("es/when.md", "person_after = 2\n", "")


@caught_by(UNREADABLE)
def a_section_is_empty(prompts: Prompts) -> None:
    says("")(prompts)
    prompts.replace("en/who.md", "The flu shot is for everyone who comes to our clinic.\n", "")
    prompts.replace("en/who.md", "Influenza is the full name of the flu.\n", "")
