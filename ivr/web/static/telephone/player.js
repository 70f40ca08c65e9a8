// Plays what one answer of the line holds, item by item, in the time of the call (seconds since it began).
//
// At once: everything up to the next silence that waits for the caller is told without delay, and then time stands
// still until a key is pressed or the silence is kept.

export class Player {
  #items = [];
  #next = 0;
  #endsAt = 0;
  #position = 0; // where the clock stood when it was last set,
  #setAt = 0; // and when that was
  #limit = Infinity; // a voice that is still speaking holds the clock here
  #timer = 0;
  #isStopped = true;
  #tell;
  #finish;
  speed = 1;

  /** `tell(item)` is called as each item begins, and may return how to wait for it; `finish()` at the end. */
  constructor(tell, finish) {
    this.#tell = tell;
    this.#finish = finish;
  }

  play(items, atS) {
    this.stop();
    this.#items = items;
    this.#next = 0;
    this.#endsAt = items.reduce((end, item) => Math.max(end, item.at_s + item.seconds), atS);
    this.#isStopped = false;
    this.#set(atS);
    this.#run();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#position = this.position;
    this.#isStopped = true;
    this.#limit = Infinity;
  }

  /** The second of the call that it is now. */
  get position() {
    if (this.#isStopped || this.speed === "instant") return this.#position;
    const now = this.#position + ((performance.now() - this.#setAt) / 1000) * this.speed;
    return Math.min(now, this.#limit, this.#endsAt);
  }

  get isWaiting() {
    return Boolean(this.#waitNow());
  }

  /** Go to the next silence that waits for the caller; from inside one, to its end. */
  skip() {
    if (this.#isStopped) return;
    const wait = this.#waitNow();
    const ahead = this.#items.slice(this.#next).find((item) => item.holds);
    this.#limit = Infinity;
    this.#set(wait ? wait.at_s + wait.seconds : ahead ? ahead.at_s : this.#endsAt);
    this.#run();
  }

  setSpeed(speed) {
    this.#set(this.position);
    this.speed = speed;
    if (!this.#isStopped) this.#run();
  }

  #waitNow() {
    const position = this.position;
    return this.#items.find(
      (item) => item.holds && item.at_s <= position + 1e-6 && position < item.at_s + item.seconds - 1e-6,
    );
  }

  #set(position) {
    this.#position = position;
    this.#setAt = performance.now();
  }

  #run() {
    clearTimeout(this.#timer);
    this.#tellWhatIsDue();
    if (this.#isStopped) return;
    if (this.speed === "instant") {
      this.#runAtOnce();
      return;
    }
    if (this.position >= this.#endsAt - 1e-6) {
      this.#end();
      return;
    }
    const due = this.#items[this.#next]?.at_s ?? this.#endsAt;
    if (this.#limit <= this.position) return; // the voice calls back
    this.#timer = setTimeout(() => this.#run(), Math.max(0, ((due - this.position) / this.speed) * 1000) + 1);
  }

  #runAtOnce() {
    while (!this.#isStopped && !this.#waitNow()) {
      const item = this.#items[this.#next];
      if (!item) {
        this.#set(this.#endsAt);
        this.#end();
        return;
      }
      this.#set(Math.max(item.at_s, this.#position));
      this.#tellWhatIsDue();
    }
  }

  #tellWhatIsDue() {
    while (!this.#isStopped && this.#next < this.#items.length) {
      const item = this.#items[this.#next];
      if (item.at_s > this.position + 0.02) return;
      this.#next += 1;
      this.#hold(item, this.#tell(item));
    }
  }

  /** A voice takes its own time: the clock waits for it, and goes on to the end of the item when it is done. */
  #hold(item, spoken) {
    if (!spoken) return;
    const end = item.at_s + item.seconds;
    this.#limit = end - 0.01;
    spoken.then(() => {
      if (this.#isStopped || this.#limit !== end - 0.01) return;
      this.#limit = Infinity;
      this.#set(Math.max(end, this.position));
      this.#run();
    });
  }

  #end() {
    this.stop();
    this.#finish();
  }
}
