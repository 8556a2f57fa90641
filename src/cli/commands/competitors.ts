/** `competitors`: what competitors ask beside the own prices. */

import { number } from '../../charts/number-text.ts';
import type { CompetitorItem, CompetitorReaction, CompetitorsDocument } from '../../contract/competitors.ts';
import { dayWord } from '../../contract/date-words.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { priceWord, probabilityWord } from '../../i18n/code-words.ts';
import type { Translate } from '../../i18n/messages.ts';
import { competitorTable } from '../../workspace/tables/competitor-tables.ts';
import { type CommandContext, cellOptions, choice, type Options } from '../context.ts';
import { sayJson, sayLines } from '../output.ts';
import { renderTable, wrapped } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

/** Names of a line. */
const MOST_NAMED = 10;

export function addCompetitors({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('competitors', 'competencia', 'cmdCompetitors'), t);
  tableOptions(made.option('--effects', t('optCompetitorEffects')), t).action((o: Options) =>
    withWorkspace(o, async (workspace) => {
      const wanted = wantedFile(o);
      const effects = o.effects === true || o.product !== undefined;
      const document = await workspace.competitors({ ...choice(o), effects, history: wanted !== null });
      await exportTable(wanted, (view) => competitorTable(document.products, view), { ...document, lang, t });
      if (o.json) return sayJson(document);
      sayLines(competitorLines(document, effects, lang, t));
    }),
  );
}

function competitorLines(document: CompetitorsDocument, effects: boolean, lang: Lang, t: Translate): string[] {
  const { products, reactions, unmatched, freshDays, currency } = document;
  const lines = products.length === 0 ? [t('competitorsNone')] : [priceTable(products, currency, lang, t)];
  if (products.some(({ competitors }) => competitors.some(({ stale }) => stale)))
    lines.push(wrapped(`* ${t('competitorsStale', { days: freshDays })}`));
  if (effects) for (const item of products) lines.push(wrapped(effectLine(item, lang, t)));
  for (const reaction of reactions) lines.push(wrapped(reactionLine(reaction, lang, t)));
  if (effects && products.length > 0) lines.push(wrapped(t('competitorsDoubt')));
  if (unmatched.length > 0) {
    const names = unmatched.slice(0, MOST_NAMED).map(({ product }) => product);
    const shown = `${names.join(', ')}${unmatched.length > MOST_NAMED ? ' …' : ''}`;
    lines.push(wrapped(t('competitorsUnmatched', { count: unmatched.length, names: shown })));
  }
  return lines;
}

const signed = (share: number, lang: Lang): string => `${share > 0 ? '+' : ''}${number(lang, share * 100, 1)} %`;

function priceTable(products: readonly CompetitorItem[], currency: string, lang: Lang, t: Translate): string {
  const price = (value: number): string => priceWord(value, currency, lang);
  return renderTable(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('competitorsOurs'), right: true },
      { title: t('competitorsWho') },
      { title: t('competitorsTheirs'), right: true },
      { title: t('competitorsDifference'), right: true },
      { title: t('competitorsSeen'), spare: 2 },
      { title: t('competitorsCheapest'), spare: 1 },
    ],
    products.flatMap(({ merchant, product, price: ours, competitors, cheapest }) =>
      competitors.map(({ competitor, price: theirs, difference, date, stale, promo }, i) => [
        i === 0 ? merchant : '',
        i === 0 ? product : '',
        i === 0 ? price(ours) : '',
        `${competitor}${promo ? ` (${t('competitorsOffer')})` : ''}`,
        `${price(theirs)}${stale ? ' *' : ''}`,
        signed(difference, lang),
        dayWord(date, lang),
        i === 0 ? (cheapest ?? (competitors.every((one) => one.stale) ? '–' : t('competitorsUs'))) : '',
      ]),
    ),
  );
}

function effectLine(
  { merchant, product, effect, reference, trained }: CompetitorItem,
  lang: Lang,
  t: Translate,
): string {
  const of = { merchant, product };
  if (effect === null) return t(trained ? 'competitorEffectUnknown' : 'competitorUntrained', of);
  const { elasticity, probability } = effect;
  const two = (value: number): string => number(lang, value, 2);
  const told = {
    ...of,
    ...{ value: two(elasticity.value), low: two(elasticity.low), high: two(elasticity.high) },
    probability: probabilityWord(probability, lang),
  };
  const used = reference === null ? 'competitorUnused' : reference === 'mean' ? 'competitorMean' : 'competitorLeast';
  return `${t('competitorEffect', told)} ${t(used)}`;
}

function reactionLine(
  { merchant, competitor, share, moves, known }: CompetitorReaction,
  lang: Lang,
  t: Translate,
): string {
  if (!known) return t('competitorReactionUnknown', { merchant, competitor, moves });
  // Nobody moves against a price: below nothing is nothing.
  const percent = (value: number): string => number(lang, Math.max(0, value) * 100, 0);
  const { value, low, high } = share;
  return t('competitorReaction', {
    ...{ merchant, competitor, moves },
    ...{ value: percent(value), low: percent(low), high: percent(high) },
  });
}
