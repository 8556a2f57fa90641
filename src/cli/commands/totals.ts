/** `totals`: what products take in and sell together. */

import { CELLS } from '../../contract/options/cells.ts';
import { TOTALS } from '../../contract/options/price.ts';
import { totalsTable } from '../../workspace/tables/totals-table.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { sayJson, sayLines, tell } from '../output.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';
import { totalsLines } from '../totals-text.ts';

export function addTotals({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = addOptions(command('totals', 'totales', 'cmdTotals'), { ...CELLS, ...TOTALS }, t);
  tableOptions(made, t)
    .option('--prices <file>', t('optTotalsPrices'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        const wanted = wantedFile(o);
        const document = await workspace.totals({
          ...readOptions({ ...CELLS, ...TOTALS }, o),
          ...(typeof o.prices === 'string' && { pricesFile: o.prices }),
        });
        await exportTable(wanted, (view) => totalsTable(document, view), { ...document, lang, t });
        if (o.json) return sayJson(document);
        for (const { message } of document.notes) tell(`${message}\n`);
        sayLines(totalsLines(document, lang, t));
      }),
    );
}
