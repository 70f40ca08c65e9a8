"""Mutants of line.toml, lexicon.toml and facts.toml, and of which passage says which fact."""

from __future__ import annotations

from tests.properties.mutants.mutant import UNREADABLE, Base, Prompts, caught_by

LINE = "line.toml"


@caught_by("M3")
def a_choice_is_followed_by_no_time(prompts: Prompts) -> None:
    prompts.replace(LINE, "after_option = 500", "after_option = 100")


@caught_by("M3")
def a_choice_is_followed_by_two_seconds(prompts: Prompts) -> None:
    prompts.replace(LINE, "after_option = 500", "after_option = 2000")


@caught_by("M3")
def the_line_speaks_into_the_key(prompts: Prompts) -> None:
    prompts.replace(LINE, "after_key = 500", "after_key = 200")


@caught_by(UNREADABLE)
def a_sentence_is_followed_by_four_seconds(prompts: Prompts) -> None:
    prompts.replace(LINE, "after_sentence = 300", "after_sentence = 4000")


@caught_by("W2")
def the_first_wait_is_shorter(prompts: Prompts) -> None:
    prompts.replace(LINE, "first = 7\n", "first = 4\n")


@caught_by("W2")
def the_second_wait_is_longer(prompts: Prompts) -> None:
    prompts.replace(LINE, "second = 10\n", "second = 30\n")


@caught_by("W2")
def a_slow_caller_waits_no_longer(prompts: Prompts) -> None:
    prompts.replace(LINE, "first = 11", "first = 7")


@caught_by("W2")
def passages_run_apart(prompts: Prompts) -> None:
    prompts.replace(LINE, "passage = 1", "passage = 3")


@caught_by("W3")
def the_last_wait_is_shorter(prompts: Prompts) -> None:
    prompts.replace(LINE, "still_here = 10", "still_here = 5")


@caught_by(UNREADABLE)
def the_team_is_rung_in_six_turns(prompts: Prompts) -> None:
    prompts.replace(LINE, "turns = 2", "turns = 6")


@caught_by("P3")
def a_turn_rings_for_a_minute(prompts: Prompts) -> None:
    prompts.replace(LINE, "ring = 15", "ring = 60")


@caught_by("P4")
def a_talk_of_two_minutes_was_cut_off(prompts: Prompts) -> None:
    prompts.replace(LINE, "short_talk = 20", "short_talk = 120")


@caught_by("P4")
def a_talk_is_cut_off_after_ten_minutes(prompts: Prompts) -> None:
    prompts.replace(LINE, "talk_limit = 3600", "talk_limit = 600")


@caught_by("T6")
def the_voice_is_unknown(prompts: Prompts) -> None:
    prompts.replace(LINE, "Polly.Matthew-Neural", "Polly.Mathew-Neural")


@caught_by("T6", Base.SPANISH)
def spanish_is_spoken_by_the_english_voice(prompts: Prompts) -> None:
    prompts.replace(LINE, "Polly.Pedro-Neural", "Polly.Joanna-Neural")


@caught_by(UNREADABLE, Base.SPANISH)
def spanish_is_spoken_as_if_it_were_english(prompts: Prompts) -> None:
    prompts.replace(LINE, '"Polly.Pedro-Neural"\ntag = "es-US"', '"Polly.Joanna-Neural"\ntag = "en-US"')


@caught_by(UNREADABLE)
def the_hours_are_misspelt(prompts: Prompts) -> None:
    prompts.replace(LINE, "24/7", "Mon-Fri 8 to 5")


@caught_by(UNREADABLE)
def the_time_zone_is_misspelt(prompts: Prompts) -> None:
    prompts.replace(LINE, "America/Chicago", "America/Chicag")


@caught_by("P5")
def the_time_zone_is_another_than_is_said(prompts: Prompts) -> None:
    prompts.replace(LINE, "America/Chicago", "America/New_York")


@caught_by(UNREADABLE)
def the_holidays_end_on_a_day_that_is_none(prompts: Prompts) -> None:
    prompts.replace(LINE, "2030-01-01", "2030-02-30")


@caught_by(UNREADABLE)
def the_number_is_no_number(prompts: Prompts) -> None:
    prompts.replace(LINE, "+18005550199", "+1800555019")


@caught_by(UNREADABLE, Base.SHIPPED)
def the_word_is_not_the_number(prompts: Prompts) -> None:
    prompts.replace(LINE, "1-888-MOFFITT", "1-888-MOFFETT")


@caught_by(UNREADABLE, Base.SPANISH)
def a_language_is_left_out(prompts: Prompts) -> None:
    prompts.replace(LINE, '["en", "es"]', '["en"]')


@caught_by("S8", Base.SHIPPED)
def a_hard_word_is_not_respelled(prompts: Prompts) -> None:
    prompts.replace("lexicon.toml", '"metastatic" = "meta static"\n', "")


@caught_by("S8", Base.SHIPPED)
def a_hard_spanish_word_is_not_respelled(prompts: Prompts) -> None:
    prompts.replace("lexicon.toml", '"quimioterapia" = "quimioterapia"\n', "")


@caught_by("T4")
def a_fact_is_not_heard(prompts: Prompts) -> None:
    prompts.replace("en/who.md", '[["who.1"], ["who.2"]]', '[["who.1"], []]')


@caught_by("T4")
def a_passage_is_traced_to_nothing(prompts: Prompts) -> None:
    prompts.replace("en/who.md", '["who.2"]]', '["who.2"], []]')
    prompts.add("en/who.md", "\nMost people feel a little sore.\n")


@caught_by("T4")
def a_new_fact_is_not_heard(prompts: Prompts) -> None:
    prompts.replace("facts.toml", "[when]\n", '3 = "It is for children too."\n\n[when]\n')


@caught_by(UNREADABLE)
def a_fact_is_unknown(prompts: Prompts) -> None:
    prompts.replace("en/who.md", '"who.2"', '"who.7"')


@caught_by(UNREADABLE)
def a_fact_is_taken_from_the_page(prompts: Prompts) -> None:
    prompts.replace("facts.toml", '2 = "It takes a few minutes."\n', "")


@caught_by("T4")
def a_fact_moves_to_another_section(prompts: Prompts) -> None:
    prompts.replace("en/who.md", '[["who.1"], ["who.2"]]', '[["who.1"], []]')
    prompts.replace("en/when.md", '["when.1"]', '["when.1", "who.2"]')


@caught_by("T4")
def two_sections_swap_facts(prompts: Prompts) -> None:
    prompts.replace("en/who.md", '"who.2"', '"when.2"')
    prompts.replace("en/when.md", '"when.2"', '"who.2"')


@caught_by(UNREADABLE, Base.SPANISH)
def two_passages_of_one_language_swap_facts(prompts: Prompts) -> None:
    prompts.replace("es/who.md", '[["who.1"], ["who.2"]]', '[["who.2"], ["who.1"]]')


@caught_by(UNREADABLE)
def a_passage_has_no_list_of_facts(prompts: Prompts) -> None:
    prompts.replace("en/who.md", '[["who.1"], ["who.2"]]', '[["who.1", "who.2"]]')
