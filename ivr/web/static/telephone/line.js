// Asks the line on this machine. The page keeps the sealed story of the call and nothing else.

export class Line {
  #story = "";

  /** Begin a call; the answer tells what is heard from now on. */
  call(wishes) {
    this.#story = "";
    return this.#ask("/phone/call", wishes);
  }

  /** One more act of the call: press a key, stay silent, or hang up. */
  act(act) {
    return this.#ask("/phone/act", { story: this.#story, act });
  }

  async #ask(address, question) {
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(question),
      });
      const answer = await response.json();
      this.#story = answer.story ?? this.#story;
      return answer;
    } catch {
      return { error: "The line on this machine does not answer. Is it still running?" };
    }
  }
}
