/**
 * Names of the tickets of an import: each merchant and product once, with a number that its tickets carry. A million
 * tickets have a thousand of them.
 */

import type { DatabaseSync } from 'node:sqlite';
import type { SaleTicket } from '../../contract/import-rows.ts';

/** `tickets` of a name, the place of the first of them, and the place of the last that has a type. */
export const NAME_COLUMNS = [
  'number INTEGER PRIMARY KEY',
  'merchant TEXT',
  'product TEXT',
  'type TEXT',
  'typed_at INTEGER',
  'first INTEGER',
  'tickets INTEGER',
  'cell INTEGER',
];

interface StagedName {
  readonly number: number;
  readonly merchant: string;
  readonly product: string;
  readonly first: number;
  type: string | null;
  typedAt: number | null;
  tickets: number;
  lastDay: number;
}

/** Names that are held in memory at once; the same name has several numbers where a file has more of them. */
const MOST_HELD = 50_000;

export class StagedNames {
  /** Tickets so far. */
  tickets = 0;
  /** Whether the days of every name ascend, so that none of them has two tickets of a day. */
  ascending = true;
  /** Whether the tickets of every name stand together. */
  together = true;
  /** Whether something came back. */
  returned = false;
  private readonly table: string;
  private readonly database: DatabaseSync;
  private readonly mostHeld: number;
  private readonly byMerchant = new Map<string, Map<string, StagedName>>();
  private held = 0;
  private numbers = 0;
  private last: StagedName | null = null;

  constructor(database: DatabaseSync, table: string, mostHeld = MOST_HELD) {
    this.database = database;
    this.table = table;
    this.mostHeld = mostHeld;
  }

  /** Number of a ticket's name; each ticket once, in the order in which they are staged. */
  numberOf({ merchant, product, productType, day, quantity }: SaleTicket): number {
    const place = ++this.tickets;
    let name = this.last;
    if (name === null || name.product !== product || name.merchant !== merchant) {
      name = this.byMerchant.get(merchant)?.get(product) ?? null;
      if (name === null) name = this.add(merchant, product, place);
      else this.together = false;
      this.last = name;
    }
    if (day <= name.lastDay) this.ascending = false;
    if (quantity < 0) this.returned = true;
    name.lastDay = day;
    name.tickets++;
    if (productType !== null) {
      if (name.type !== productType) name.type = ownText(productType);
      name.typedAt = place;
    }
    return name.number;
  }

  private add(merchant: string, product: string, first: number): StagedName {
    if (this.held >= this.mostHeld) {
      this.write();
      this.byMerchant.clear();
      this.held = 0;
    }
    this.held++;
    const name: StagedName = {
      number: ++this.numbers,
      merchant: ownText(merchant),
      product: ownText(product),
      first,
      type: null,
      typedAt: null,
      tickets: 0,
      lastDay: Number.NEGATIVE_INFINITY,
    };
    const products = this.byMerchant.get(name.merchant);
    if (products) products.set(name.product, name);
    else this.byMerchant.set(name.merchant, new Map([[name.product, name]]));
    return name;
  }

  /** Those in memory into the table; they stay in memory, as what is written may be undone. */
  write(): void {
    const insert = this.database.prepare(`INSERT INTO ${this.table} VALUES (?, ?, ?, ?, ?, ?, ?, NULL)`);
    for (const products of this.byMerchant.values())
      for (const { number, merchant, product, type, typedAt, first, tickets } of products.values())
        insert.run(number, merchant, product, type, typedAt, first, tickets);
  }
}

/** A text on its own: one cut out of a file's keeps the whole piece of the file in memory. */
function ownText(text: string): string {
  return text.isWellFormed() ? Buffer.from(text).toString() : text;
}
