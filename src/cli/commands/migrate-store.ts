/** `migrate-store`: everything of a workspace in another place. */

import { number } from '../../charts/number-text.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { migrateStore } from '../../workspace.ts';
import type { CommandContext, Shared } from '../context.ts';
import { say, sayJson, tell } from '../output.ts';
import { clearStatus, showsProgress, status } from '../progress.ts';

type TransferOptions = Shared & { readonly from?: string; readonly to?: string };

export function addMigrateStore({ command, lang, t }: CommandContext): void {
  command('migrate-store', 'trasladar', 'cmdMigrateStore')
    .option('--from <place>', t('optTransferFrom'))
    .option('--to <place>', t('optTransferTo'))
    .action(async (o: TransferOptions) => {
      const [from, to] = [placeOf(o.from, '--from'), placeOf(o.to, '--to')];
      const document = await migrateStore(from, to, {
        onProgress: ({ stage, table, done, total }) => {
          if (showsProgress(o))
            status(`${t(stage === 'copy' ? 'transferCopy' : 'transferCheck')} ${table} ${done}/${total}`);
        },
      }).finally(clearStatus);
      if (o.json) return sayJson(document);
      const { rows, tables, resumed } = document;
      const places = { place: document.to, from: document.from };
      say(`${t('transferred', { ...places, rows: number(lang, rows, 0), tables: tables.length })}\n`);
      if (o.quiet) return;
      if (resumed) tell(`${t('transferResumed')}\n`);
      tell(`${t('transferNext', places)}\n`);
    });
}

/** An address with a password need not stand on the command line, where everyone on the machine reads it. */
function placeOf(given: string | undefined, option: string): string {
  const place = given ?? process.env.DEMANDA_DATABASE_URL;
  if (!place) throw new DemandaError('TRANSFER_PLACE', { option });
  return place;
}
