/** `train --input --output`: one of several parts of a dataset, from files into files. */

import { number } from '../../charts/number-text.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { GUARDRAIL_OPTIONS } from '../../contract/options/price.ts';
import { LEARN, SHARD, SHARD_SOLVER } from '../../contract/options/shards.ts';
import { COLD_START, RESUME, TRAIN } from '../../contract/options/train.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import { shardOf } from '../../workspace/shard-number.ts';
import { requireOneSolver } from '../../workspace/training.ts';
import { trainShard } from '../../workspace.ts';
import type { Options } from '../context.ts';
import { flagOf, keptName, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { clearStatus, interruption, progress, showsProgress } from '../progress.ts';
import { worthRetrying } from '../retry.ts';

const OWN = { ...SHARD, ...SHARD_SOLVER, ...LEARN };
/** Their knowledge says these where it is given. */
const LEARNED = [LEARN.market, LEARN.pooling, LEARN.instrument];

/** Whether files are trained, not a workspace. */
export function isOfFiles(o: Options): boolean {
  return Object.values(SHARD).some(({ flag }) => o[keptName(flag)] !== undefined);
}

export function trainFiles(o: Options, lang: Lang, t: Translate): Promise<void> {
  return worthRetrying(lang, async () => {
    refuseOthers(o);
    const { input, output, shard: told, shards, ...options } = readOptions(OWN, o);
    if (input === undefined || output === undefined)
      throw new DemandaError('OPTION_MISSING', { option: (input === undefined ? SHARD.input : SHARD.output).flag });
    requireOneSolver(options, flagOf);
    const guardrails = readOptions(GUARDRAIL_OPTIONS, o);
    const shard = shardOf({ ...(told !== undefined && { shard: told }), ...(shards && { shards }) }, process.env);
    const stop = interruption();
    const document = await trainShard({
      ...{ input, output, shard, lang, guardrails, ...options, signal: stop.signal },
      ...(showsProgress(o) && { onProgress: progress(lang, t) }),
    }).finally(() => {
      stop.done();
      clearStatus();
    });
    if (o.json) return sayJson(document);
    const { index, count } = shard;
    const { trained, failed, seconds, skipped } = document;
    const figures = { index, count, trained, failed, seconds: number(lang, seconds, 1), output };
    say(`${t(skipped ? 'shardSkipped' : 'shardTrained', figures)}\n`);
  });
}

/** Options that mean nothing here would be passed over in silence. */
function refuseOthers(o: Options): void {
  const own = new Set<string>(Object.values(OWN).map(({ flag }) => flag));
  const refuse = (first: string, second: string): void => {
    if (o[keptName(second)] !== undefined) throw new DemandaError('OPTIONS_CONFLICT', { first, second });
  };
  for (const { flag } of Object.values({ ...CELLS, ...TRAIN, ...RESUME, ...COLD_START }))
    if (!own.has(flag)) refuse(SHARD.input.flag, flag);
  refuse(SHARD.input.flag, '--all');
  if (o[keptName(SHARD.knowledge.flag)] !== undefined)
    for (const { flag } of LEARNED) refuse(SHARD.knowledge.flag, flag);
}

/** A workspace has limits of its own. @throws DemandaError GUARDRAILS_OF_FILES */
export function refuseGuardrails(o: Options): void {
  const given = Object.values(GUARDRAIL_OPTIONS).find(({ flag }) => o[keptName(flag)] !== undefined);
  if (given) throw new DemandaError('GUARDRAILS_OF_FILES', { option: given.flag });
}
