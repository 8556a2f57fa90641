/** Second pass: a row of a table that is understood, as what the store takes. */

import type { SaleTicket } from '../../contract/import-rows.ts';
import { nameOf } from '../../contract/name-form.ts';
import type { CostRow, MarketPriceRow } from '../../contract/store/sales.ts';
import type { StockRow } from '../../contract/store/stock.ts';
import type { ImportKind } from '../../core/vocabulary.ts';
import type { FileRecord } from '../records.ts';
import { type Cell, ownText } from '../values.ts';
import { covariatesIn, LARGEST_NUMBER } from './covariate-value.ts';
import { dayOfText } from './date-column.ts';
import { dateTextOf } from './date-text.ts';
import type { Field } from './fields.ts';
import { type DecimalMark, numberOf } from './number-column.ts';
import { type NumberText, numberTextOf } from './number-text.ts';
import { RowRefusal, refusedName } from './row-refusal.ts';
import type { FileRow, ReadCompetitorRow, RowNames, RowOptions } from './row-shapes.ts';
import { shareOf } from './share-column.ts';
import { givenOf, joined, type NumberField, type ShareField } from './study.ts';
import type { TableReading } from './understand.ts';
import { type Unit, unitNamed } from './units.ts';

/** What goes off later than in ten years does not. */
const STOCK_AHEAD = 3_660;
/** Published prices may be of days to come. */
const PRICES_AHEAD = 366;
/** Distinct texts whose number or day is remembered: most values of a file repeat. */
const MOST_REMEMBERED = 50_000;

type NameField = 'merchant' | 'product' | 'productType' | 'competitor' | 'ownProduct';
type Read<T> = T | RowRefusal;

const SHARES = ['promo', 'soldOut', 'waste'] as const satisfies readonly ShareField[];

/** Reads rows of one table. */
export class RowReader {
  private readonly reading: TableReading;
  private readonly options: RowOptions;
  private readonly days = new Map<string, number | null>();
  private readonly texts = new Map<string, NumberText | null>();
  private readonly numbers = { ',': new Map<string, number | null>(), '.': new Map<string, number | null>() } as const;
  private readonly units = new Map<string, Unit>();
  /** Rows whose total is neither price × quantity nor that less the discount, and the line of the first. */
  readonly otherTotals = { rows: 0, line: 0 };

  private readonly names = new Map<string, string>();
  /** Where each field stands, of several columns the first. */
  private readonly at: Readonly<Partial<Record<Field, number>>>;
  private readonly readers: Readonly<
    Record<ImportKind, (record: FileRecord, day: number, names: RowNames) => Read<FileRow>>
  > = {
    sales: (record, day, names) => this.sale(record, day, names),
    market: (record, day, names) => this.marketPrice(record, day, names.product),
    costs: (record, day, names) => this.cost(record, day, names),
    stock: (record, day, names) => this.stock(record, day, names),
    competitors: (record, day, names) => this.competitor(record, day, names),
  };

  constructor(reading: TableReading, options: RowOptions) {
    this.reading = reading;
    this.options = options;
    this.at = Object.fromEntries([...reading.columns].map(([field, [column]]) => [field, column]));
  }

  read(record: FileRecord): Read<FileRow> {
    const day = this.day(record);
    if (day instanceof RowRefusal) return day;
    const names = this.namesOf(record);
    if (names instanceof RowRefusal) return names;
    return this.readers[this.reading.kind](record, day, names);
  }

  /** The merchant and product of a row, whatever else is wrong with it; '' for a name that it lacks. */
  cellOf({ cells }: Pick<FileRecord, 'cells'>): { readonly merchant: string; readonly product: string } {
    const { options } = this;
    return {
      merchant: this.toldName(options.merchant) ?? this.nameIn('merchant', cells),
      product:
        this.toldName(options.product) ??
        (this.nameIn('product', cells) || (this.toldName(options.productType) ?? this.nameIn('productType', cells))),
    };
  }

  private day({ cells }: FileRecord): Read<number> {
    const { kind, columns } = this.reading;
    if (kind === 'stock' && !columns.has('date')) return this.options.today;
    const value = joined(cells, columns.get('date') ?? []);
    if (value === null || typeof value === 'boolean') return new RowRefusal('date', 'IMPORT_DATE_MISSING', value);
    const day = this.dayIn(value);
    if (day === null) return new RowRefusal('date', 'IMPORT_DATE_INVALID', value);
    if (kind === 'sales' && day > this.options.today) return new RowRefusal('date', 'IMPORT_DATE_FUTURE', value);
    if (kind === 'competitors' && day > this.options.today)
      return new RowRefusal('date', 'IMPORT_COMPETITOR_FUTURE', value);
    if (kind === 'stock' && day > this.options.today) return new RowRefusal('date', 'IMPORT_STOCK_FUTURE', value);
    return day < 0 || day > this.options.today + PRICES_AHEAD
      ? new RowRefusal('date', 'IMPORT_DATE_RANGE', value)
      : day;
  }

  private dayIn(value: string | number | bigint | Date): number | null {
    return value instanceof Date ? Math.floor(value.getTime() / 86_400_000) : this.dayOf(String(value));
  }

  /** A day beside the row's own; null where none is given. */
  private otherDay(field: 'expiry' | 'delivery', { cells }: FileRecord): Read<number | null> {
    const value = joined(cells, this.reading.columns.get(field) ?? []);
    if (value === null) return null;
    const day = typeof value === 'boolean' ? null : this.dayIn(value);
    if (day === null) return new RowRefusal(field, 'IMPORT_DATE_INVALID', value);
    return day < 0 || day > this.options.today + STOCK_AHEAD ? new RowRefusal(field, 'IMPORT_DATE_RANGE', value) : day;
  }

  private stock(record: FileRecord, day: number, names: RowNames): Read<StockRow> {
    const { merchant, product } = names;
    if (merchant === '') return new RowRefusal('merchant', 'IMPORT_MERCHANT_MISSING', '');
    const other = this.otherMerchant(merchant);
    if (other) return other;
    const counted = this.quantity(record, names);
    if (counted instanceof RowRefusal) return counted;
    const { quantity } = counted;
    if (quantity < 0) return new RowRefusal('quantity', 'IMPORT_STOCK_NEGATIVE', this.cell('quantity', record));
    const expiry = this.otherDay('expiry', record);
    if (expiry instanceof RowRefusal) return expiry;
    const delivery = this.otherDay('delivery', record);
    if (delivery instanceof RowRefusal) return delivery;
    return { merchant, product, day, quantity, expiry, delivery };
  }

  private dayOf(text: string): number | null {
    let day = this.days.get(text);
    if (day !== undefined) return day;
    const parsed = dateTextOf(text);
    day = parsed === null ? null : dayOfText(parsed, this.reading.date);
    if (this.days.size < MOST_REMEMBERED) this.days.set(text, day);
    return day;
  }

  private namesOf({ cells }: FileRecord): Read<RowNames> {
    const { options } = this;
    const productType = this.toldName(options.productType) ?? (this.nameIn('productType', cells) || null);
    const { merchant, product } = this.cellOf({ cells });
    if (product === '') return new RowRefusal('product', 'IMPORT_PRODUCT_MISSING', '');
    const refusal = refusedName('merchant', merchant) ?? refusedName('product', product);
    return refusal ?? refusedName('productType', productType ?? '') ?? { merchant, product, productType };
  }

  private toldName(name: string | null): string | null {
    return name === null ? null : this.nameFor(name);
  }

  private nameIn(field: NameField, cells: FileRecord['cells']): string {
    const value = joined(cells, this.reading.columns.get(field) ?? []);
    return value === null ? '' : typeof value === 'string' ? this.nameFor(value) : nameOf(value);
  }

  private nameFor(text: string): string {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    const name = nameOf(own);
    if (this.names.size < MOST_REMEMBERED) this.names.set(own, name);
    return name;
  }

  private marketPrice(record: FileRecord, day: number, name: string): Read<MarketPriceRow> {
    const field = this.reading.columns.has('marketPrice') ? 'marketPrice' : 'price';
    const price = this.number(field, record);
    if (price instanceof RowRefusal) return price;
    if (price === null || !(price > 0))
      return new RowRefusal('marketPrice', 'IMPORT_PRICE_INVALID', this.cell(field, record));
    return { name, day, price };
  }

  private competitor(record: FileRecord, day: number, names: RowNames): Read<ReadCompetitorRow> {
    const { cells } = record;
    const merchant = names.merchant || (this.options.onlyMerchant ?? '');
    const other = this.otherMerchant(merchant);
    if (other) return other;
    const competitor = this.nameIn('competitor', cells);
    if (competitor === '') return new RowRefusal('competitor', 'IMPORT_COMPETITOR_MISSING', '');
    const own = this.nameIn('ownProduct', cells) || null;
    const refusal = refusedName('competitor', competitor) ?? refusedName('ownProduct', own ?? '');
    if (refusal) return refusal;
    const price = this.number('price', record);
    if (price instanceof RowRefusal) return price;
    if (price === null || !(price > 0))
      return new RowRefusal('price', 'IMPORT_PRICE_INVALID', this.cell('price', record));
    const pack = this.pack(record);
    if (pack instanceof RowRefusal) return pack;
    const shares = this.shares(record);
    if (shares instanceof RowRefusal) return shares;
    return {
      ...{ merchant: merchant || null, product: names.product, competitor, day, own, base: pack.base },
      ...{ price: price / pack.size, promo: (shares.promo ?? 0) > 0 },
    };
  }

  /** What a price buys, in the unit that products are kept in: a pack's content, or one of the unit that is named. */
  private pack(record: FileRecord): Read<{ readonly size: number; readonly base: Unit['base'] | null }> {
    const size = this.number('packSize', record);
    if (size instanceof RowRefusal) return size;
    const written = this.cell('packSize', record);
    if (size !== null && !(size > 0)) return new RowRefusal('packSize', 'IMPORT_PACK_INVALID', written);
    const beside = typeof written === 'string' ? (this.textOf(written.trim())?.unit ?? null) : null;
    const named = beside ?? givenOf(this.cell('unit', record)) ?? (size === null ? null : this.reading.packUnit);
    if (named === null) return { size: size ?? 1, base: null };
    const unit = unitNamed(String(named));
    if (unit === null)
      return new RowRefusal(beside === null ? 'unit' : 'packSize', 'IMPORT_UNIT_INVALID', String(named));
    return { size: (size ?? 1) * unit.factor, base: unit.base };
  }

  private cost(record: FileRecord, day: number, names: { merchant: string; product: string }): Read<CostRow> {
    const cost = this.number('cost', record);
    if (cost instanceof RowRefusal) return cost;
    if (cost === null || cost < 0) return new RowRefusal('cost', 'IMPORT_COST_INVALID', this.cell('cost', record));
    const merchant = names.merchant || (this.options.onlyMerchant ?? '');
    const other = this.otherMerchant(merchant);
    return other ?? { merchant: merchant || null, product: names.product, day, cost };
  }

  private otherMerchant(merchant: string): RowRefusal | null {
    const { onlyMerchant, formerMerchants } = this.options;
    if (onlyMerchant === null || ['', onlyMerchant, ...formerMerchants].includes(merchant)) return null;
    return new RowRefusal('merchant', 'IMPORT_MERCHANT_OTHER', merchant);
  }

  private sale(record: FileRecord, day: number, names: RowNames): Read<SaleTicket> {
    const { merchant } = names;
    if (merchant === '') return new RowRefusal('merchant', 'IMPORT_MERCHANT_MISSING', '');
    const other = this.otherMerchant(merchant);
    if (other) return other;
    const sold = this.quantity(record, names);
    if (sold instanceof RowRefusal) return sold;
    const price = this.price(record, sold);
    if (price instanceof RowRefusal) return price;
    const cost = this.number('cost', record);
    if (cost instanceof RowRefusal) return cost;
    if (cost !== null && cost < 0) return new RowRefusal('cost', 'IMPORT_COST_INVALID', this.cell('cost', record));
    const marketPrice = this.number('marketPrice', record);
    if (marketPrice instanceof RowRefusal) return marketPrice;
    if (marketPrice !== null && !(marketPrice > 0))
      return new RowRefusal('marketPrice', 'IMPORT_PRICE_INVALID', this.cell('marketPrice', record));
    const shares = this.shares(record);
    if (shares instanceof RowRefusal) return shares;
    const { promo, soldOut, waste } = shares;
    const { factor, quantity } = sold;
    return {
      ...names,
      day,
      quantity,
      price: price === null || price <= 0 ? null : price,
      cost: cost === null ? null : cost / factor,
      promo,
      soldOut: (soldOut ?? 0) > 0,
      waste,
      marketPrice: marketPrice === null ? null : marketPrice / factor,
      covariates: covariatesIn(record, this.options.covariates),
    };
  }

  private shares(record: FileRecord): Read<Record<ShareField, number | null>> {
    const shares: Record<ShareField, number | null> = { promo: null, soldOut: null, waste: null };
    for (const field of SHARES) {
      const scale = this.reading.shares[field];
      if (scale === undefined) continue;
      const value = givenOf(this.cell(field, record));
      if (value === null) continue;
      // A promotion may have a name ("2x1"); waste and sold-out days have none.
      const share = shareOf(value, scale, '.', field === 'promo' ? 1 : Number.NaN);
      if (Number.isNaN(share)) return new RowRefusal(field, 'IMPORT_SHARE_INVALID', value);
      shares[field] = share;
    }
    return shares;
  }

  private cell(field: Field, { cells }: FileRecord): Cell {
    const column = this.at[field];
    return column === undefined ? null : cells[column];
  }

  private textOf(value: string): NumberText | null {
    let text = this.texts.get(value);
    if (text !== undefined) return text;
    text = numberTextOf(value);
    if (this.texts.size < MOST_REMEMBERED) this.texts.set(value, text);
    return text;
  }

  private numberIn(value: string, mark: DecimalMark): number | null {
    const known = this.numbers[mark];
    let number = known.get(value);
    if (number !== undefined) return number;
    number = numberOf(numberTextOf(value), mark);
    if (known.size < MOST_REMEMBERED) known.set(value, number);
    return number;
  }

  /** Null where nothing is given. */
  private number(field: NumberField, record: FileRecord): Read<number | null> {
    const reading = this.reading.numbers[field];
    if (reading === undefined) return null;
    const value = givenOf(this.cell(field, record));
    if (value === null) return null;
    let number: number | null = null;
    if (typeof value === 'number' || typeof value === 'bigint') number = Number(value);
    else if (typeof value === 'string') number = this.numberIn(value, reading.mark);
    if (number === null || !Number.isFinite(number)) return new RowRefusal(field, 'IMPORT_NUMBER_INVALID', value);
    if (this.options.exponents.has(field)) number = Math.exp(number);
    return Math.abs(number) > LARGEST_NUMBER ? new RowRefusal(field, 'IMPORT_NUMBER_TOO_LARGE', value) : number;
  }

  /** In base units, with how many of them the written unit is. */
  private quantity(
    record: FileRecord,
    { merchant, product }: RowNames,
  ): Read<{ readonly quantity: number; readonly factor: number }> {
    const number = this.number('quantity', record);
    if (number instanceof RowRefusal) return number;
    if (number === null) return new RowRefusal('quantity', 'IMPORT_QUANTITY_MISSING', '');
    const unit = this.unit(record);
    if (unit instanceof RowRefusal) return unit;
    if (unit === null) return { quantity: number, factor: 1 };
    const cell = `${merchant}\u001f${product}`;
    const before = this.units.get(cell);
    if (before && before.base !== unit.base)
      return new RowRefusal('unit', 'IMPORT_UNIT_MIXED', this.cell('quantity', record), {
        first: before.base,
        second: unit.base,
      });
    this.units.set(cell, unit);
    return { quantity: number * unit.factor, factor: unit.factor };
  }

  /** Unit of a row: beside the number, in a column of its own, or in the header. */
  private unit(record: FileRecord): Read<Unit | null> {
    const written = this.cell('quantity', record);
    const beside = typeof written === 'string' ? (this.textOf(written.trim())?.unit ?? null) : null;
    if (beside !== null) return unitNamed(beside);
    const named = givenOf(this.cell('unit', record));
    if (named === null) return this.reading.unit;
    return unitNamed(String(named)) ?? new RowRefusal('unit', 'IMPORT_UNIT_INVALID', named);
  }

  /** Currency per base unit; null where nothing was sold and no price is given. */
  private price(record: FileRecord, { quantity, factor }: { quantity: number; factor: number }): Read<number | null> {
    const { columns } = this.reading;
    const field = columns.has('price') ? 'price' : 'total';
    const given = this.number(field, record);
    if (given instanceof RowRefusal) return given;
    let price = given;
    // What came back has a negative quantity, and a negative total.
    if (price !== null && field === 'total') price = quantity === 0 ? null : price / quantity;
    else if (price !== null) price /= factor;
    if (price !== null) {
      const listed = price;
      const discounted = this.discounted(record, price, quantity);
      if (discounted instanceof RowRefusal) return discounted;
      price = discounted;
      if (field === 'price') this.compareTotal(record, quantity, [listed, discounted]);
    }
    if (price !== null && price < 0 && quantity > 0)
      return new RowRefusal(field, 'IMPORT_PRICE_NEGATIVE', this.cell(field, record));
    if (quantity > 0 && !(price !== null && price > 0))
      return new RowRefusal(field, 'IMPORT_PRICE_INVALID', this.cell(field, record));
    return price;
  }

  private compareTotal(record: FileRecord, quantity: number, prices: readonly number[]): void {
    if (!this.reading.columns.has('total') || quantity === 0) return;
    const total = this.number('total', record);
    if (total === null || total instanceof RowRefusal) return;
    // A cent a line is rounding.
    const fits = prices.some(
      (price) => Math.abs(Math.abs(total) - Math.abs(price * quantity)) <= 0.01 + Math.abs(total) * 0.005,
    );
    if (fits) return;
    this.otherTotals.rows++;
    this.otherTotals.line ||= record.line;
  }

  /** A price less its discount: a percentage, or an amount of the whole line. Totals are net unless called gross. */
  private discounted(record: FileRecord, price: number, quantity: number): Read<number> {
    const { discount: kind, columns, grossTotal } = this.reading;
    if (kind === null || (!columns.has('price') && !grossTotal)) return price;
    const discount = this.number('discount', record);
    if (discount instanceof RowRefusal) return discount;
    if (discount === null) return price;
    if (kind === 'percent') return price * (1 - Math.abs(discount) / 100);
    return quantity === 0 ? price : price - Math.abs(discount / quantity);
  }
}
