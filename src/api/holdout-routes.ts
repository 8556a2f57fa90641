/** Shops that keep their prices, and what the others earned beside them: of the whole workspace alone. */

import { comparisonAsked, holdoutAsked, holdoutDocument, holdoutProposal } from '../contract/holdout.ts';
import type { ChooseHoldoutOptions, ComparisonOptions } from '../workspace/holdouts.ts';
import { type Api, type ApiContext, type Permission, route } from './routes.ts';

const SEE: Permission = { needs: 'read', wholeWorkspace: true };
const DECIDE: Permission = { needs: 'approve', wholeWorkspace: true };

export function holdoutRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.get(
    '/api/holdout',
    route('experiments', 'Shops that keep their prices, and what the others earned beside them; null: none do', SEE, {
      answer: holdoutDocument.nullable(),
    }),
    (request) => desk.run(askerOf(request), 'latestHoldout'),
  );
  app.post(
    '/api/holdout/proposals',
    route(
      'experiments',
      'Which shops would keep their prices, and how exactly a quarter would tell; nothing is kept',
      SEE,
      {
        ...{ body: holdoutAsked, answer: holdoutProposal },
      },
    ),
    (request) => desk.run(askerOf(request), 'proposeHoldout', request.body as ChooseHoldoutOptions),
  );
  app.post(
    '/api/holdout/comparisons',
    route('experiments', 'What shops earned beside those that stayed as they were undrawn; nothing is kept', SEE, {
      ...{ body: comparisonAsked, answer: holdoutDocument },
    }),
    (request) => desk.run(askerOf(request), 'compareShops', request.body as ComparisonOptions),
  );
  app.post(
    '/api/holdout',
    route('experiments', 'Holds shops out: no price is recommended in them until it is stopped', DECIDE, {
      ...{ body: holdoutAsked, answer: holdoutDocument, status: 201 },
    }),
    async (request, reply) =>
      reply.code(201).send(await desk.run(askerOf(request), 'startHoldout', request.body as ChooseHoldoutOptions)),
  );
  app.post(
    '/api/holdout/stop',
    route('experiments', 'Ends the holdout; what it told stays', DECIDE, {
      answer: holdoutDocument,
    }),
    (request) => desk.run(askerOf(request), 'stopHoldout'),
  );
}
