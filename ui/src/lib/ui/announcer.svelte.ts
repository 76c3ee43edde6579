/** What a screen reader is told. Sentences that come together are told together. */
export class Announcer {
  text = $state('');
  #waiting: string[] = [];

  say(sentence: string): void {
    this.#waiting.push(sentence);
    if (this.#waiting.length > 1) return;
    setTimeout(() => {
      this.text = this.#waiting.join('. ');
      this.#waiting = [];
    }, 100);
  }
}
