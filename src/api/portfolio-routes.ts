/** Prices of a merchant's products sought together, plans of prices side by side, and promotions. */

import {
  keptLinesChange,
  keptLinesDocument,
  keptLinesQuery,
  portfolioAsked,
  portfolioDocument,
  portfolioProposed,
  scenarioAsked,
  scenarioDocument,
  scenarioProposed,
} from '../contract/portfolio.ts';
import { promotionsAsked, promotionsDocument } from '../contract/promotions.ts';
import type { LinesToKeep } from '../workspace/kept-lines.ts';
import type { PortfolioOptions, ScenarioOptions } from '../workspace/options.ts';
import type { PromotionsOptions } from '../workspace/promotions.ts';
import { callerOf } from './access.ts';
import { APPROVE, type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';

/** Settings of the workspace, as saved views are. */
const LINES = { needs: 'approve', wholeWorkspace: true } as const;

export function portfolioRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.post(
    '/api/portfolio',
    route('portfolio', 'Prices of a merchant’s products that earn most together; nothing is kept', READ, {
      ...{ body: portfolioAsked, answer: portfolioDocument },
    }),
    (request) => desk.run(askerOf(request), 'portfolio', request.body as PortfolioOptions),
  );
  app.post(
    '/api/portfolio/proposals',
    route('portfolio', 'Proposes the prices that move, where they earn surely enough together', APPROVE, {
      ...{ body: portfolioProposed, answer: portfolioDocument },
    }),
    (request) => desk.run(askerOf(request), 'portfolio', { ...(request.body as PortfolioOptions), keep: true }),
  );
  app.get(
    '/api/portfolio/lines',
    route('portfolio', 'What ties the prices of a merchant’s products, as it is kept', READ, {
      ...{ query: keptLinesQuery, answer: keptLinesDocument },
    }),
    (request) => desk.run(askerOf(request), 'keptLines', request.query.merchant),
  );
  app.put(
    '/api/portfolio/lines',
    route('portfolio', 'Keeps what ties them, in the place of what was kept', LINES, {
      ...{ body: keptLinesChange, answer: keptLinesDocument },
    }),
    (request) => desk.run(askerOf(request), 'keepLines', request.body as LinesToKeep),
  );
  app.post(
    '/api/scenarios',
    route('portfolio', 'Plans of a merchant’s prices side by side; nothing is kept', READ, {
      ...{ body: scenarioAsked, answer: scenarioDocument },
    }),
    (request) => desk.run(askerOf(request), 'scenario', request.body as ScenarioOptions),
  );
  app.post(
    '/api/scenarios/proposals',
    route('portfolio', 'Proposes the prices of a plan that differ from today’s', APPROVE, {
      ...{ body: scenarioProposed, answer: scenarioDocument },
    }),
    (request) => desk.run(askerOf(request), 'scenario', request.body as ScenarioOptions),
  );
  app.post(
    '/api/promotions',
    route('portfolio', 'What promotions did and earn, and a calendar of them; nothing is kept', READ, {
      ...{ body: promotionsAsked, answer: promotionsDocument },
    }),
    (request) =>
      desk.run(askerOf(request), 'promotions', ownedBy(request.body as PromotionsOptions, callerOf(request).merchant)),
  );
}
