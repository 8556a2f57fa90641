/** `show`: one cell's model, drawn. */

import type { PictureFormat } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { writeOutput } from '../../workspace/output-file.ts';
import { type CommandContext, cellOptions, type Options } from '../context.ts';
import { say, sayJson, tell } from '../output.ts';

export function addShow({ command, lang, t, withWorkspace }: CommandContext): void {
  cellOptions(command('show', 'ver', 'cmdShow'), t)
    .option('--instrument <column>', t('optInstrument'))
    .option('--svg <file>', t('optFile'))
    .option('--png <file>', t('optFile'))
    .option('--html <file>', t('optFile'))
    .option('--csv <file>', t('optFile'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        if (typeof o.merchant !== 'string' || typeof o.product !== 'string')
          throw new DemandaError('USAGE', { detail: t('needCell') });
        const view = await workspace.show(
          o.merchant,
          o.product,
          typeof o.instrument === 'string' ? { instrument: o.instrument } : {},
        );
        if (o.json) return sayJson(view.show);
        const charts = await import('../../charts/cell-charts.ts');
        const files = { svg: o.svg, png: o.png, html: o.html, csv: o.csv };
        let wrote = false;
        for (const [format, file] of Object.entries(files)) {
          if (typeof file !== 'string') continue;
          await writeOutput(file, await charts.renderCell(view, lang, format as PictureFormat));
          tell(`${t('written', { file })}\n`);
          wrote = true;
        }
        if (!wrote) {
          const { terminalCell } = await import('../../charts/terminal.ts');
          say(`${terminalCell(view, lang)}\n`);
        }
        const { length } = view.show.held;
        if (length > 0) tell(`${t('heldOfCell', { values: length })}\n`);
      }),
    );
}
