/** Competitors' prices beside the own. */

import { competitorsBody, competitorsDocument } from '../contract/competitors.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';

export function competitorRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.post(
    '/api/competitors',
    route('prices', 'What competitors ask beside the own prices, and what that does; nothing is kept', READ, {
      ...{ body: competitorsBody, answer: competitorsDocument },
    }),
    (request) => desk.run(askerOf(request), 'competitors', ownedBy(request.body, callerOf(request).merchant)),
  );
}
