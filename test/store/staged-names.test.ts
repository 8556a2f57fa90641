import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { SaleTicket } from '../../src/contract/import-rows.ts';
import { mergeDays, orderOf } from '../../src/store/sqlite/sale-days.ts';
import { NAME_COLUMNS, StagedNames } from '../../src/store/sqlite/staged-names.ts';
import { TICKET } from '../support/tickets.ts';

const TICKETS = { table: 'temp.ticket', names: 'temp.ticket_name' };

/** Tickets of a product, day and quantity, staged, and merged by cells that are numbered by product. */
function staged(tickets: readonly (readonly [product: string, day: number, quantity: number])[], mostHeld: number) {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE temp.ticket (name INTEGER, day INTEGER, quantity REAL, price REAL, covariates TEXT, stored INTEGER);
    CREATE TABLE temp.ticket_name (${NAME_COLUMNS.join(', ')})`);
  const names = new StagedNames(database, TICKETS.names, mostHeld);
  const insert = database.prepare('INSERT INTO temp.ticket (name, day, quantity) VALUES (?, ?, ?)');
  for (const [product, day, quantity] of tickets) {
    const ticket: SaleTicket = { ...TICKET, product, productType: `of ${product} from ${day} on`, day, quantity };
    insert.run(names.numberOf(ticket), day, quantity);
  }
  names.write();
  database.exec('UPDATE temp.ticket_name SET cell = unicode(product)');
  const order = orderOf(database, TICKETS, names);
  mergeDays(database, TICKETS, 'temp.ticket_day', { columns: [] }, order);
  const rows = database.prepare('SELECT char(cell) AS product, day, quantity FROM temp.ticket_day').all();
  const types = database.prepare('SELECT product, type, max(typed_at) FROM temp.ticket_name GROUP BY product').all();
  const numbers = database.prepare('SELECT count(*) AS n FROM temp.ticket_name').get() as { n: number };
  return {
    order,
    rows: rows.map((row) => Object.values(row)),
    types: types.map(({ product, type }) => [product, type]),
    numbers: numbers.n,
  };
}

describe('names of the tickets of an import', () => {
  const ordered = [
    ['b', 1, 10],
    ['b', 2, 20],
    ['a', 1, 30],
    ['a', 3, 40],
  ] as const;
  const rows = [
    ['a', 1, 30],
    ['a', 3, 40],
    ['b', 1, 10],
    ['b', 2, 20],
  ];
  it('tell how the tickets lie: in order, each a day of its own, or several of a day', () => {
    expect(staged(ordered, 9)).toMatchObject({ order: 'ordered', rows });
    const byDay = ordered.toSorted(([, a], [, b]) => a - b);
    expect(staged(byDay, 9)).toMatchObject({ order: 'single', rows });
    expect(staged(ordered.toReversed(), 9)).toMatchObject({ order: 'several', rows });
    const again = [...ordered, ['a', 3, 2]] as const;
    expect(staged(again, 9)).toMatchObject({ order: 'several', rows: rows.with(1, ['a', 3, 42]) });
  });
  it('are no rows as they are where something came back: it is settled first', () => {
    const returned = [...ordered, ['a', 4, -5]] as const;
    expect(staged(returned, 9)).toMatchObject({ order: 'single', rows: rows.toSpliced(2, 0, ['a', 4, -5]) });
  });
  it('may be more than are held in memory: a name that comes again has another number, and its days are merged', () => {
    const scattered = [...ordered, ['c', 1, 1], ['b', 2, 5], ['c', 2, 1], ['a', 1, 3]] as const;
    const found = staged(scattered, 2);
    expect(found).toMatchObject({
      order: 'several',
      rows: [
        ['a', 1, 33],
        ['a', 3, 40],
        ['b', 1, 10],
        ['b', 2, 25],
        ['c', 1, 1],
        ['c', 2, 1],
      ],
      types: [
        ['a', 'of a from 1 on'],
        ['b', 'of b from 2 on'],
        ['c', 'of c from 2 on'],
      ],
    });
    expect(found.numbers).toBeGreaterThan(3);
    expect(staged(scattered, 9)).toMatchObject({ rows: found.rows, types: found.types, numbers: 3 });
  });
  it('that stand together are in order however many there are', () => {
    expect(staged([...ordered, ['c', 1, 1]], 1)).toMatchObject({ order: 'ordered', rows: [...rows, ['c', 1, 1]] });
  });
});
