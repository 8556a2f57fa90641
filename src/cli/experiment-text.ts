/** Price tests in words and tables of the terminal. */

import { number } from '../charts/number-text.ts';
import { dayWord } from '../contract/date-words.ts';
import type { CellAnalysis, ExperimentDocument, ExperimentItem, ProposalsDocument } from '../contract/experiments.ts';
import { visibleText } from '../contract/visible-text.ts';
import type { Lang, TestTurn } from '../core/vocabulary.ts';
import { codeWords, priceWord } from '../i18n/code-words.ts';
import { type Translate, withCommand } from '../i18n/messages.ts';
import { renderTable, wrapped } from './table.ts';

type Told = { readonly value: number; readonly low: number; readonly high: number };

const share = (lang: Lang, value: number): string =>
  new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 1 }).format(value);

const spanText = (lang: Lang, { value, low, high }: Told, digits = 2): string =>
  `${number(lang, value, digits)} [${number(lang, low, digits)}, ${number(lang, high, digits)}]`;

function turnsText(t: Translate, turns: number, every: TestTurn): string {
  return t(every === 'week' ? 'testWeeks' : 'testDays', { n: turns });
}

/** Tests that are worth it as a table, then products without one by why. */
export function proposalsText({ proposals, worthDays, currency }: ProposalsDocument, lang: Lang, t: Translate): string {
  const worth = proposals.flatMap(({ test, ...cell }) => (test === null ? [] : [{ ...cell, test }]));
  const out: string[] = [];
  if (worth.length > 0) {
    const money = (amount: number): string => number(lang, amount, 2);
    out.push(
      renderTable(
        [
          { title: t('merchant') },
          { title: t('product') },
          { title: t('testPrices'), right: true },
          { title: '±', right: true, spare: 1 },
          { title: t('testLength') },
          { title: t('testFrom'), spare: 2 },
          { title: t('testCost'), right: true },
          { title: t('testValue'), right: true },
          { title: t('testError'), right: true },
          { title: t('testKnown'), right: true, spare: 3 },
        ],
        worth.map(({ merchant, product, test }) => [
          merchant,
          product,
          test.levels.map(({ price }) => priceWord(price, currency, lang)).join(' / '),
          share(lang, test.size),
          turnsText(t, test.turns, test.every),
          dayWord(test.from, lang),
          money(test.cost),
          money(test.value),
          number(lang, test.standardError, 2),
          `${number(lang, test.deviation, 2)} → ${number(lang, test.deviationAfter, 2)}`,
        ]),
      ),
      '',
      wrapped(t('testProposalNote', { days: worthDays, currency })),
      wrapped(t('testNextStart', { cell: `${worth[0]?.merchant}:${worth[0]?.product}` })),
    );
  }
  const refused = proposals.filter(({ test }) => test === null);
  if (refused.length > 0) {
    if (worth.length > 0) out.push('');
    out.push(t('testRefused'));
    const { testRefusals } = codeWords(lang);
    for (const { merchant, product, refusal } of refused) {
      const cell = `${visibleText(merchant)} · ${visibleText(product)}`;
      const code = refusal ?? 'NOT_WORTH_IT';
      out.push(`  ${cell}: ${withCommand(testRefusals[code], code, lang)}`);
    }
  }
  return out.join('\n');
}

export function listText(items: readonly ExperimentItem[], lang: Lang, t: Translate): string {
  return renderTable(
    [
      { title: 'ID', right: true },
      { title: t('merchant') },
      { title: t('product') },
      { title: t('testFrom') },
      { title: t('testTo') },
      { title: '±', right: true, spare: 1 },
      { title: t('testStatus') },
    ],
    items.map(({ id, merchant, cells, from, to, endedOn, size, status }) => [
      id,
      merchant ?? t('testShops', { n: cells.length }),
      [...new Set(cells.map(({ product }) => product))].join(', '),
      dayWord(from, lang),
      dayWord(endedOn ?? to, lang),
      share(lang, size),
      codeWords(lang).experimentStatuses[status],
    ]),
  );
}

export function experimentText(document: ExperimentDocument, lang: Lang, t: Translate): string {
  const { id, status, from, to, endedOn, every, design, seed, expected, currency, cells, maxLoss } = document;
  const words = codeWords(lang);
  const out = [
    t('testHead', { id, status: words.experimentStatuses[status], from, to: endedOn ?? to }),
    wrapped(
      t('testHow', {
        design: t(design === 'shops' ? 'testDesignShops' : 'testDesignSwitchback'),
        turn: t(every === 'week' ? 'testEveryWeek' : 'testEveryDay'),
        seed,
      }),
    ),
    wrapped(
      t('testExpected', {
        cost: number(lang, expected.cost, 2),
        value: number(lang, expected.value, 2),
        error: number(lang, expected.standardError, 2),
        ...{ days: expected.worthDays, currency },
      }),
    ),
    wrapped(maxLoss === null ? t('testNoBound') : t('testBound', { loss: share(lang, maxLoss) })),
  ];
  for (const { merchant, product, levels, basePrice, analysis, beside } of cells) {
    const prices = levels.map(({ level, price }) => `${words.testLevels[level]} ${priceWord(price, currency, lang)}`);
    out.push('', `${visibleText(merchant)} · ${visibleText(product)}`);
    out.push(`  ${t('testLevelPrices', { prices: prices.join(', '), base: priceWord(basePrice, currency, lang) })}`);
    for (const { id: other, product: name, correlation } of beside)
      out.push(
        wrapped(
          `  ${t(Math.abs(correlation) > CLOSE ? 'testBesideClose' : 'testBeside', { id: other, product: name, correlation: number(lang, correlation, 2) })}`,
        ),
      );
    if (analysis !== null) out.push(...analysisLines(analysis, currency, lang, t));
  }
  return out.join('\n');
}

/** Correlation of two tests' prices from which on what one does is hardly told from what the other does. */
const CLOSE = 0.3;

/** Deviations from the plan that are named. */
const MOST_NAMED = 5;

function analysisLines(
  { compliance, elasticity, profit, verdict, next, recommendedPrice }: CellAnalysis,
  currency: string,
  lang: Lang,
  t: Translate,
): string[] {
  const words = codeWords(lang);
  const { past, priced, kept, deviations } = compliance;
  const price = (amount: number): string => priceWord(amount, currency, lang);
  const step =
    withCommand(words.experimentSteps[next], next, lang) +
    (recommendedPrice === null ? '' : ` (${price(recommendedPrice)})`);
  const last = t('testVerdict', { verdict: words.experimentVerdicts[verdict], next: step });
  if (past === 0) return [`  ${last}`];
  const lines = [t('testCompliance', { past, priced, kept })];
  for (const { date, planned, charged } of deviations.slice(0, MOST_NAMED))
    lines.push(`  ${t('testDeviation', { date, planned: price(planned), charged: price(charged) })}`);
  if (deviations.length > MOST_NAMED) lines.push(`  ${t('testMoreDeviations', { n: deviations.length - MOST_NAMED })}`);
  const told = (
    key: 'testBefore' | 'testAll' | 'testDrawn',
    found: (Told & { standardError: number }) | null,
  ): void => {
    lines.push(
      t(key, {
        elasticity:
          found === null
            ? t('testNothingTold')
            : `${spanText(lang, found)}, ${t('testErrorShort', { error: number(lang, found.standardError, 2) })}`,
      }),
    );
  };
  told('testBefore', elasticity.before);
  told('testAll', elasticity.all);
  told('testDrawn', elasticity.drawn);
  if (profit !== null)
    lines.push(
      t('testProfit', {
        ...{ days: profit.days, currency, actual: number(lang, profit.actual, 2) },
        without: spanText(lang, profit.without),
        percent: share(lang, profit.probabilityBelow),
      }),
    );
  lines.push(last);
  return lines.map((line) => `  ${line}`);
}

/** The prices by day. */
export function planText({ cells, currency, endedOn, to }: ExperimentDocument, lang: Lang, t: Translate): string {
  const words = codeWords(lang);
  const last = endedOn ?? to;
  const rows = cells
    .flatMap(({ merchant, product, plan }) =>
      plan.map(({ date, price, level }) => ({ date, cells: [merchant, product, price, level] as const })),
    )
    .filter(({ date }) => date <= last)
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return renderTable(
    [
      { title: t('date') },
      { title: t('merchant') },
      { title: t('product') },
      { title: t('price'), right: true },
      { title: t('testLevel') },
    ],
    rows.map(({ date, cells: [merchant, product, price, level] }) => [
      ...[dayWord(date, lang), merchant, product, priceWord(price, currency, lang), words.testLevels[level]],
    ]),
  );
}
