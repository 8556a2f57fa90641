/** Names that people would take for one: they differ in capitals, accents or blanks alone. */

import { foldedText } from '../contract/folded-text.ts';

/**
 * Groups of names that look alike, each with one of the import at least. @param names of the import @param all those of
 * the store, the import's among them
 */
export function twinNames(names: ReadonlySet<string>, all: Iterable<string>): readonly (readonly string[])[] {
  const groups = new Map<string, Set<string>>();
  for (const name of all) {
    const key = foldedText(name).replace(/\s+/g, ' ');
    const group = groups.get(key);
    if (group) group.add(name);
    else groups.set(key, new Set([name]));
  }
  return [...groups.values()]
    .filter((group) => group.size > 1 && [...group].some((name) => names.has(name)))
    .map((group) => [...group].sort());
}
