/** `train --input --output`: one of several parts of a dataset, from files into files. */

import { number } from '../../charts/number-text.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { SHARD } from '../../contract/options/shards.ts';
import { COLD_START, RESUME, TRAIN } from '../../contract/options/train.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import { shardOf } from '../../workspace/shard-number.ts';
import { trainShard } from '../../workspace.ts';
import type { Options } from '../context.ts';
import { keptName, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { clearStatus, interruption, progress, showsProgress } from '../progress.ts';
import { worthRetrying } from '../retry.ts';

const { seed, workers } = TRAIN;
const OWN = { ...SHARD, seed, workers };

/** Whether files are trained, not a workspace. */
export function isOfFiles(o: Options): boolean {
  return Object.values(SHARD).some(({ flag }) => o[keptName(flag)] !== undefined);
}

export function trainFiles(o: Options, lang: Lang, t: Translate): Promise<void> {
  return worthRetrying(lang, async () => {
    refuseOthers(o);
    const { input, output, knowledge, shard: told, shards, ...options } = readOptions(OWN, o);
    if (input === undefined || output === undefined || knowledge === undefined) {
      const missing = input === undefined ? SHARD.input : output === undefined ? SHARD.output : SHARD.knowledge;
      throw new DemandaError('OPTION_MISSING', { option: missing.flag });
    }
    const shard = shardOf({ ...(told !== undefined && { shard: told }), ...(shards && { shards }) }, process.env);
    const stop = interruption();
    const document = await trainShard({
      ...{ input, output, knowledge, shard, lang, ...options, signal: stop.signal },
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
  for (const { flag } of Object.values({ ...CELLS, ...TRAIN, ...RESUME, ...COLD_START }))
    if (o[keptName(flag)] !== undefined && flag !== seed.flag && flag !== workers.flag)
      throw new DemandaError('OPTIONS_CONFLICT', { first: SHARD.input.flag, second: flag });
  if (o.all !== undefined) throw new DemandaError('OPTIONS_CONFLICT', { first: SHARD.input.flag, second: '--all' });
}
