import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterDeletion, earlier, moved, place, type VersionFacts } from '../../src/rules/versions.ts';

const none: VersionFacts = { last: 0, versions: [], live: null, candidate: null };
const three: VersionFacts = { last: 3, versions: [1, 2, 3], live: 2, candidate: 3 };

describe('a new version', () => {
  it.each([
    ['is live when it is the first', none, false, 1, { live: 1, candidate: null }],
    [
      'is the candidate when it is not wanted live',
      { ...none, last: 1, versions: [1], live: 1 },
      false,
      2,
      { live: 1, candidate: 2 },
    ],
    ['is live when it is wanted so; the candidate stays', three, true, 4, { live: 4, candidate: 3 }],
    ['takes the place of the candidate', three, false, 4, { live: 2, candidate: 4 }],
    [
      'has a number that was never used, though all were deleted',
      { ...none, last: 7 },
      false,
      8,
      { live: 8, candidate: null },
    ],
    [
      'has a number above those that are kept, whatever the counter says',
      { ...three, last: 1 },
      true,
      4,
      { live: 4, candidate: 3 },
    ],
  ])('%s', (_, facts, live, version, aliases) => {
    expect(place(facts, { live })).toEqual({ version, aliases });
  });
});

describe('an alias', () => {
  it.each([
    ['live', 3, { live: 3, candidate: null }],
    ['live', 1, { live: 1, candidate: 3 }],
    ['candidate', 1, { live: 2, candidate: 1 }],
  ] as const)('%s moves to version %i', (alias, version, aliases) => {
    expect(moved({ live: 2, candidate: 3 }, alias, version)).toEqual(aliases);
  });
});

describe('a deletion', () => {
  it.each([
    ['of another version changes no alias', three, 1, { live: 2, candidate: 3 }, null],
    ['of the candidate leaves none', three, 3, { live: 2, candidate: null }, null],
    [
      'of the live version makes the newest of the others live',
      { ...three, candidate: null },
      2,
      { live: 3, candidate: null },
      3,
    ],
    ['of the live version makes the candidate live where it is the newest', three, 2, { live: 3, candidate: null }, 3],
    [
      'of the live version leaves an older candidate',
      { ...three, live: 3, candidate: 1 },
      3,
      { live: 2, candidate: 1 },
      2,
    ],
    [
      'of the last version leaves none',
      { last: 4, versions: [4], live: 4, candidate: null },
      4,
      { live: null, candidate: null },
      null,
    ],
  ])('%s', (_, facts, version, aliases, promoted) => {
    expect(afterDeletion(facts, version)).toEqual({ aliases, promoted });
  });
});

it('the version before the live one is the newest of those with a lower number', () => {
  expect(earlier({ versions: [5, 1, 3], live: 5 })).toBe(3);
  expect(earlier({ versions: [5, 1, 3], live: 1 })).toBeNull();
  expect(earlier({ versions: [1], live: null })).toBeNull();
});

it('whatever is trained, deleted and moved, numbers only grow, aliases name what there is, and a cell with models has a live one', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), live: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('delete' as const, 'live' as const, 'candidate' as const), of: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let facts: VersionFacts = none;
      for (const taken of steps) {
        if (taken.kind === 'add') {
          const { version, aliases } = place(facts, taken);
          expect(version).toBe(facts.last + 1);
          facts = { last: version, versions: [...facts.versions, version], ...aliases };
        } else if (facts.versions.length > 0) {
          const version = facts.versions[taken.of % facts.versions.length];
          if (taken.kind === 'delete') {
            const { aliases, promoted } = afterDeletion(facts, version);
            if (promoted !== null) expect([facts.live, aliases.live]).toEqual([version, promoted]);
            facts = { ...facts, versions: facts.versions.filter((v) => v !== version), ...aliases };
          } else facts = { ...facts, ...moved(facts, taken.kind, version) };
        }
        expect(facts.live !== null).toBe(facts.versions.length > 0);
        for (const named of [facts.live, facts.candidate]) if (named !== null) expect(facts.versions).toContain(named);
      }
    }),
  );
});
