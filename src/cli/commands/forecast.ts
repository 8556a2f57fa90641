/** `forecast`: demand of the days to come. */

import { number } from '../../charts/number-text.ts';
import { dayWord } from '../../contract/date-words.ts';
import type { ForecastItem, ForecastSpan } from '../../contract/documents.ts';
import { FORECAST } from '../../contract/options/price.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { periodWord, priceWord, unitWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { Spool } from '../../workspace/spool.ts';
import { forecastTable } from '../../workspace/tables/list-tables.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { sayJson, sayLines, tell } from '../output.ts';
import { rowsOf, tableLines } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

/** Milliseconds of a year: a cell whose last sale lies further back is named. */
const STALE = 366 * 86_400_000;

export function addForecast({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('forecast', 'pronosticar', 'cmdForecast'), t);
  tableOptions(addOptions(made, FORECAST, t), t)
    .option('--plan <file>', t('optPlan'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const wanted = wantedFile(o);
        const spans = new Spool<ForecastSpan>();
        const forecasts = new Spool<ForecastItem>();
        const asked = {
          ...choice(o),
          ...readOptions(FORECAST, o),
          ...(typeof o.plan === 'string' && { planFile: o.plan }),
        };
        try {
          const { notes, ...head } = await workspace.forecastEach(asked, (cell) => {
            if (cell.span) spans.push(cell.span);
            for (const item of cell.forecasts) forecasts.push(item);
          });
          if (forecasts.length === 0) throw new DemandaError('MODELS_NONE', {});
          await exportTable(wanted, (view) => forecastTable(forecasts, view), { ...head, lang, t });
          if (o.json) return sayJson({ ...head, spans, forecasts, notes });
          for (const { message } of notes) tell(`${message}\n`);
          sayLines(forecastLines(forecasts, head.currency, lang, t));
          sayLines(totals(spans, lang, t));
          sayLines(spanNotes(spans, lang, t));
        } finally {
          spans.close();
          forecasts.close();
        }
      }),
    );
}

function forecastLines(
  forecasts: Iterable<ForecastItem>,
  currency: string,
  lang: Lang,
  t: Translate,
): Iterable<string> {
  return tableLines(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('date') },
      { title: t('price'), right: true },
      { title: t('demand'), right: true },
      { title: t('interval90'), right: true },
    ],
    rowsOf(forecasts, (f) => [
      f.merchant,
      f.product,
      dayWord(f.date, lang),
      priceWord(f.price, currency, lang),
      `${number(lang, f.demand, 1)} ${unitWord(f.unit, f.demand, lang)}`,
      `[${number(lang, f.low, 1)}, ${number(lang, f.high, 1)}]`,
    ]),
  );
}

/** What each cell will sell over its span. */
function totals(spans: Iterable<ForecastSpan>, lang: Lang, t: Translate): Iterable<string> {
  return tableLines(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('forecastPeriod') },
      { title: t('forecastTotal'), right: true },
      { title: t('interval90'), right: true },
    ],
    rowsOf(spans, ({ merchant, product, horizon, unit, total: { value, low, high } }) => [
      merchant,
      product,
      periodWord(horizon, lang),
      `${number(lang, value, 1)} ${unitWord(unit, value, lang)}`,
      `[${number(lang, low, 1)}, ${number(lang, high, 1)}]`,
    ]),
  );
}

/** Which days the forecasts are of, and which cells have not sold for long. */
function spanNotes(spans: Iterable<ForecastSpan>, lang: Lang, t: Translate): string[] {
  const notes = new Set<string>();
  let stale = 0;
  for (const { from, to, horizon, lastSale } of spans) {
    notes.add(t('forecastSpan', { period: periodWord(horizon, lang), from, to }));
    if (lastSale !== null && Date.parse(from) - Date.parse(lastSale) > STALE) stale++;
  }
  return [...notes, ...(stale === 0 ? [] : [t('forecastStale', { count: stale })])];
}
