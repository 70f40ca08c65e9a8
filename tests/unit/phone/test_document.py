"""One document that is refused for each rule, with the message that its writer reads."""

from __future__ import annotations

import pytest

from ivr.errors import TwimlFault
from ivr.phone import Dial, Document, Gather, Hangup, Pause, Redirect, Silence, Target, Words, parse
from ivr.phone.speech import Say

SAY = '<Say voice="Polly.Joanna-Neural" language="en-US">{}</Say>'
DIAL = '<Dial timeLimit="60" action="/voice/en/transfer">{}</Dial>'
GATHER = "<Gather action='/voice/en/menu' numDigits='1' finishOnKey=''"
ENTRY = "<Gather action='/voice/en/number' numDigits='10' finishOnKey='*'"
NUMBER = "<Number>+18135550101</Number>"
MARK = "is a number without a mark: put it in say-as, or in sub with an alias."
SYMBOL = "is a symbol that is not said as words."


def read(verbs: str, *, is_whisper: bool = False) -> Document:
    return parse(f"<Response>{verbs}</Response>".encode(), "text/xml", is_whisper=is_whisper)


def fault_of(verbs: str, *, is_whisper: bool = False) -> str:
    with pytest.raises(TwimlFault) as refused:
        read(verbs, is_whisper=is_whisper)
    return str(refused.value)


def test_a_whole_document_is_read() -> None:
    document = read(
        '<Gather action="/voice/en/menu?tries=1#rc=2" input="dtmf" method="POST" timeout="7" numDigits="1"'
        ' finishOnKey="">' + SAY.format("Hello.") + '<Pause length="2"/></Gather>'
        '<Dial timeLimit="7200" timeout="15" callerId="+18886633488">'
        '<Number url="/voice/en/whisper">+18135550101</Number><Sip>sip:desk@example.org</Sip></Dial>'
        "<Redirect>/voice/en/menu</Redirect>"
    )
    hello = Say("Polly.Joanna-Neural", "en-US", (Words("Hello.", "Hello."),))
    targets = (
        Target("number", "+18135550101", "/voice/en/whisper"),
        Target("sip", "sip:desk@example.org", None),
    )
    assert document.verbs == (
        Gather("/voice/en/menu?tries=1#rc=2", 7, 1, "", posts_silence=False, heard=(hello, Pause(2))),
        Dial(None, 15, 7200, "+18886633488", targets),
        Redirect("/voice/en/menu"),
    )
    assert document.leads_on


def test_what_is_left_out_takes_the_vendors_default() -> None:
    gather, pause, dial, hangup = read(
        '<Gather action="/voice/en/menu" numDigits="1" finishOnKey=""/>'
        f'<Pause/><Dial timeLimit="60">{NUMBER}</Dial><Hangup/>'
    ).verbs
    assert gather == Gather("/voice/en/menu", 5, 1, "", posts_silence=False, heard=())
    assert pause == Pause(1)
    assert isinstance(dial, Dial)
    assert (dial.timeout_s, dial.caller_id) == (30, None)
    assert hangup == Hangup()


def test_speech_keeps_what_is_said_what_is_written_and_its_silences() -> None:
    (say, _) = read(
        SAY.format(
            '<break time="500ms"/>About <sub alias="meta static">metastatic</sub>, press 3.<break time="1s"/>'
            '<break time="200ms"/><prosody rate="80%">Call <say-as interpret-as="digits">911</say-as>.</prosody>'
            '<break time="300ms"/>'
        )
        + "<Hangup/>"
    ).verbs
    assert isinstance(say, Say)
    assert say.said == "About meta static, press 3. Call 911."
    assert say.written == "About metastatic, press 3. Call 911."
    assert (say.longest_silence_ms, say.trailing_ms) == (1200, 300)
    number = Words("911.", "911.", 80, is_digit_by_digit=True)
    assert say.heard[-3:] == (Words("Call", "Call", 80), number, Silence(300))


@pytest.mark.parametrize(
    ("verbs", "message"),
    [
        ("<Sat/>", "<Sat>: is not a verb that the line uses."),
        ("<Play>/voice/a.mp3</Play>", "<Play>: is not a verb that the line uses."),
        ("<Number>+18135550101</Number>", "<Response><Number>: Number may not stand inside Response."),
        (f"{GATHER}>{DIAL.format(NUMBER)}</Gather>",
         "<Gather><Dial>: Dial may not stand inside Gather."),
        ("<Hangup reason='busy'/>", "<Hangup>: reason is not an attribute that the line uses."),
        ("<Gather action='/voice/en/menu' numDigit='1'/>",
         "<Gather>: numDigit is not an attribute that the line uses."),
        (DIAL.replace("<Dial", "<Dial record='true'").format(NUMBER),
         "<Dial>: record is not an attribute that the line uses."),
        ("<Gather action='/voice/en/menu' timeout='0'/>",
         '<Gather timeout="0">: timeout must be a whole number from 1 to 60.'),
        ("<Gather action='/voice/en/menu' timeout='auto'/>",
         '<Gather timeout="auto">: timeout must be a whole number from 1 to 60.'),
        ("<Gather action='/voice/en/menu' input='speech'/>", '<Gather input="speech">: input must be "dtmf".'),
        ("<Gather action='/voice/en/menu' method='GET'/>", '<Gather method="GET">: method must be "POST".'),
        ("<Gather action='/voice/en/menu' input=\"['dtmf']\"/>",
         "<Gather input=\"['dtmf']\">: input must be \"dtmf\"."),
        ("<Gather numDigits='1' finishOnKey=''/>", "<Gather>: action may not be left out."),
        ("<Gather action='/voice/en/menu' finishOnKey=''/>", "<Gather>: numDigits may not be left out."),
        ("<Gather action='/voice/en/menu' numDigits='1'/>", "<Gather>: finishOnKey may not be left out."),
        ("<Gather action='/voice/en/menu' numDigits='0'/>",
         '<Gather numDigits="0">: numDigits must be a whole number from 1 to 10.'),
        ("<Gather action='/voice/en/menu' numDigits='11'/>",
         '<Gather numDigits="11">: numDigits must be a whole number from 1 to 10.'),
        ("<Gather action='/voice/en/menu' finishOnKey='#'/>",
         '<Gather finishOnKey="#">: finishOnKey must be one of "", "*".'),
        ("<Gather action='/voice/en/menu' numDigits='10' finishOnKey=''/>",
         "<Gather>: without a key that ends them, a star would be one of several keys."),
        ("<Pause length='0'/>", '<Pause length="0">: length must be a whole number from 1 to 10.'),
        (f"<Dial>{NUMBER}</Dial>", "<Dial>: timeLimit may not be left out."),
        (f"<Dial timeLimit='14401'>{NUMBER}</Dial>",
         '<Dial timeLimit="14401">: timeLimit must be a whole number from 1 to 14400.'),
        (f"<Dial timeLimit='60' timeout='4'>{NUMBER}</Dial>",
         '<Dial timeout="4">: timeout must be a whole number from 5 to 600.'),
        (f"<Dial timeLimit='60' callerId='anonymous'>{NUMBER}</Dial>",
         '<Dial callerId="anonymous">: callerId must be a telephone number such as +18135550100.'),
        ("<Dial timeLimit='60'>+18135550101</Dial>", '<Dial>: the text "+18135550101" would not be said.'),
        ("<Dial timeLimit='60'/>", "<Dial>: rings 0; it must ring from 1 to 10."),
        (f"<Dial timeLimit='60'>{NUMBER * 11}</Dial>", "<Dial>: rings 11; it must ring from 1 to 10."),
        ("<Dial timeLimit='60'><Number>5550101</Number></Dial>",
         "<Number>5550101: the text must be a telephone number such as +18135550100."),
        ("<Dial timeLimit='60'><Sip>desk</Sip></Dial>",
         "<Sip>desk: the text must be a SIP address such as sip:desk@example.org."),
        ("<Say>Hello.</Say>", "<Say>: voice may not be left out."),
        ("<Say voice='Polly.Joana-Neural'>Hello.</Say>",
         ('<Say voice="Polly.Joana-Neural">: voice must be one of "Polly.Joanna-Neural", "Polly.Matthew-Neural", '
         '"Polly.Danielle-Neural", "Polly.Ruth-Neural", "Polly.Lupe-Neural", "Polly.Pedro-Neural".')),
        ("<Say voice='Polly.Joanna-Neural' language='es-US'>Hola.</Say>",
         '<Say language="es-US">: the voice Polly.Joanna-Neural speaks en-US.'),
        ("Hello.", '<Response>: the text "Hello." would not be said.'),
        ("<Hangup/> and then", '<Response>: the text "and then" would not be said.'),
        (SAY.format("word " * 500), "<Say>: has 2500 bytes; it must have fewer than 2500."),
    ],
)  # fmt: skip
def test_what_the_vocabulary_does_not_hold_is_refused(verbs: str, message: str) -> None:
    assert fault_of(verbs) == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("<emphasis>Now</emphasis>", "<emphasis>: is not a verb that the line uses."),
        ("<prosody pitch='high'>Now</prosody>", "<prosody>: pitch is not an attribute that the line uses."),
        ("<prosody rate='slow'>Now</prosody>",
         '<prosody rate="slow">: rate must be a rate such as "80%", from 50% to 120%.'),
        ("<prosody rate='80%'><prosody rate='80%'>Now</prosody></prosody>",
         "<prosody><prosody>: prosody may not stand inside prosody."),
        ("<break time='4s'/>Now", '<break time="4s">: time must be a time such as "600ms" or "2s", at most 3 s.'),
        ("<break strength='strong'/>Now", "<break>: strength is not an attribute that the line uses."),
        ("<say-as interpret-as='spell-out'>12</say-as>",
         '<say-as interpret-as="spell-out">: interpret-as must be one of "telephone", "digits", "date", "time".'),
        ("<say-as interpret-as='digits'>nine</say-as>", "<say-as>nine: the text must be digits."),
        ("<sub>MRI</sub>", "<sub>: alias may not be left out."),
        ("<sub alias=' '>MRI</sub>", '<sub alias=" ">: alias must be what is said instead.'),
        ("<sub alias='M R/I'>MRI</sub>", f'<sub alias="...">: "/" {SYMBOL}'),
        ("<lang xml:lang='fr-FR'>Bonjour</lang>",
         '<lang xml:lang="fr-FR">: xml:lang must be one of "en-US", "es-US".'),
        ("<p><p>Hello</p></p>", "<p><p>: p may not stand inside p."),
    ],
)  # fmt: skip
def test_speech_mark_up_that_fails_or_cannot_be_timed_is_refused(words: str, message: str) -> None:
    assert fault_of(SAY.format(words) + "<Hangup/>") == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "<Say>: there are no words in it."),
        ("<break time='1s'/>", "<Say>: there are no words in it."),
        ("Press {key}.", '<Say>: "{key}" is a placeholder that nothing filled.'),
        ("Parts ['a', 'b']", "<Say>: \"['a', 'b']\" is a program's value, not words."),
        ("At None.", '<Say>: "None" is a program\'s value, not words.'),
        ("See https://example.org/a", '<Say>: "https://example.org/a" is a web address.'),
        ("See moffitt.org today", '<Say>: "moffitt.org" is a web address.'),
        ("Press &lt;b&gt;3&lt;/b&gt;", '<Say>: "&lt;b&gt;" is mark-up'.replace("&lt;", "<").replace("&gt;", ">")
         + " that was escaped: the voice would read it out."),
        ("One &amp;amp; two", '<Say>: "&amp;" is mark-up that was escaped: the voice would read it out.'),
        ("Call 1-888-663-3488.", f'<Say>: "1-888-663-3488" {MARK}'),
        ("Call 9-1-1.", f'<Say>: "9-1-1" {MARK}'),
        ("Call 888 663 3488.", f'<Say>: "888 663" {MARK}'),
        ("Code 12345.", f'<Say>: "12345" {MARK}'),
        ("An MRI scan.", '<Say>: "MRI" is a bare abbreviation: write its words, or put it in sub.'),
        ("The U.S. and more.", '<Say>: "U.S." is a bare abbreviation: write its words, or put it in sub.'),
        *((f"One {symbol} two", f'<Say>: "{symbol}" {SYMBOL}') for symbol in "/_#*@=}[]|%+()~$^\\`"),
        ("One &amp; two", f'<Say>: "&" {SYMBOL}'),
        ("One &lt; two", f'<Say>: "<" {SYMBOL}'),
        ("One \u200b two", f'<Say>: "\u200b" {SYMBOL}'),
        ("Metasta\u0301sico", f'<Say>: "\u0301" {SYMBOL}'),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(words: str, message: str) -> None:
    assert fault_of(SAY.format(words) + "<Hangup/>") == message


@pytest.mark.parametrize(
    "words",
    [
        "None of our team is here at 8:30 or at 7 p.m.",
        "¿Oprima 9? ¡Sí! Metastásico, ganglios, niña, vergüenza…",
        "In 2026, “part 12” of 24 – it’s long - really.",
        "<p><s>Hello.</s><s>Press <sub alias='the star key'>*</sub>.</s></p>",
        "<lang xml:lang='es-US'>Diga</lang> <say-as interpret-as='telephone'>1-888-663-3488</say-as>",
    ],
)
def test_plain_words_of_both_languages_are_spoken(words: str) -> None:
    assert read(SAY.format(words) + "<Hangup/>").leads_on


@pytest.mark.parametrize(
    ("verbs", "message"),
    [
        (f"{GATHER}/>", "<Gather>: nothing follows it, so that silence would end the call."),
        (f"{ENTRY}/><Hangup/>", "<Gather>: a star alone leads to what follows it, and that does not listen."),
        (f"{GATHER}/>{ENTRY}/><Redirect>/voice/en/menu</Redirect>",
         "<Gather>: a star alone leads to what follows it, and that does not listen."),
        (f"{ENTRY}/>{ENTRY}/>", "<Gather>: nothing follows it, so that silence would end the call."),
        ("<Hangup/><Pause/>", "<Hangup>: what follows it is never reached."),
        ("<Redirect>/voice/en/menu</Redirect><Hangup/>", "<Redirect>: what follows it is never reached."),
        (DIAL.format(NUMBER) + "<Hangup/>", "<Dial>: what follows it is never reached."),
    ],
)  # fmt: skip
def test_verbs_in_an_order_that_no_caller_survives_are_refused(verbs: str, message: str) -> None:
    assert fault_of(verbs) == message


@pytest.mark.parametrize(
    ("verbs", "where"),
    [
        ("<Redirect>https://example.org/voice/en/menu</Redirect>",
         '<Redirect text="https://example.org/voice/en/menu">'),
        ("<Redirect>menu</Redirect>", '<Redirect text="menu">'),
        ("<Redirect>/voice/../desk</Redirect>", '<Redirect text="/voice/../desk">'),
        (f"{GATHER.replace('/voice/en/menu', '//example.org/voice/')}/><Hangup/>",
         '<Gather action="//example.org/voice/">'),
        (f"<Dial timeLimit='60' action='/desk'>{NUMBER}</Dial>", '<Dial action="/desk">'),
        ("<Dial timeLimit='60'><Number url='/whisper'>+18135550101</Number></Dial>", '<Number url="/whisper">'),
    ],
)  # fmt: skip
def test_every_url_is_a_path_under_voice(verbs: str, where: str) -> None:
    assert fault_of(verbs) == f"{where}: must be a path under /voice/."


def test_a_telephone_number_in_a_url_is_refused_and_not_repeated() -> None:
    message = fault_of("<Redirect>/voice/en/menu?from=8135550123</Redirect>")
    assert message == "<Redirect text>: a URL must not carry a telephone number."


def test_a_document_that_is_hosted_elsewhere_may_name_other_urls() -> None:
    body = b"<Response><Redirect>https://example.org/twiml</Redirect></Response>"
    assert parse(body, "text/xml", strict_urls=False).verbs == (Redirect("https://example.org/twiml"),)


@pytest.mark.parametrize("verb", ["<Redirect>/voice/en/menu</Redirect>", "<Pause/>", DIAL.format(NUMBER)])
def test_a_whisper_may_only_speak_listen_and_hang_up(verb: str) -> None:
    assert fault_of(verb, is_whisper=True).endswith(">: may not stand in a whisper.")
    assert read(verb)


def test_a_document_that_silence_runs_off_does_not_lead_on() -> None:
    assert not read(SAY.format("Hello.")).leads_on
    assert not read("").leads_on
    assert not read(f"<Dial timeLimit='60'>{NUMBER}</Dial>").leads_on


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<Response><Say></Response>", "The document is not XML: mismatched tag: line 1, column 17."),
        (b"", "The document is not XML: no element found: line 1, column 0."),
        (b"<Response>\xff</Response>", "The document is not UTF-8: byte 10."),
        (b"<Response>\x0b</Response>", "The document holds the control character U+000B."),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><Response/>",
         "The document holds a DOCTYPE, a comment or CDATA; TwiML needs none of them."),
        (b"<Response><!-- later --></Response>",
         "The document holds a DOCTYPE, a comment or CDATA; TwiML needs none of them."),
        (b"<html/>", "<html>: a document is a <Response>."),
        (b"<Response>" + b" " * 33_000 + b"</Response>", "The document has 33021 bytes; the most is 32768."),
    ],
)  # fmt: skip
def test_what_is_not_a_document_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(TwimlFault) as refused:
        parse(body, "text/xml")
    assert str(refused.value) == message


@pytest.mark.parametrize("content_type", ["text/html", "application/xml", "text/xml; charset=latin-1", ""])
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(TwimlFault, match=f'not "{content_type}"'):
        parse(b"<Response/>", content_type)
