/** `outcomes`: what the prices that were exported earned, each and all together. */

import { number } from '../../charts/number-text.ts';
import type { OutcomesDocument } from '../../contract/api.ts';
import { dayWord } from '../../contract/date-words.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { text } from '../../contract/options/option.ts';
import type { Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import { outcomesTable, VERDICTS } from '../../workspace/tables/list-tables.ts';
import type { CommandContext, Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

const OUTCOMES = {
  merchant: CELLS.merchant,
  product: CELLS.product,
  from: text({ flag: '--from', taken: '<date>', help: 'optOutcomesFrom', most: 10 }),
} as const;

export function addOutcomes({ command, lang, t, withWorkspace }: CommandContext): void {
  tableOptions(addOptions(command('outcomes', 'resultados', 'cmdOutcomes'), OUTCOMES, t), t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      const wanted = wantedFile(o);
      const { from, ...choice } = readOptions(OUTCOMES, o);
      const document = await workspace.recommendations.outcomes({
        ...(await workspace.choiceNamed(choice)),
        ...(from !== undefined && { from }),
        all: wanted !== null,
      });
      await exportTable(wanted, (view) => outcomesTable(document.outcomes, view), { ...document, lang, t });
      if (o.json) return sayJson(document);
      if (document.changes === 0) return say(`${t('outcomesNone')}\n`);
      say(`${outcomeTable(document, lang, t)}\n${earned(document, lang, t)}\n`);
      if (document.left) tell(`${t('outcomesLeft')}\n`);
    }),
  );
}

function outcomeTable({ outcomes }: OutcomesDocument, lang: Lang, t: Translate): string {
  const money = (amount: number): string => number(lang, amount, 2);
  return renderTable(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('date') },
      { title: t('outcomesDays'), right: true },
      { title: t('outcomesGain'), right: true },
      { title: t('interval90'), right: true },
      { title: t('outcomesVerdict') },
    ],
    outcomes.map(({ merchant, product, activationDate, days, gain, verdict }) => [
      merchant,
      product,
      activationDate === null ? '–' : dayWord(activationDate, lang),
      String(days),
      gain === null ? '–' : money(gain.value),
      gain === null ? '–' : `[${money(gain.low)}, ${money(gain.high)}]`,
      t(VERDICTS[verdict]),
    ]),
  );
}

function earned({ gain, judged, changes, currency }: OutcomesDocument, lang: Lang, t: Translate): string {
  if (gain === null) return t('outcomesNothing', { changes });
  const money = (amount: number): string => number(lang, amount, 2);
  return t('outcomesEarned', {
    judged,
    changes,
    currency,
    gain: money(gain.value),
    low: money(gain.low),
    high: money(gain.high),
  });
}
