/** Lists of the workspace as files, whole: page after page of what a list shows. */

import type { AuditEntry, OverviewFilter, OverviewSort } from '../../contract/api.ts';
import type { CellName } from '../../contract/cell-name.ts';
import type { DataTable, TableStyle } from '../../contract/data-table.ts';
import type { DocumentHeader } from '../../contract/documents.ts';
import type { KeptLinesDocument } from '../../contract/portfolio.ts';
import type { RecommendationChoice, RecommendationSort } from '../../contract/store/recommendations.ts';
import type { TotalsDocument } from '../../contract/totals.ts';
import type { Lang, SortOrder, TableFormat } from '../../core/vocabulary.ts';
import { dayToday, isoDate } from '../dates.ts';
import type { CellChoice } from '../names.ts';
import type { TotalsOptions } from '../options.ts';
import type { OutcomesChoice } from '../outcomes.ts';
import type { Overview } from '../overview.ts';
import type { ListDocument, PageQuery } from '../pages.ts';
import type { Perishables } from '../perishables.ts';
import type { CalendarChoice, PriceLog } from '../price-log.ts';
import type { Recommendations } from '../recommendations.ts';
import type { MarkdownOptions, OrderOptions } from '../stock-cells.ts';
import { fileNameOf, type TableFile, tableFile } from '../table-file.ts';
import { linesTable } from './line-table.ts';
import { auditTable, decisionTable, outcomesTable, overviewTable, runsTable } from './list-tables.ts';
import { calendarTable, priceHistoryTable } from './price-tables.ts';
import { markdownTable, orderTable, stockTable } from './stock-tables.ts';
import type { TableView } from './table-spec.ts';
import { totalsTable } from './totals-table.ts';

/** Items that are read at once. */
const PAGE = 1_000;

/** What each table is chosen by. */
export interface TableQueries {
  readonly overview: OverviewFilter & { readonly sort?: OverviewSort; readonly order?: SortOrder };
  readonly recommendations: RecommendationChoice & { readonly sort?: RecommendationSort; readonly order?: SortOrder };
  readonly runs: Parameters<Overview['runs']>[0];
  readonly outcomes: OutcomesChoice;
  readonly audit: { readonly merchant?: string };
  readonly price_history: CellName;
  readonly price_calendar: CalendarChoice;
  readonly totals: TotalsOptions;
  readonly product_lines: { readonly merchant: string };
  readonly stock: CellChoice;
  readonly orders: OrderOptions;
  readonly markdowns: MarkdownOptions;
}
export type ListName = keyof TableQueries;

interface TableSource {
  readonly overview: Pick<Overview, 'list' | 'runs'>;
  readonly recommendations: Pick<Recommendations, 'list' | 'outcomes'>;
  readonly access: {
    audit(
      caller: { readonly merchant: string | null },
      page: PageQuery,
    ): Promise<ListDocument<Omit<AuditEntry, 'detail'> & { detail: Record<string, unknown> }>>;
  };
  readonly priceLog: PriceLog;
  totals(options: TotalsOptions): Promise<TotalsDocument>;
  readonly perishables: Perishables;
  keptLines(merchant: string): Promise<KeptLinesDocument>;
}

export interface NamedTableFile extends TableFile {
  readonly name: string;
}

export class Tables {
  private readonly source: TableSource;
  private readonly header: () => Promise<DocumentHeader>;
  private readonly lang: Lang;

  constructor(source: TableSource, header: () => Promise<DocumentHeader>, lang: Lang) {
    this.source = source;
    this.header = header;
    this.lang = lang;
  }

  /**
   * A list as a file, with every item that the query matches.
   *
   * @param name overview, recommendations, runs, outcomes, audit, price_history, price_calendar or totals
   * @param name overview, recommendations, runs, outcomes, audit, price_history, price_calendar, product_lines,
   * stock, orders or markdowns
   * @throws DemandaError TABLE_TOO_LONG, and as the list itself
   * @example
   * const { bytes, name } = await workspace.tables.file('overview', {}, { format: 'xlsx', style: 'spreadsheet' });
   */
  async file<Name extends ListName>(
    name: Name,
    query: TableQueries[Name],
    { format, style }: { readonly format: TableFormat; readonly style: TableStyle },
  ): Promise<NamedTableFile> {
    const { currency } = await this.header();
    const table = await this.makers[name](query, { style, lang: this.lang, currency });
    const { merchant, product } = query as Partial<CellName>;
    return {
      ...(await tableFile(table, format, style, this.lang)),
      name: fileNameOf([table.title, isoDate(dayToday()), merchant ?? null, product ?? null], format),
    };
  }

  private readonly makers: {
    readonly [Name in ListName]: (query: TableQueries[Name], view: TableView) => Promise<DataTable>;
  } = {
    overview: async ({ sort = 'merchant', order = 'asc', ...filter }, view) =>
      overviewTable(await everyItem((page) => this.source.overview.list(filter, sort, order, page)), view),
    recommendations: async ({ sort = 'id', order = 'desc', ...choice }, view) =>
      decisionTable(await everyItem((page) => this.source.recommendations.list(choice, sort, page, order)), view),
    runs: async (choice, view) => runsTable(await everyItem((page) => this.source.overview.runs(choice, page)), view),
    outcomes: async (choice, view) =>
      outcomesTable((await this.source.recommendations.outcomes({ ...choice, all: true })).outcomes, view),
    audit: async ({ merchant = null }, view) =>
      auditTable(await everyItem((page) => this.source.access.audit({ merchant }, page)), view),
    price_history: async (cell, view) => priceHistoryTable(await this.source.priceLog.of(cell), view),
    price_calendar: async (choice, view) =>
      calendarTable((await this.source.priceLog.calendar({ ...choice, all: true })).items, view),
    totals: async (options, view) => totalsTable(await this.source.totals(options), view),
    product_lines: async ({ merchant }, view) => linesTable((await this.source.keptLines(merchant)).lines, view),
    stock: async (choice, view) => stockTable((await this.source.perishables.stock(choice)).stock, view),
    orders: async (asked, view) => orderTable((await this.source.perishables.order(asked)).orders, view),
    markdowns: async (asked, view) => markdownTable((await this.source.perishables.markdown(asked)).markdowns, view),
  };
}

async function everyItem<T>(list: (page: PageQuery) => Promise<ListDocument<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: ListDocument<T> = await list({ limit: PAGE, ...(cursor !== null && { cursor }) });
    for (const item of page.items) items.push(item);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
