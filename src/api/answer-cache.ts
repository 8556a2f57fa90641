/** Answers that take long to work out, kept while what they follow from stands; the least recently used goes first. */

export class AnswerCache {
  private readonly most: number;
  private readonly answers = new Map<string, Promise<string>>();

  constructor(most: number) {
    this.most = most;
  }

  /** The answer under a key. Those who ask while it is worked out wait for the same one; a failure is not kept. */
  async get(key: string, make: () => Promise<string>): Promise<string> {
    const found = this.answers.get(key);
    const answer = found ?? make();
    this.answers.delete(key);
    this.answers.set(key, answer);
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= this.most) break;
      this.answers.delete(oldest);
    }
    try {
      return await answer;
    } catch (error) {
      this.answers.delete(key);
      throw error;
    }
  }
}
