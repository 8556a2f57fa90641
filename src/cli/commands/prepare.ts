/** `prepare`: what all cells have in common, learned once for trainings on many machines. */

import { number } from '../../charts/number-text.ts';
import { LEARN, PREPARE, READ_DATASET } from '../../contract/options/shards.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { prepare } from '../../workspace.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { clearStatus, progress, showsProgress } from '../progress.ts';
import { worthRetrying } from '../retry.ts';

export function addPrepare({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('prepare', 'preparar', 'cmdPrepare'), { ...PREPARE, ...LEARN, ...READ_DATASET }, t).action(
    (o: Options) =>
      worthRetrying(lang, async () => {
        const { input, output, ...settings } = readOptions(PREPARE, o);
        if (output === undefined) throw new DemandaError('OPTION_MISSING', { option: PREPARE.output.flag });
        const learn = { ...readOptions(LEARN, o), ...(showsProgress(o) && { onProgress: progress(lang, t) }) };
        const told = (document: Awaited<ReturnType<typeof prepare>>): void => {
          clearStatus();
          const { file, cells, sampled, seconds } = document;
          if (o.json) sayJson(document);
          else say(`${t('prepared', { file, cells, sampled, seconds: number(lang, seconds, 1) })}\n`);
        };
        if (input !== undefined)
          return told(await prepare(input, output, { ...readOptions(READ_DATASET, o), ...settings, ...learn, lang }));
        await withWorkspace(o, async (workspace) => told(await workspace.prepare(output, learn)));
      }),
  );
}
