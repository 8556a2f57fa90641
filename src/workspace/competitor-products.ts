/** Which of the own products a competitor's is: as the file says, as an earlier one said, or by its name. */

import { cellKey } from '../contract/cell-name.ts';
import { foldedText } from '../contract/folded-text.ts';
import type { CompetitorRow } from '../contract/store/competitors.ts';
import type { NameAlias } from '../contract/store/names.ts';
import type { Store } from '../contract/store/store.ts';
import type { Lang } from '../core/vocabulary.ts';
import type { RowIssue } from '../data/read-sales.ts';
import type { ReadCompetitorRow } from '../data/reading/row-shapes.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { aliasedBy } from '../rules/name-changes.ts';
import { noteIn } from './import-notes.ts';

/** Names of a note. */
const MOST_NAMED = 10;

interface OwnProduct {
  readonly product: string;
  readonly units: Set<string>;
}

export class CompetitorProducts {
  private readonly own = new Map<string, OwnProduct>();
  /** Unit of each cell. */
  private readonly cells = new Map<string, string>();
  private readonly folded = new Map<string, string>();
  private readonly told = new Map<string, string>();
  private readonly means: ReturnType<typeof aliasedBy>;
  private readonly unknown = new Map<string, number>();
  private readonly otherUnit = new Map<string, number>();
  private readonly remembered = new Map<string, string>();

  private constructor(aliases: readonly NameAlias[]) {
    this.means = aliasedBy(aliases);
  }

  static async of(
    store: Store,
    aliases: readonly NameAlias[],
    merchant: string | undefined,
  ): Promise<CompetitorProducts> {
    const products = new CompetitorProducts(aliases);
    for await (const cell of store.cells.list(merchant === undefined ? {} : { merchant })) {
      const known = products.own.get(cell.product) ?? { product: cell.product, units: new Set() };
      known.units.add(cell.unit);
      products.cells.set(cellKey(cell), cell.unit);
      products.own.set(cell.product, known);
      if (!products.folded.has(foldedText(cell.product))) products.folded.set(foldedText(cell.product), cell.product);
    }
    // What another merchant's file calls a product of its own is not this one's.
    for (const { competitor, theirs, product } of await store.competitors.namings())
      if (merchant === undefined || products.own.has(product))
        products.told.set(namingKey(competitor, theirs), product);
    return products;
  }

  /** Rows as the store keeps them; those whose price is of another unit than the product's are left out, and said. */
  rowsOf(rows: readonly ReadCompetitorRow[]): CompetitorRow[] {
    return rows.flatMap((row) => {
      const found = this.rowOf(row);
      return found === null ? [] : [found];
    });
  }

  private rowOf({ own, base, product: said, ...row }: ReadCompetitorRow): CompetitorRow | null {
    const product = this.productOf(row.competitor, said, own);
    const known = this.own.get(product);
    const unit = row.merchant === null ? undefined : this.cells.get(cellKey({ merchant: row.merchant, product }));
    // A price of one merchant is compared with what that merchant sells, and with nothing else.
    const isOwn = row.merchant === null ? known !== undefined : unit !== undefined;
    const name = row.merchant === null || known === undefined ? product : `${row.merchant} / ${product}`;
    if (known === undefined || !isOwn) this.unknown.set(name, (this.unknown.get(name) ?? 0) + 1);
    else if (base !== null && (unit === undefined ? !known.units.has(base) : unit !== base)) {
      this.otherUnit.set(product, (this.otherUnit.get(product) ?? 0) + 1);
      return null;
    }
    const theirs = foldedText(said) === foldedText(product) ? null : said;
    return { ...row, product, theirs };
  }

  private productOf(competitor: string, said: string, own: string | null): string {
    if (own !== null) return this.named(own) ?? own;
    if (this.own.has(said)) return said;
    const told = this.told.get(namingKey(competitor, said));
    if (told === undefined || told === this.named(said)) return this.named(said) ?? said;
    this.remembered.set(said, told);
    return told;
  }

  /** By its name, by a former one, or by it whatever case and accents. */
  private named(name: string): string | null {
    if (this.own.has(name)) return name;
    const { product } = this.means({ merchant: '', product: name }).cell;
    return this.own.has(product) ? product : (this.folded.get(foldedText(name)) ?? null);
  }

  /** How many rows were left out. */
  get leftOut(): number {
    return [...this.otherUnit.values()].reduce((sum, rows) => sum + rows, 0);
  }

  notes(lang: Lang): RowIssue[] {
    const notes: DemandaError[] = [];
    const listed = (names: Iterable<string>): string => {
      const all = [...names];
      return `${all.slice(0, MOST_NAMED).join(', ')}${all.length > MOST_NAMED ? ' …' : ''}`;
    };
    if (this.unknown.size > 0)
      notes.push(
        new DemandaError('IMPORT_NOTE_COMPETITOR_UNKNOWN', {
          count: this.unknown.size,
          names: listed(this.unknown.keys()),
        }),
      );
    if (this.remembered.size > 0)
      notes.push(
        new DemandaError('IMPORT_NOTE_COMPETITOR_NAMES', {
          names: listed([...this.remembered].map(([theirs, product]) => `"${theirs}" → "${product}"`)),
        }),
      );
    if (this.otherUnit.size > 0)
      notes.push(
        new DemandaError('IMPORT_NOTE_COMPETITOR_UNIT', {
          count: this.leftOut,
          names: listed(this.otherUnit.keys()),
        }),
      );
    return notes.map((note) => noteIn(note, lang));
  }
}

function namingKey(competitor: string, theirs: string): string {
  return JSON.stringify([foldedText(competitor), foldedText(theirs)]);
}
