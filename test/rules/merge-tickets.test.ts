import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CovariateMerge, covariatesAfter, mergeTickets } from '../../src/rules/merge-tickets.ts';
import { TICKET, ticketsOfADay } from '../support/tickets.ts';

const of = (column: string, tickets: readonly (readonly [quantity: number, value: unknown])[]) =>
  mergeTickets(tickets.map(([quantity, value]) => ({ ...TICKET, quantity, [column]: value })))[column as 'price'];

describe('tickets of a day', () => {
  it('add their quantities up', () => {
    expect(mergeTickets([TICKET, { ...TICKET, quantity: 1.5 }]).quantity).toBe(4.5);
  });
  it.each(['price', 'cost', 'promo', 'waste'])(
    'give %s as the mean weighted by quantity, of those that have it',
    (column) => {
      expect(
        of(column, [
          [3, 0.2],
          [1, 0.6],
          [100, null],
        ]),
      ).toBeCloseTo(0.3, 12);
      expect(
        of(column, [
          [0, 0.2],
          [0, 0.6],
        ]),
      ).toBeCloseTo(0.4, 12);
      expect(of(column, [[1, null]])).toBeNull();
    },
  );
  it('give the market price as the plain mean: it does not depend on what was sold here', () => {
    expect(
      of('marketPrice', [
        [9, 1],
        [1, 2],
        [5, null],
      ]),
    ).toBe(1.5);
  });
  it('are sold out when any of them is', () => {
    expect(
      of('soldOut', [
        [1, false],
        [1, true],
      ]),
    ).toBe(true);
    expect(of('soldOut', [[1, false]])).toBe(false);
  });
  it('give each covariate by itself: one that a ticket lacks does not count there, and none is lost', () => {
    expect(
      of('covariates', [
        [1, { rain: 1, temp: 10 }],
        [3, { temp: 9 }],
      ]),
    ).toEqual({ rain: 1, temp: 9.25 });
    expect(
      of('covariates', [
        [0, { temp: 100 }],
        [0, { temp: 20 }],
      ]),
    ).toEqual({ temp: 60 });
    expect(of('covariates', [[1, null]])).toBeNull();
  });
  it('name the covariates that they do not agree on', () => {
    const merge = new CovariateMerge();
    merge.add({ rain: 1, temp: 10, wind: 3 }, 1);
    merge.add({ temp: 9, wind: 3 }, 0);
    merge.add(null, 5);
    expect(merge.differing()).toEqual(['temp']);
  });
  it('give means within the span of their values, and a value that all share exactly', () => {
    fc.assert(
      fc.property(ticketsOfADay, (tickets) => {
        const merged = mergeTickets(tickets);
        for (const column of ['price', 'cost', 'promo', 'waste', 'marketPrice'] as const) {
          const values = tickets.flatMap((ticket) => ticket[column] ?? []);
          if (values.length === 0) expect(merged[column]).toBeNull();
          else {
            expect(merged[column]).toBeGreaterThanOrEqual(Math.min(...values));
            expect(merged[column]).toBeLessThanOrEqual(Math.max(...values));
          }
        }
        const names = [...new Set(tickets.flatMap((ticket) => Object.keys(ticket.covariates ?? {})))];
        expect(Object.keys(merged.covariates ?? {}).sort()).toEqual(names.sort());
      }),
    );
  });
});

describe('covariates of a row that is written again', () => {
  it.each([
    ['that the file lacks stay', { rain: 1 }, null, [], { rain: 1 }],
    ['that the file has are its own', { rain: 1, temp: 5 }, { temp: 7 }, ['temp'], { rain: 1, temp: 7 }],
    ['whose cell is empty in the file are gone', { rain: 1, temp: 5 }, null, ['temp'], { rain: 1 }],
    ['of which none is left are none', { temp: 5 }, null, ['temp'], null],
    ['of a new name come to the others', { rain: 1 }, { temp: 2 }, ['temp'], { rain: 1, temp: 2 }],
  ] as const)('%s', (_, before, now, named, after) => {
    expect(covariatesAfter(before, now, named)).toEqual(after);
  });
});
