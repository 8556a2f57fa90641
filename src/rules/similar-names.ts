/** Names that may be one, written in two ways: suggestions, as nobody but who sells it knows. */

import { foldedText } from '../contract/folded-text.ts';

/** Shorter names differ by a letter because they are different things: "pera" and "para". */
const LEAST_LETTERS = 5;
/** Shorter words are sizes, grades and numbers, which tell products apart. */
const LEAST_WORD = 4;

/**
 * Groups of names that differ in capitals, accents, blanks, plural endings or one letter of a longer word alone, in
 * order of their first names. Names with different numbers are different things: "Leche 1 l" and "Leche 2 l".
 */
export function similarNames(names: readonly string[]): readonly (readonly string[])[] {
  const groups = new Groups(names.length);
  const seen = new Map<string, number[]>();
  const words = names.map(wordsOf);
  for (const [at, own] of words.entries()) {
    const key = own.join(' ');
    for (const near of nearKeys(key)) {
      const others = seen.get(near) ?? [];
      seen.set(near, others);
      for (const other of others) if (areSimilar(words[other] as string[], own)) groups.join(at, other);
      others.push(at);
    }
  }
  return groups.all().map((group) => group.map((at) => names[at] as string).sort());
}

/** Words of a name as they are compared: without capitals, accents, signs and plural endings. */
function wordsOf(name: string): string[] {
  // A name of signs alone is compared as it is.
  const words = foldedText(name).match(/[\p{L}\p{N}]+/gu) ?? [name];
  return words.map((word) => (word.length >= LEAST_WORD ? word.replace(/s$/, '') : word));
}

/** The key, and the key without any one of its letters: two that are one letter apart have one of these in common. */
function nearKeys(key: string): ReadonlySet<string> {
  const letters = [...key];
  if (letters.length < LEAST_LETTERS) return new Set([key]);
  return new Set([key, ...letters.map((_, i) => [...letters.slice(0, i), ...letters.slice(i + 1)].join(''))]);
}

function areSimilar(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [a.join(' '), b.join(' ')];
  if (one === other) return true;
  if (numbersOf(one) !== numbersOf(other) || !isOneLetterApart(one, other)) return false;
  if (a.length !== b.length) return true;
  return a.every((word, i) => {
    const against = b[i] as string;
    return word === against || (word.length >= LEAST_WORD && against.length >= LEAST_WORD);
  });
}

function numbersOf(key: string): string {
  return (key.match(/\d+/g) ?? []).join(' ');
}

/** Whether one letter more, less or another makes one of the other. */
function isOneLetterApart(a: string, b: string): boolean {
  const [short, long] = [[...a], [...b]].sort((one, other) => one.length - other.length) as [string[], string[]];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  const rest = long.length === short.length ? short.slice(at + 1) : short.slice(at);
  return rest.join('') === long.slice(at + 1).join('');
}

/** Members that belong together, however indirectly. */
class Groups {
  private readonly parents: number[];

  constructor(count: number) {
    this.parents = Array.from({ length: count }, (_, i) => i);
  }

  join(a: number, b: number): void {
    this.parents[this.root(a)] = this.root(b);
  }

  /** Those of several members. */
  all(): number[][] {
    const groups = Map.groupBy(this.parents.keys(), (at) => this.root(at));
    return [...groups.values()].filter((group) => group.length > 1);
  }

  private root(of: number): number {
    let at = of;
    while (this.parents[at] !== at) at = this.parents[at] as number;
    return at;
  }
}
