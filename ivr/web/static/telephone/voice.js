// The browser's own voices, where it has any for a language.

const speech = window.speechSynthesis;

speech?.getVoices(); // some browsers load their voices only when first asked

export function hasVoice(language) {
  return Boolean(voiceFor(language));
}

/** Say something; `done` is called once when it has been said, or could not be. */
export function say(text, language, done) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voiceFor(language);
  utterance.lang = language;
  utterance.onend = utterance.onerror = done;
  speech.speak(utterance);
}

export function hush() {
  speech?.cancel();
}

function voiceFor(language) {
  const voices = speech?.getVoices() ?? [];
  const short = language.slice(0, 2);
  return voices.find((voice) => voice.lang === language) ?? voices.find((voice) => voice.lang.startsWith(short));
}
