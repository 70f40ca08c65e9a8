"""Mutants of menu.toml: keys, offers, and where silence leads."""

from __future__ import annotations

from tests.properties.mutants.mutant import UNREADABLE, Base, Prompts, caught_by

MENU = "menu.toml"
MAIN = 'kind = "menu"\noffers = ["person", "sections", "choices"]'
WHO = '[nodes.who]\nkind = "section"\noffers = ["person", "again", "next", "choices"]\nsilence = "person"'
MAIN_IS_SILENT = f'{MAIN}\nsilence = "person"'
AWAY = '[nodes.away]\nkind = "notice"\noffers = ["person", "back", "choices"]\nsilence = "bye"'
MISSED = '[nodes.missed]\nkind = "notice"\noffers = ["person", "back", "choices"]\nsilence = "bye"'


@caught_by(UNREADABLE)
def the_key_to_a_person_is_dropped(prompts: Prompts) -> None:
    prompts.replace(MENU, '0 = "person"\n', "")


@caught_by(UNREADABLE)
def a_section_has_no_key(prompts: Prompts) -> None:
    prompts.replace(MENU, '3 = "after"\n', "")


@caught_by("R1")
def zero_and_seven_are_swapped(prompts: Prompts) -> None:
    prompts.replace(MENU, '0 = "person"', '0 = "again"')
    prompts.replace(MENU, '7 = "again"', '7 = "person"')


@caught_by("M4")
def eight_and_seven_are_swapped(prompts: Prompts) -> None:
    prompts.replace(MENU, '7 = "again"\n8 = "pace"', '8 = "again"\n7 = "pace"')


@caught_by("M4")
def pound_and_star_are_swapped(prompts: Prompts) -> None:
    prompts.replace(MENU, '"*" = "choices"\n"#" = "next"', '"#" = "choices"\n"*" = "next"')


@caught_by(UNREADABLE)
def a_key_leads_nowhere(prompts: Prompts) -> None:
    prompts.replace(MENU, '2 = "when"', '2 = "whenever"')


@caught_by(UNREADABLE)
def a_section_is_on_two_keys(prompts: Prompts) -> None:
    prompts.replace(MENU, '3 = "after"', '3 = "after"\n4 = "when"')


@caught_by(UNREADABLE)
def a_key_is_given_twice(prompts: Prompts) -> None:
    prompts.replace(MENU, '2 = "when"', '2 = "when"\n2 = "who"')


@caught_by("M2")
def the_keys_of_the_sections_have_a_gap(prompts: Prompts) -> None:
    prompts.replace(MENU, '3 = "after"', '4 = "after"')


@caught_by("M2")
def a_section_is_on_six(prompts: Prompts) -> None:
    prompts.replace(MENU, '3 = "after"', '6 = "after"')


@caught_by("M1", Base.SHIPPED)
def there_is_a_fifth_section(prompts: Prompts) -> None:
    prompts.replace(MENU, '8 = "pace"\n', '8 = "more"\n')
    prompts.replace(
        MENU,
        "# Connecting with a person, and",
        '[nodes.more]\nkind = "section"\nsilence = "person"\n'
        'offers = ["person", "again", "next", "choices"]\n\n# Connecting with a person, and',
    )
    header = '+++\ntitle = "T"\nsource = "S"\nfacts = [[]]\noption = "'
    prompts.add("en/more.md", f'{header}To hear more, press {{key}}."\n+++\n\nThere is more.\n')
    prompts.add("es/more.md", f'{header}Para oír más, oprima {{key}}."\n+++\n\nHay más.\n')


@caught_by("R2")
def the_menu_does_not_offer_a_person(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN, MAIN.replace('"person", ', ""))


@caught_by("R4")
def the_menu_does_not_offer_the_choices(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN, MAIN.replace(', "choices"', ""))


@caught_by("R4")
def a_section_does_not_offer_the_choices(prompts: Prompts) -> None:
    prompts.replace(MENU, WHO, WHO.replace(', "choices"', ""))


@caught_by("M6")
def the_sections_are_not_offered(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN, MAIN.replace('"sections", ', ""))


@caught_by("M1")
def the_menu_offers_too_much(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN, MAIN.replace('"sections"', '"sections", "again", "pace"'))


@caught_by("S5")
def a_section_cannot_be_heard_again(prompts: Prompts) -> None:
    prompts.replace(MENU, WHO, WHO.replace('"again", ', ""))


@caught_by("S5")
def a_section_ends_without_a_person(prompts: Prompts) -> None:
    prompts.replace(MENU, WHO, WHO.replace('"person", "again"', '"again"'))


@caught_by("S5")
def a_section_ends_with_five_choices(prompts: Prompts) -> None:
    prompts.replace(MENU, WHO, WHO.replace('"again", ', '"again", "pace", '))


@caught_by("L1", Base.SPANISH)
def the_menu_does_not_offer_the_language(prompts: Prompts) -> None:
    prompts.replace(MENU, '"language", "choices"', '"choices"')


@caught_by(UNREADABLE, Base.SPANISH)
def no_key_changes_the_language(prompts: Prompts) -> None:
    prompts.replace(MENU, '9 = "language"\n', "")
    prompts.replace(MENU, '"language", "choices"', '"choices"')


@caught_by("R5")
def a_silent_menu_leads_to_the_goodbye(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN_IS_SILENT, f'{MAIN}\nsilence = "bye"')


@caught_by("R5")
def a_silent_section_leads_to_the_goodbye(prompts: Prompts) -> None:
    prompts.replace(MENU, WHO, WHO.replace('silence = "person"', 'silence = "bye"'))


@caught_by("A1")
def a_silent_menu_rings_nobody(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN_IS_SILENT, f'{MAIN}\nsilence = "missed"')


@caught_by("W7")
def a_silent_menu_leads_to_itself(prompts: Prompts) -> None:
    prompts.replace(MENU, MAIN_IS_SILENT, f'{MAIN}\nsilence = "main"')


@caught_by("W7")
def the_closed_message_leads_back_to_the_menu(prompts: Prompts) -> None:
    prompts.replace(MENU, AWAY, AWAY.replace('"bye"', '"main"'))


@caught_by("W7")
def nobody_rings_again_for_ever(prompts: Prompts) -> None:
    prompts.replace(MENU, MISSED, MISSED.replace('"bye"', '"person"'))


@caught_by("W7")
def nobody_can_reach_a_node(prompts: Prompts) -> None:
    prompts.add(MENU, '\n[nodes.lost]\nkind = "notice"\noffers = ["choices"]\nsilence = "bye"\n')
    prompts.add("en/lost.md", '+++\ntitle = "T"\nsource = "S"\n+++\n\nYou are lost.\n')


@caught_by(UNREADABLE)
def nobody_leads_to_the_goodbye_at_once(prompts: Prompts) -> None:
    prompts.replace(MENU, 'nobody = "missed"', 'nobody = "bye"')


@caught_by(UNREADABLE)
def the_closed_message_is_a_transfer(prompts: Prompts) -> None:
    prompts.replace(MENU, 'closed = "away"', 'closed = "ring"')


@caught_by(UNREADABLE)
def the_way_to_a_person_is_a_message(prompts: Prompts) -> None:
    prompts.replace(MENU, 'open = "ring"', 'open = "missed"')


@caught_by(UNREADABLE)
def the_goodbye_leads_on(prompts: Prompts) -> None:
    prompts.replace(MENU, 'kind = "goodbye"', 'kind = "goodbye"\nsilence = "main"')


@caught_by(UNREADABLE)
def the_call_starts_with_the_menu(prompts: Prompts) -> None:
    prompts.replace(MENU, 'start = "hello"', 'start = "main"')
