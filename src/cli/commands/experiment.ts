/** `experiment`: where trying two prices in turn is worth what it costs, and the weeks of the trial. */

import { number } from '../../charts/number-text.ts';
import { csvCell } from '../../contract/csv.ts';
import type { ExperimentItem, ExperimentsDocument } from '../../contract/documents.ts';
import { EXPERIMENT } from '../../contract/options/price.ts';
import { priceDigits } from '../../core/pricing/price-lattice.ts';
import type { Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import { writeOutput } from '../../workspace/output-file.ts';
import { type CommandContext, cellOptions, choice, type Options, requireCells } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable, wrapped } from '../table.ts';

const OBSTACLE = {
  NO_COST: 'experimentNoCost',
  DELISTED: 'experimentDelisted',
  MONTHLY: 'experimentMonthly',
  NO_ROOM: 'experimentNoRoom',
  NOT_WORTH: 'experimentNotWorth',
} as const satisfies Readonly<Record<NonNullable<ExperimentItem['obstacle']>, string>>;

export function addExperiment({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(cellOptions(command('experiment', 'experimento', 'cmdExperiment'), t), EXPERIMENT, t)
    .option('--export <file>', t('optExportTrial'))
    .action((o: Options) =>
      withWorkspace(o, async (workspace) => {
        requireCells(o, t);
        const document = await workspace.experiments({ ...choice(o), ...readOptions(EXPERIMENT, o) });
        if (typeof o.export === 'string') await writeOutput(o.export, weeksCsv(document.experiments));
        if (o.json) return sayJson(document);
        say(`${experimentText(document, lang, t)}\n`);
        if (!o.quiet && document.experiments.some(({ experiment }) => experiment !== null))
          tell(`${wrapped(t('experimentHowTo'))}\n`);
      }),
    );
}

function experimentText({ experiments, currency }: ExperimentsDocument, lang: Lang, t: Translate): string {
  const money = (amount: number): string => number(lang, amount, 2);
  const worth = experiments.flatMap((item) => (item.experiment ? [{ ...item, experiment: item.experiment }] : []));
  const parts: string[] = [];
  if (worth.length > 0) {
    const table = renderTable(
      [
        { title: t('merchant') },
        { title: t('product') },
        { title: t('experimentToday'), right: true },
        { title: t('experimentPrices'), right: true },
        { title: t('experimentWeeks'), right: true },
        { title: t('experimentCost'), right: true },
        { title: t('experimentValue'), right: true },
        { title: t('experimentError'), right: true },
      ],
      worth.map(({ merchant, product, todayPrice, experiment }) => {
        const price = (amount: number): string => number(lang, amount, priceDigits(todayPrice, currency));
        return [
          merchant,
          product,
          price(todayPrice),
          `${price(experiment.low)} / ${price(experiment.high)}`,
          String(experiment.weeks),
          money(experiment.cost),
          money(experiment.value),
          `${number(lang, experiment.errorBefore, 2)} → ${number(lang, experiment.errorAfter, 2)}`,
        ];
      }),
    );
    parts.push(`${table}\n${wrapped(t('experimentUnits', { currency }))}`);
    const [only] = worth;
    if (worth.length === 1 && only) {
      const price = (amount: number): string => number(lang, amount, priceDigits(only.todayPrice, currency));
      parts.push(
        renderTable(
          [
            { title: t('experimentFirst') },
            { title: t('experimentLast') },
            { title: t('experimentPrice'), right: true },
          ],
          only.weeks.map((week) => [week.from, week.to, price(week.price)]),
        ),
      );
    }
  }
  const kept = Map.groupBy(
    experiments.filter(({ obstacle }) => obstacle !== null),
    ({ obstacle }) => obstacle as NonNullable<ExperimentItem['obstacle']>,
  );
  for (const [obstacle, items] of kept) {
    const names = items.slice(0, 3).map(({ merchant, product }) => `${merchant} · ${product}`);
    const more = items.length > names.length ? ' …' : '';
    parts.push(wrapped(`${t(OBSTACLE[obstacle], { count: items.length })}: ${names.join(', ')}${more}`));
  }
  return parts.join('\n\n');
}

function weeksCsv(items: readonly ExperimentItem[]): string {
  const rows = items.flatMap(({ merchant, product, weeks }) =>
    weeks.map(({ from, to, price }) => [merchant, product, from, to, price].map((value) => csvCell(value)).join(',')),
  );
  return `${['merchant,product,from,to,price', ...rows].join('\n')}\n`;
}
