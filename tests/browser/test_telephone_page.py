"""The telephone in the browser, called by a browser. At once: time stands still wherever the line waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

OPEN = "2026-11-24T10:00"  # a Tuesday morning
CHRISTMAS = "2026-12-25T10:00"

Open = Callable[..., Page]


def call(page: Page, *, at: str = OPEN, speed: str = "instant", **wishes: str) -> None:
    page.locator("[name=at]").fill(at)
    for name, value in wishes.items():
        page.locator(f"[name={name}]").select_option(value)
    page.locator("#speed").select_option(speed)
    page.get_by_role("button", name="Call", exact=True).click()


def step(page: Page, name: str) -> None:
    """Wait until the way leads through a place."""
    expect(page.locator("#path")).to_contain_text(name)


def press_by_mouse(page: Page, key: str) -> None:
    page.locator(f'[data-key="{key}"]').click()


def press_by_keyboard(page: Page, key: str) -> None:
    page.keyboard.press(key)


@pytest.mark.parametrize("press", [press_by_mouse, press_by_keyboard])
def test_a_caller_hears_the_greeting_reads_on_talks_and_hangs_up(
    opened: Open, press: Callable[[Page, str], None]
) -> None:
    page = opened("/phone")
    call(page)
    expect(page.locator("#heard")).to_contain_text("Moffitt Cancer Center")
    step(page, "menu")
    press(page, "3")
    step(page, "treat 4")
    press(page, "0")
    step(page, "talked")
    expect(page.locator("#whispers")).to_contain_text("takes the call")
    page.get_by_role("button", name="Hang up").click()
    script = page.locator("#script")
    expect(script).to_be_visible()
    lines = script.inner_text().splitlines()
    assert [line[:7] for line in lines if line.startswith("press")] == ["press 3", "press 0"]
    assert "talks" in lines
    assert lines[-1].startswith("hang up")


def test_the_sentence_that_is_said_now_stands_out_alone(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    step(page, "menu")
    assert page.locator("#heard [aria-current=true]").count() == 1
    assert page.locator("#heard > p").count() > 5


def test_every_sentence_is_in_its_own_language(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    step(page, "menu")
    expect(page.locator("#heard [lang=es-US]").first).to_contain_text("español")
    expect(page.locator("#heard [lang=en-US]").first).to_contain_text("Moffitt")


def test_a_spanish_number_answers_in_spanish(opened: Open) -> None:
    page = opened("/phone")
    call(page, language="es")
    step(page, "menu")
    expect(page.locator("#heard [lang]").first).to_have_attribute("lang", "es-US")


def test_closed_at_christmas_nobody_is_rung(opened: Open) -> None:
    page = opened("/phone")
    call(page, at=CHRISTMAS)
    step(page, "menu")
    press_by_keyboard(page, "0")
    step(page, "closed")
    expect(page.locator("#team")).to_be_hidden()


def test_a_wrong_key_is_named_back(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    step(page, "menu")
    press_by_keyboard(page, "6")
    step(page, "menu, try 2")
    expect(page.locator("#heard [lang]", has_text="6").first).to_be_visible()


def test_nobody_answers(opened: Open) -> None:
    page = opened("/phone")
    call(page, team="nobody")
    step(page, "menu")
    press_by_keyboard(page, "0")
    step(page, "nobody")
    expect(page.locator("#whispers")).to_contain_text("does not answer")


def test_staying_silent_leads_on_to_a_person(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    silent = page.get_by_role("button", name="Stay silent")
    for _ in range(4):
        silent.click()
    step(page, "talked")


def test_the_line_says_goodbye_to_who_stays_silent_after_a_talk(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    step(page, "menu")
    press_by_keyboard(page, "0")
    step(page, "talked")
    silent = page.get_by_role("button", name="Stay silent")
    for _ in range(4):
        silent.click()
    expect(page.locator("#state")).to_have_text("The call has ended")
    expect(page.locator("#script")).to_contain_text("ends")


def test_at_the_pace_of_a_telephone_a_key_falls_into_what_is_being_said(opened: Open) -> None:
    page = opened("/phone")
    call(page, speed="1")
    expect(page.locator("#heard .is-now")).to_contain_text("Moffitt")
    press_by_keyboard(page, "3")
    step(page, "treat")
    page.get_by_role("button", name="Skip ahead").click()
    step(page, "treat 5")
    expect(page.locator("#path")).not_to_contain_text("menu")


def test_typing_a_time_presses_no_key(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    step(page, "menu")
    page.locator("#speed").focus()
    page.keyboard.press("1")
    press_by_mouse(page, "2")
    step(page, "spread")
    expect(page.locator("#path")).not_to_contain_text("what")


def test_a_second_call_begins_afresh(opened: Open) -> None:
    page = opened("/phone")
    call(page)
    step(page, "menu")
    page.get_by_role("button", name="Hang up").click()
    page.get_by_role("button", name="Call", exact=True).click()
    step(page, "menu")
    assert page.locator("#heard > p").first.inner_text().startswith("0.0 s")
    expect(page.locator("#written")).to_be_hidden()


def test_the_script_is_copied(opened: Open) -> None:
    page = opened("/phone")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    call(page)
    step(page, "menu")
    page.get_by_role("button", name="Hang up").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#script").text_content()


# Debian's Chromium has no voices. This one says nothing, and is done when a test says so.
VOICE = """
window.spoken = [];
class Speech extends EventTarget {
  getVoices() { return [{ lang: "en-US" }, { lang: "es-US" }]; }
  speak(utterance) { window.spoken.push(utterance); }
  cancel() { window.spoken.at(-1)?.onerror(); }
}
Object.defineProperty(window, "speechSynthesis", { value: new Speech() });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def spoken(page: Page) -> list[str]:
    texts: list[str] = page.evaluate("window.spoken.map((utterance) => utterance.lang + ': ' + utterance.text)")
    return texts


def wait_until_spoken(page: Page, count: int) -> None:
    """Playwright's own wait evaluates text in the page, which the page's policy forbids."""
    page.evaluate(
        "count => new Promise(done => {"
        "  const look = () => (window.spoken.length === count ? done() : setTimeout(look, 10));"
        "  look();"
        "})",
        count,
    )


@pytest.fixture
def speaking(opened: Open) -> Page:
    page = opened("/phone")
    page.add_init_script(VOICE)
    page.reload()
    call(page, speed="1")
    wait_until_spoken(page, 1)
    return page


def test_the_line_goes_on_when_a_voice_is_done(speaking: Page) -> None:
    page = speaking
    expect(page.locator("#heard")).to_have_attribute("aria-live", "off")  # it would be heard twice
    page.evaluate("window.spoken[0].onend()")
    wait_until_spoken(page, 2)
    assert [text[:6] for text in spoken(page)] == ["en-US:", "es-US:"]
    expect(page.locator("#heard .is-now")).to_have_attribute("class", "is-now")
    expect(page.locator("#heard > p")).to_have_count(2)


def test_a_key_stops_the_voice(speaking: Page) -> None:
    page = speaking
    press_by_keyboard(page, "3")
    step(page, "treat")
    wait_until_spoken(page, 2)
    expect(page.locator("#heard > p")).to_have_count(3)


def test_without_sound_nothing_is_spoken_and_all_is_announced(speaking: Page) -> None:
    page = speaking
    page.get_by_role("button", name="Sound on").click()
    expect(page.locator("#heard")).to_have_attribute("aria-live", "polite")
    page.get_by_role("button", name="Skip ahead").click()
    step(page, "menu")
    assert len(spoken(page)) == 1
