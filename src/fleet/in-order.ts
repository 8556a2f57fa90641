/** What comes back from threads in any order, told in the order in which it was handed over. */

/** Memory grows with what came back before something that was handed over earlier. */
export class InOrder<T> {
  private readonly tell: (item: T) => void;
  private readonly places = new Map<string, number>();
  private readonly waiting = new Map<number, T>();
  private handedOver = 0;
  private told = 0;

  constructor(tell: (item: T) => void) {
    this.tell = tell;
  }

  expect(key: string): void {
    this.places.set(key, this.handedOver++);
  }

  /** @param key as it was expected, once */
  put(key: string, item: T): void {
    this.waiting.set(this.places.get(key) as number, item);
    this.places.delete(key);
    for (let next = this.waiting.get(this.told); next !== undefined; next = this.waiting.get(this.told)) {
      this.waiting.delete(this.told++);
      this.tell(next);
    }
  }

  /** What has waited for something that never came back. */
  end(): void {
    const rest = [...this.waiting].sort(([a], [b]) => a - b);
    this.waiting.clear();
    for (const [, item] of rest) this.tell(item);
  }
}
