/** Competitors' prices beside the own. */

import { competitorsDocument, competitorsQuery } from '../contract/competitors.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';

export function competitorRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.get(
    '/api/competitors',
    route('prices', 'What competitors ask beside the own prices, and what that does', READ, {
      ...{ query: competitorsQuery, answer: competitorsDocument },
    }),
    (request) => desk.run(askerOf(request), 'competitors', ownedBy(request.query, callerOf(request).merchant)),
  );
}
