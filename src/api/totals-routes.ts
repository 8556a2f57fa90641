/** Totals that add up, from a product to all merchants. */

import { totalsBody, totalsDocument } from '../contract/totals.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';

export function totalsRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.post(
    '/api/totals',
    route(
      'totals',
      'Revenue and quantities of products, types, merchants and all, which add up; nothing is kept',
      READ,
      {
        ...{ body: totalsBody, answer: totalsDocument },
      },
    ),
    (request) => desk.run(askerOf(request), 'totals', ownedBy(request.body, callerOf(request).merchant)),
  );
}
