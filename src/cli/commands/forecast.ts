/** `forecast`: demand of the days to come. */

import { number } from '../../charts/number-text.ts';
import type { ForecastDocument } from '../../contract/documents.ts';
import { FORECAST } from '../../contract/options/price.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { periodWord, priceWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable } from '../table.ts';

/** Milliseconds of a year: a cell whose last sale lies further back is named. */
const STALE = 366 * 86_400_000;

export function addForecast({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('forecast', 'pronosticar', 'cmdForecast'), t);
  addOptions(made, FORECAST, t)
    .option('--plan <file>', t('optPlan'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const document = await workspace.forecast({
          ...choice(o),
          ...readOptions(FORECAST, o),
          ...(typeof o.plan === 'string' && { planFile: o.plan }),
        });
        if (o.json) return sayJson(document);
        for (const { message } of document.notes) tell(`${message}\n`);
        say(
          `${renderTable(
            [
              { title: t('merchant') },
              { title: t('product') },
              { title: t('date') },
              { title: t('price'), right: true },
              { title: t('demand'), right: true },
              { title: '90 %', right: true },
            ],
            document.forecasts.map((f) => [
              f.merchant,
              f.product,
              f.date,
              priceWord(f.price, document.currency, lang),
              `${number(lang, f.demand, 1)} ${f.unit}`,
              `[${number(lang, f.low, 1)}, ${number(lang, f.high, 1)}]`,
            ]),
          )}\n${totals(document, lang, t)}\n${spanNotes(document, lang, t).join('\n')}\n`,
        );
      }),
    );
}

/** What each cell will sell over its span. */
function totals({ spans }: ForecastDocument, lang: Lang, t: Translate): string {
  return renderTable(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('forecastPeriod') },
      { title: t('forecastTotal'), right: true },
      { title: '90 %', right: true },
    ],
    spans.map(({ merchant, product, horizon, unit, total: { value, low, high } }) => [
      merchant,
      product,
      periodWord(horizon, lang),
      `${number(lang, value, 1)} ${unit}`,
      `[${number(lang, low, 1)}, ${number(lang, high, 1)}]`,
    ]),
  );
}

/** Which days the forecasts are of, and which cells have not sold for long. */
function spanNotes({ spans }: ForecastDocument, lang: Lang, t: Translate): string[] {
  const notes = new Set(
    spans.map(({ from, to, horizon }) => t('forecastSpan', { period: periodWord(horizon, lang), from, to })),
  );
  const stale = spans.filter(
    ({ from, lastSale }) => lastSale !== null && Date.parse(from) - Date.parse(lastSale) > STALE,
  );
  return [...notes, ...(stale.length === 0 ? [] : [t('forecastStale', { count: stale.length })])];
}
