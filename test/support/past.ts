/** A clock that stands two days before the true one: `node --import` this. */

const True = Date;
const BACK_MS = -2 * 864e5;

globalThis.Date = class extends True {
  constructor(...given: unknown[]) {
    if (given.length > 0) super(...(given as [number]));
    else super(True.now() + BACK_MS);
  }
  static override now(): number {
    return True.now() + BACK_MS;
  }
} as DateConstructor;
