/** Totals that add up, from a product to all merchants. */

import { totalsBody, totalsDocument, totalsQuery } from '../contract/totals.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';

export function totalsRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.get(
    '/api/totals',
    route(
      'totals',
      'Revenue and quantities of products, types, merchants and all, which add up, at today’s prices',
      READ,
      {
        ...{ query: totalsQuery, answer: totalsDocument },
      },
    ),
    (request) => desk.run(askerOf(request), 'totals', ownedBy(request.query, callerOf(request).merchant)),
  );
  app.post(
    '/api/totals',
    route('totals', 'The same at planned prices; nothing is kept', READ, {
      ...{ body: totalsBody, answer: totalsDocument },
    }),
    (request) => desk.run(askerOf(request), 'totals', ownedBy(request.body, callerOf(request).merchant)),
  );
}
