// The two tones of each key, as every telephone plays them.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const TONE_S = 0.14;

let context;

export function playTone(key) {
  const place = KEYS.indexOf(key);
  if (!window.AudioContext || place < 0) return;
  context ??= new AudioContext();
  const volume = context.createGain();
  volume.gain.value = 0.08;
  volume.connect(context.destination);
  for (const frequency of [ROWS[Math.floor(place / 3)], COLUMNS[place % 3]]) {
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(volume);
    tone.start();
    tone.stop(context.currentTime + TONE_S);
  }
}
