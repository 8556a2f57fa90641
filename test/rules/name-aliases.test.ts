import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NameAlias } from '../../src/contract/store/names.ts';
import { aliasedBy, aliasesAfter } from '../../src/rules/name-changes.ts';

const name = fc.constantFrom('A', 'B', 'C', 'D');
const step = fc.record({ from: name, into: name, merchant: fc.constantFrom(null, 'Ana', 'Bea') });

/** Where each name of a merchant's products has gone, step by step. */
function followed(steps: readonly { from: string; into: string; merchant: string | null }[], merchant: string) {
  const means = new Map(['A', 'B', 'C', 'D'].map((one) => [one, one]));
  for (const { from, into, merchant: owner } of steps) {
    if (owner !== null && owner !== merchant) continue;
    for (const [said, meant] of means) if (meant === from) means.set(said, into);
    // The new name is a name again.
    means.set(into, into);
  }
  return means;
}

it('what a file says ends where every change of it has led, at each merchant', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      // Nobody changes a name to itself, or one that means another by then.
      let aliases: readonly NameAlias[] = [];
      const done: typeof steps = [];
      for (const one of steps) {
        const scopes = one.merchant === null ? ['Ana', 'Bea'] : [one.merchant];
        const isName = scopes.every((merchant) => followed(done, merchant).get(one.from) === one.from);
        if (one.from === one.into || !isName) continue;
        aliases = aliasesAfter(aliases, { kind: 'product', ...one, from: [one.from] }, new Set(scopes));
        done.push(one);
      }
      for (const merchant of ['Ana', 'Bea']) {
        const means = aliasedBy(aliases);
        for (const [said, meant] of followed(done, merchant))
          expect([said, means({ merchant, product: said }).cell.product]).toEqual([said, meant]);
      }
    }),
    { numRuns: 500 },
  );
});
