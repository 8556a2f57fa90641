/** `backup` and `restore`: a copy of the workspace's store in one file, and a workspace out of such a file. */

import { number } from '../../charts/number-text.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { systemUser } from '../../workspace/actors.ts';
import { Workspace } from '../../workspace.ts';
import { type CommandContext, locationOf, type Shared } from '../context.ts';
import { say, sayJson, tell } from '../output.ts';

type BackupOptions = Shared & { readonly force?: boolean; readonly dryRun?: boolean };

export function addBackup({ command, lang, t, withWorkspace }: CommandContext): void {
  command('backup <file>', 'copia', 'cmdBackup')
    .option('--force', t('optForce'))
    .action((file: string, o: BackupOptions) => {
      // Opening a workspace makes one where there is none: its backup would look like one of the shop.
      const { database, folder } = locationOf(o);
      if (!Workspace.exists(database ?? folder)) throw new DemandaError('BACKUP_NOTHING', { folder });
      return withWorkspace(o, async (workspace) => {
        const document = await workspace.backup(file, { replace: o.force === true });
        if (o.json) return sayJson(document);
        const { bytes, cells, models } = document;
        say(`${t('backedUp', { file, size: number(lang, Math.max(0.1, bytes / 1_048_576), 1), cells, models })}\n`);
      });
    });
}

export function addRestore({ command, lang, t }: CommandContext): void {
  command('restore <file>', 'restaurar', 'cmdRestore')
    .option('--dry-run', t('optRestoreDryRun'))
    .action(async (file: string, o: BackupOptions) => {
      const { database, folder: place } = locationOf(o);
      const document = await Workspace.restore(database ?? place, file, {
        lang,
        dryRun: o.dryRun === true,
        actor: systemUser('command'),
      });
      if (o.json) return sayJson(document);
      const { folder, replaced, cells, models, dryRun } = document;
      say(`${t(dryRun ? 'wouldRestore' : 'restored', { file, folder, cells, models })}\n`);
      if (o.quiet || dryRun) return;
      if (replaced !== null) tell(`${t('restoreKept', { replaced })}\n`);
      tell(`${t('restoreSessions')}\n`);
    });
}
