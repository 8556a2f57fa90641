/** `collect`: what shards wrote, added up, and into a workspace. */

import { number } from '../../charts/number-text.ts';
import type { CollectDocument } from '../../contract/documents.ts';
import { COLLECT } from '../../contract/options/shards.ts';
import { systemUser } from '../../workspace/actors.ts';
import { collect, Workspace } from '../../workspace.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { worthRetrying } from '../retry.ts';

/** Missing shards that are named. */
const MOST_NAMED = 20;

export function addCollect({ command, lang, t }: CommandContext): void {
  addOptions(command('collect <folder>', 'reunir', 'cmdCollect'), COLLECT, t).action((folder: string, o: Options) =>
    worthRetrying(lang, async () => {
      const { into } = readOptions(COLLECT, o);
      const document = into === undefined ? await collect(folder) : await collectInto(folder, into, lang);
      const { missing, shards, trained, failed, failures, seconds, loaded } = document;
      // The shards that lack may come.
      if (missing.length > 0) process.exitCode = 1;
      if (o.json) return sayJson(document);
      say(
        `${t('collected', { shards: shards - missing.length, of: shards, trained, failed, seconds: number(lang, seconds, 1) })}\n`,
      );
      for (const [code, cells] of Object.entries(failures)) say(`  ${code}: ${cells}\n`);
      if (loaded) say(`${t('collectLoaded', { ...loaded })}\n`);
      if (loaded && loaded.unsold > 0) tell(`${t('collectUnsold', { cells: loaded.unsold })}\n`);
      if (missing.length === 0) return;
      const named = missing.slice(0, MOST_NAMED).join(', ');
      tell(
        `${t('collectMissing', { count: missing.length, named: missing.length > MOST_NAMED ? `${named} …` : named })}\n`,
      );
    }),
  );
}

async function collectInto(folder: string, into: string, lang: CommandContext['lang']): Promise<CollectDocument> {
  const workspace = await Workspace.open(into, { lang, actor: systemUser('command') });
  try {
    return await workspace.collect(folder);
  } finally {
    await workspace.close();
  }
}
