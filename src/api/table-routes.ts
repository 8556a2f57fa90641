/** Prices in force, the calendar of changes, and every list as a file. */

import { z } from 'zod';
import {
  cellName,
  outcomesQuery,
  overviewFilter,
  overviewQuery,
  recommendationQuery,
  runQuery,
} from '../contract/api.ts';
import { keptLinesQuery } from '../contract/portfolio.ts';
import { priceCalendar, priceCalendarQuery, priceHistory, tableFileQuery } from '../contract/price-log.ts';
import { markdownsQuery, ordersQuery, stockQuery } from '../contract/stock.ts';
import { totalsQuery } from '../contract/totals.ts';
import type { CalendarChoice } from '../workspace/price-log.ts';
import type { ListName } from '../workspace/tables/tables.ts';
import { ADMIN, type Api, type ApiContext, type Permission, READ, route } from './routes.ts';
import { inLanguage, sendFile } from './send-file.ts';

const NO_PAGE = { limit: true, cursor: true } as const;

/** The queries of lists, without pages. */
const LISTS = {
  overview: { query: z.object({ ...overviewFilter.shape, ...overviewQuery.omit(NO_PAGE).shape }), permission: READ },
  recommendations: { query: recommendationQuery.omit(NO_PAGE), permission: READ },
  runs: { query: runQuery.omit(NO_PAGE), permission: READ },
  outcomes: { query: outcomesQuery, permission: READ },
  audit: { query: z.object({}), permission: ADMIN },
  price_calendar: { query: priceCalendarQuery, permission: READ },
  totals: { query: totalsQuery, permission: READ },
  product_lines: { query: keptLinesQuery, permission: READ },
  stock: { query: stockQuery, permission: READ },
  orders: { query: ordersQuery, permission: READ },
  markdowns: { query: markdownsQuery, permission: READ },
} as const satisfies Readonly<
  Record<Exclude<ListName, 'price_history'>, { query: z.ZodObject; permission: Permission }>
>;

export function tableRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.get(
    '/api/models/:merchant/:product/prices',
    route('prices', 'Prices of a product that were in force, and its reductions', READ, {
      params: cellName,
      answer: priceHistory,
    }),
    (request) => desk.run(askerOf(request), 'priceHistory', request.params.merchant, request.params.product),
  );
  app.get(
    '/api/models/:merchant/:product/prices/file',
    route('prices', 'The same as a file: CSV, XLSX, Parquet or JSON', READ, {
      ...{ params: cellName, query: z.object(tableFileQuery), answer: null },
    }),
    async (request, reply) => {
      const { lang, ...view } = request.query;
      const asker = inLanguage(askerOf(request), lang);
      return sendFile(reply, await desk.run(asker, 'table', 'price_history', request.params, view));
    },
  );
  app.get(
    '/api/price-calendar',
    route('prices', 'Changes of price by day, past and to come', READ, {
      query: priceCalendarQuery,
      answer: priceCalendar,
    }),
    (request) => desk.run(askerOf(request), 'priceCalendar', request.query as CalendarChoice),
  );
  for (const [name, { query, permission }] of Object.entries(LISTS) as [
    keyof typeof LISTS,
    (typeof LISTS)[keyof typeof LISTS],
  ][])
    app.get(
      `/api/tables/${name}`,
      route('prices', `The list of ${name.replace('_', ' ')} as a file: CSV, XLSX, Parquet or JSON`, permission, {
        query: z.object({ ...query.shape, ...tableFileQuery }),
        answer: null,
      }),
      async (request, reply) => {
        const { format, style, lang, ...asked } = request.query as z.infer<z.ZodObject<typeof tableFileQuery>>;
        const wanted = chosen(name, asked);
        return sendFile(
          reply,
          await desk.run(inLanguage(askerOf(request), lang), 'table', name, wanted as never, { format, style }),
        );
      },
    );
}

/** `recommended` comes as a word in an address, which the overview takes as it is. */
function chosen(name: ListName, query: object): object {
  const { recommended } = query as { readonly recommended?: string };
  return recommended === undefined || name !== 'recommendations'
    ? query
    : { ...query, recommended: recommended === 'true' };
}
