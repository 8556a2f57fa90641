/** Stock, orders and markdowns of goods that go off. */

import {
  markdownBody,
  markdownDocument,
  orderBody,
  orderDocument,
  stockDocument,
  stockQuery,
} from '../contract/stock.ts';
import { callerOf } from './access.ts';
import { type Api, type ApiContext, ownedBy, READ, route } from './routes.ts';

export function stockRoutes(app: Api, { desk, askerOf }: ApiContext): void {
  app.get(
    '/api/stock',
    route('stock', 'What is on hand by the newest counts, batch by batch', READ, {
      ...{ query: stockQuery, answer: stockDocument },
    }),
    (request) => desk.run(askerOf(request), 'stock', request.query),
  );
  app.post(
    '/api/orders',
    route('stock', 'How much to order until the next delivery; nothing is kept', READ, {
      ...{ body: orderBody, answer: orderDocument },
    }),
    (request) => desk.run(askerOf(request), 'order', ownedBy(request.body, callerOf(request).merchant)),
  );
  app.post(
    '/api/markdowns',
    route('stock', 'Which price stock on hand has until it goes off; nothing is kept', READ, {
      ...{ body: markdownBody, answer: markdownDocument },
    }),
    (request) => desk.run(askerOf(request), 'markdown', ownedBy(request.body, callerOf(request).merchant)),
  );
}
