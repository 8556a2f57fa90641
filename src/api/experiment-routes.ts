/** Price tests. */

import { experimentList, experimentQueryPage } from '../contract/api.ts';
import {
  experimentDocument,
  experimentId,
  planQuery,
  proposalsDocument,
  proposeBody,
  startBody,
} from '../contract/experiments.ts';
import type { StartTestOptions } from '../workspace/experiments.ts';
import { callerOf } from './access.ts';
import { APPROVE, type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';
import { inLanguage, sendFile } from './send-file.ts';

export function experimentRoutes(app: Api, { of, desk, askerOf }: ApiContext): void {
  // long: a list of routes.
  app.get(
    '/api/experiments',
    route('experiments', 'Price tests, the newest first', READ, { query: experimentQueryPage, answer: experimentList }),
    (request) => {
      const { limit, cursor, ...choice } = request.query;
      return of(request).experiments.list(choice, { limit, ...(cursor !== undefined && { cursor }) });
    },
  );
  app.post(
    '/api/experiments/proposals',
    route('experiments', 'Which products are worth a price test; nothing is kept', READ, {
      ...{ body: proposeBody, answer: proposalsDocument },
    }),
    (request) => desk.run(askerOf(request), 'proposeTests', ownedBy(request.body, callerOf(request).merchant)),
  );
  app.post(
    '/api/experiments',
    route('experiments', 'Starts a price test: its prices are drawn and kept', APPROVE, {
      ...{ body: startBody, answer: experimentDocument, status: 201 },
    }),
    async (request, reply) => {
      const { merchant } = callerOf(request);
      const started = await desk.run(
        askerOf(request),
        'startTest',
        ownedBy(request.body, merchant) as StartTestOptions,
      );
      return reply.code(201).send(started);
    },
  );
  app.get(
    '/api/experiments/:id',
    route('experiments', 'A price test with its prices by day and what came of it', READ, {
      ...{ params: experimentId, answer: experimentDocument },
    }),
    (request) => desk.run(askerOf(request), 'showTest', request.params.id, callerOf(request).merchant),
  );
  app.post(
    '/api/experiments/:id/stop',
    route('experiments', 'Ends a price test now; what it told is kept', APPROVE, {
      ...{ params: experimentId, answer: experimentDocument },
    }),
    (request) => desk.run(askerOf(request), 'stopTest', request.params.id, callerOf(request).merchant),
  );
  app.get(
    '/api/experiments/:id/plan',
    route('experiments', 'The prices by day as a file: CSV, XLSX, Parquet or JSON', READ, {
      ...{ params: experimentId, query: planQuery, answer: null },
    }),
    async (request, reply) => {
      const { format, style, lang } = request.query;
      const { merchant } = callerOf(request);
      const asker = inLanguage(askerOf(request), lang);
      return sendFile(reply, await desk.run(asker, 'testPlan', request.params.id, format, merchant, style));
    },
  );
}
