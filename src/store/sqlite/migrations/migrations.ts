/**
 * The schema of the embedded store, step by step. A step that is out is frozen: it is text that uses nothing of the
 * code,
 * and a change of the schema is another step at the end.
 */

import { MIGRATION_1 } from './001-first.ts';
import { MIGRATION_2 } from './002-runs.ts';
import { MIGRATION_3 } from './003-checkpoints.ts';
import { MIGRATION_4 } from './004-holders.ts';
import { MIGRATION_5 } from './005-overview.ts';
import { MIGRATION_6 } from './006-actors.ts';
import { MIGRATION_7 } from './007-decisions.ts';
import { MIGRATION_8 } from './008-rules.ts';
import { MIGRATION_9 } from './009-access.ts';
import { MIGRATION_10 } from './010-convergence.ts';
import { MIGRATION_11 } from './011-vault.ts';
import { MIGRATION_12 } from './012-leases.ts';
import { MIGRATION_13 } from './013-grain.ts';
import { MIGRATION_14 } from './014-imports.ts';
import { MIGRATION_15 } from './015-held.ts';
import { MIGRATION_16 } from './016-names.ts';
import { MIGRATION_17 } from './017-experiments.ts';
import { MIGRATION_18 } from './018-model-form.ts';
import { MIGRATION_19 } from './019-stages.ts';
import { MIGRATION_20 } from './020-journal.ts';
import { MIGRATION_21 } from './021-run-notes.ts';
import { MIGRATION_22 } from './022-intervals.ts';
import { MIGRATION_23 } from './023-stock.ts';
import { MIGRATION_24 } from './024-competitors.ts';

/** From version 0, an empty file, up: each leads to the next version. */
export const MIGRATIONS: readonly string[] = [
  MIGRATION_1,
  MIGRATION_2,
  MIGRATION_3,
  MIGRATION_4,
  MIGRATION_5,
  MIGRATION_6,
  MIGRATION_7,
  MIGRATION_8,
  MIGRATION_9,
  MIGRATION_10,
  MIGRATION_11,
  MIGRATION_12,
  MIGRATION_13,
  MIGRATION_14,
  MIGRATION_15,
  MIGRATION_16,
  MIGRATION_17,
  MIGRATION_18,
  MIGRATION_19,
  MIGRATION_20,
  MIGRATION_21,
  MIGRATION_22,
  MIGRATION_23,
  MIGRATION_24,
];
