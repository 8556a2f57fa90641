/** `backtest`: how well forecasts made in the past would have done. */

import { number } from '../../charts/number-text.ts';
import type { BacktestDocument } from '../../contract/documents.ts';
import { BACKTEST } from '../../contract/options/price.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { codeWords, periodWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { clearStatus, progress, showsProgress } from '../progress.ts';
import { renderTable } from '../table.ts';

export function addBacktest({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('backtest', 'evaluar', 'cmdBacktest'), t);
  addOptions(made, BACKTEST, t)
    .option('--predictions <file>', t('optPredictions'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const document = await workspace.backtest({
          ...choice(o),
          ...readOptions(BACKTEST, o),
          ...(typeof o.predictions === 'string' && { predictionsFile: o.predictions }),
          ...(showsProgress(o) && { onProgress: progress(lang, t) }),
        });
        clearStatus();
        if (o.json) return sayJson(document);
        const share = (value: number | null, digits: number): string =>
          value === null
            ? '–'
            : new Intl.NumberFormat(lang, {
                style: 'percent',
                minimumFractionDigits: digits,
                maximumFractionDigits: digits,
              }).format(value);
        const figure = (value: number | null, digits: number): string =>
          value === null ? '–' : number(lang, value, digits);
        if (document.cells === 0) return say(`${protocolNotes(document, lang, t).join('\n')}\n`);
        say(
          `${renderTable(
            [
              { title: t('method') },
              { title: t('backtestError'), right: true },
              { title: t('backtestScaled'), right: true },
              { title: t('backtestBias'), right: true },
              { title: t('backtestCovered'), right: true },
            ],
            document.methods.map((m) => [
              codeWords(lang).methods[m.name] ?? m.name,
              share(m.wape, 1),
              figure(m.rmsse, 2),
              share(m.bias, 1),
              share(m.coverage90, 0),
            ]),
          )}\n${protocolNotes(document, lang, t).join('\n')}\n${t('backtestNote')}\n`,
        );
      }),
    );
}

/** What was asked of the cells, and why of some nothing could be. */
function protocolNotes({ protocols, origins }: BacktestDocument, lang: Lang, t: Translate): string[] {
  return protocols.flatMap(({ horizon, step, minRows, cells, left, mostRows }) => [
    t('backtestProtocol', { cells, origins, period: periodWord(horizon, lang), step: periodWord(step, lang), minRows }),
    ...(left === 0 ? [] : [t('backtestLeft', { left, minRows, mostRows })]),
  ]);
}
