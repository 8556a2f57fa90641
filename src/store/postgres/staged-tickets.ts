/**
 * Tickets of an import until they are taken over: those of one name together, the last ones in memory, the others in a
 * table that the import has for itself. An import that is small needs none.
 */

import type { SaleTicket } from '../../contract/import-rows.ts';
import type { MergedDay } from '../../rules/merge-tickets.ts';
import type { PostgresConnection, Reader, Transaction } from './connection.ts';
import { StagingTable } from './staging-table.ts';

/** Tickets that are held in memory at once: some megabytes. */
const MOST_HELD = 50_000;

/** A merchant and product as a file says them. */
export interface StagedName {
  readonly number: number;
  readonly merchant: string;
  readonly product: string;
  /** The last type that it is given, and the place of the ticket that gives it. */
  type: string | null;
  typedAt: number;
  tickets: number;
  /** Whether some of them are in the table. */
  isStored: boolean;
  held: TicketColumns | null;
}

export class StagedTickets {
  accepted = 0;
  /** Names that its tickets have. */
  readonly covariates = new Set<string>();
  private readonly table: StagingTable;
  private readonly mostHeld: number;
  private readonly byMerchant = new Map<string, Map<string, StagedName>>();
  private names = 0;
  private held: StagedName[] = [];
  private heldTickets = 0;
  private last: StagedName | null = null;

  constructor(connection: PostgresConnection, mostHeld = MOST_HELD) {
    this.table = new StagingTable(connection);
    this.mostHeld = mostHeld;
  }

  async add(tickets: readonly SaleTicket[]): Promise<void> {
    for (const ticket of tickets) {
      this.hold(ticket);
      if (this.heldTickets >= this.mostHeld) await this.store();
    }
  }

  *all(): Generator<StagedName> {
    for (const names of this.byMerchant.values()) yield* names.values();
  }

  /** Tickets of names by day, each day's in the order in which they came. Within a transaction. */
  async ticketsOf(reader: Reader, names: readonly StagedName[]): Promise<Map<StagedName, TicketsByDay>> {
    const found = new Map(names.map((name) => [name, new Map() as TicketsByDay]));
    const byNumber = new Map(names.filter(({ isStored }) => isStored).map((name) => [name.number, name]));
    for (const { name, packed } of await this.table.read<PackedTickets>(reader, [...byNumber.keys()]))
      addTickets(packed, found.get(byNumber.get(name) as StagedName) as TicketsByDay);
    for (const name of names) if (name.held !== null) addTickets(name.held.packed(), found.get(name) as TicketsByDay);
    return found;
  }

  async drop(transaction: Transaction): Promise<void> {
    await this.table.drop(transaction);
  }

  async remove(): Promise<void> {
    this.byMerchant.clear();
    this.held = [];
    await this.table.remove();
  }

  private hold(ticket: SaleTicket): void {
    this.accepted++;
    const { merchant, product, productType, covariates } = ticket;
    let name = this.last;
    if (name === null || name.product !== product || name.merchant !== merchant)
      this.last = name = this.byMerchant.get(merchant)?.get(product) ?? this.name(merchant, product);
    name.tickets++;
    if (productType !== null) {
      if (name.type !== productType) name.type = ownText(productType);
      name.typedAt = this.accepted;
    }
    for (const covariate in covariates) this.covariates.add(covariate);
    if (name.held === null) {
      name.held = new TicketColumns();
      this.held.push(name);
    }
    name.held.add(ticket);
    this.heldTickets++;
  }

  private name(merchant: string, product: string): StagedName {
    const [own, names] = [ownText(merchant), { type: null, typedAt: 0, tickets: 0, isStored: false, held: null }];
    const name: StagedName = { number: this.names++, merchant: own, product: ownText(product), ...names };
    const products = this.byMerchant.get(own);
    if (products) products.set(name.product, name);
    else this.byMerchant.set(own, new Map([[name.product, name]]));
    return name;
  }

  /** What is held goes to the table. */
  private async store(): Promise<void> {
    await this.table.store(this.held.map(({ number, held }) => [number, (held as TicketColumns).packed()]));
    for (const name of this.held) {
      name.held = null;
      name.isStored = true;
    }
    this.held = [];
    this.heldTickets = 0;
  }
}

/** Tickets of a name by day. */
export type TicketsByDay = Map<number, MergedDay[]>;

/** Columns of tickets that need not have them; null: none has. */
const OPTIONAL = ['price', 'cost', 'promo', 'waste', 'marketPrice'] as const;
type OptionalFigure = (typeof OPTIONAL)[number];

/** One element a ticket. */
interface PackedTickets {
  readonly days: readonly number[];
  readonly quantity: readonly number[];
  readonly figures: readonly ((number | null)[] | null)[];
  readonly soldOut: readonly (0 | 1)[] | null;
  readonly covariates: readonly MergedDay['covariates'][] | null;
}

/** Tickets of one name as columns: most have no more than a quantity and a price. */
class TicketColumns {
  private readonly days: number[] = [];
  private readonly quantity: number[] = [];
  private readonly figures: ((number | null)[] | null)[] = OPTIONAL.map(() => null);
  private soldOut: (0 | 1)[] | null = null;
  private covariates: MergedDay['covariates'][] | null = null;

  add(ticket: SaleTicket): void {
    const before = this.days.length;
    this.days.push(ticket.day);
    this.quantity.push(ticket.quantity);
    for (let i = 0; i < OPTIONAL.length; i++) {
      const value = ticket[OPTIONAL[i] as OptionalFigure];
      const column = this.figures[i];
      if (column) column.push(value);
      else if (value !== null) this.figures[i] = [...new Array<null>(before).fill(null), value];
    }
    if (this.soldOut) this.soldOut.push(ticket.soldOut ? 1 : 0);
    else if (ticket.soldOut) this.soldOut = [...new Array<0>(before).fill(0), 1];
    const { covariates } = ticket;
    if (this.covariates) this.covariates.push(covariates && { ...covariates });
    else if (covariates !== null) this.covariates = [...new Array<null>(before).fill(null), { ...covariates }];
  }

  packed(): PackedTickets {
    const { days, quantity, figures, soldOut, covariates } = this;
    return { days, quantity, figures, soldOut, covariates };
  }
}

function addTickets({ days, quantity, figures, soldOut, covariates }: PackedTickets, to: TicketsByDay): void {
  const [price, cost, promo, waste, marketPrice] = figures;
  for (let i = 0; i < days.length; i++) {
    const ticket: MergedDay = {
      quantity: quantity[i] as number,
      price: price?.[i] ?? null,
      cost: cost?.[i] ?? null,
      promo: promo?.[i] ?? null,
      soldOut: soldOut?.[i] === 1,
      waste: waste?.[i] ?? null,
      marketPrice: marketPrice?.[i] ?? null,
      covariates: covariates?.[i] ?? null,
    };
    const there = to.get(days[i] as number);
    if (there) there.push(ticket);
    else to.set(days[i] as number, [ticket]);
  }
}

/** A text on its own: one cut out of a file's keeps the whole piece of the file in memory. */
function ownText(text: string): string {
  return text.isWellFormed() ? Buffer.from(text).toString() : text;
}
