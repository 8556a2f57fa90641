/** Versions of a cell's models: what number comes next, which one is live, and what follows when one is deleted. */

import type { Alias } from '../core/vocabulary.ts';
/** What is known of a cell's versions. */
export interface VersionFacts {
  /** The highest number that was ever given; 0 before the first. */
  readonly last: number;
  /** Those that are kept, in any order. */
  readonly versions: readonly number[];
  readonly live: number | null;
  readonly candidate: number | null;
}

/** Which versions the aliases name. */
export interface Aliases {
  readonly live: number | null;
  readonly candidate: number | null;
}

/**
 * Where a new model goes. Its number was never used before, whatever was deleted since. It is live when it is wanted so
 * or when the cell has no live one; otherwise it is the candidate.
 */
export function place(
  { last, versions, ...aliases }: VersionFacts,
  wanted: { readonly live: boolean },
): { readonly version: number; readonly aliases: Aliases } {
  const version = Math.max(last, ...versions) + 1;
  return { version, aliases: moved(aliases, wanted.live || aliases.live === null ? 'live' : 'candidate', version) };
}

/** An alias moves to a version. A candidate that becomes live is no candidate any more. */
export function moved({ live, candidate }: Aliases, alias: Alias, version: number): Aliases {
  if (alias === 'candidate') return { live, candidate: version };
  return { live: version, candidate: candidate === version ? null : candidate };
}

/**
 * Of a cell that the sales of others have joined: no version knows them, so that none is in use, or waits to be, until
 * one is trained.
 */
export const AFTER_JOINING: Aliases = { live: null, candidate: null };

/**
 * A version is deleted. A cell that keeps models always has a live one: the newest of the remaining takes the place of
 * a live one that goes.
 *
 * @returns the aliases from then on, and the version that became live by it; null when none did
 */
export function afterDeletion(
  { versions, live, candidate }: VersionFacts,
  deleted: number,
): { readonly aliases: Aliases; readonly promoted: number | null } {
  const left = versions.filter((version) => version !== deleted);
  const stays = (version: number | null): number | null =>
    version !== null && left.includes(version) ? version : null;
  const aliases = { live: stays(live), candidate: stays(candidate) };
  if (aliases.live !== null || left.length === 0) return { aliases, promoted: null };
  const promoted = Math.max(...left);
  return { aliases: moved(aliases, 'live', promoted), promoted };
}

/** The version that going back leads to: the newest of those before the live one; null when there is none. */
export function earlier({ versions, live }: Pick<VersionFacts, 'versions' | 'live'>): number | null {
  const before = versions.filter((version) => live !== null && version < live);
  return before.length === 0 ? null : Math.max(...before);
}
