/** Steps of the schema in PostgreSQL, in their order: the text of one that was released never changes. */

import { SALES } from './001-sales.ts';
import { SERVICE } from './001-service.ts';
import { TENANTS } from './001-tenants.ts';
import { QUEUE } from './002-queue.ts';
import { GAIN_ORDER } from './003-gain-order.ts';
import { FORGOTTEN_BATCHES } from './004-forgotten-batches.ts';
import { STAGES } from './005-stages.ts';
import { JOURNAL } from './006-journal.ts';
import { RUN_NOTES } from './007-run-notes.ts';
import { WHOLE_OVERVIEW } from './008-whole-overview.ts';
import { INTERVALS } from './009-intervals.ts';
import { STOCK } from './010-stock.ts';
import { COMPETITORS } from './011-competitors.ts';

export const MIGRATIONS: readonly string[] = [
  SALES + SERVICE + TENANTS,
  QUEUE,
  GAIN_ORDER,
  FORGOTTEN_BATCHES,
  STAGES,
  JOURNAL,
  RUN_NOTES,
  WHOLE_OVERVIEW,
  INTERVALS,
  STOCK,
  COMPETITORS,
];
