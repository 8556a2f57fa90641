/** What a price test told of one product so far, and what to do next. */

import type { CellAnalysis, ExperimentDocument } from '../../contract/experiments.ts';
import { TEST_INSTRUMENT } from '../../core/series/control-function.ts';
import type { ExperimentStep } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { withQuery } from '../api-client.ts';
import { capital } from '../formats.ts';
import { TestVerdictBadge } from '../parts/badges.tsx';
import { cellParam } from '../parts/cell-names.ts';
import { ElasticityFigure } from '../parts/figures.tsx';
import { modelPath } from '../parts/model-path.ts';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type Cell = ExperimentDocument['cells'][number];
type Deviation = CellAnalysis['compliance']['deviations'][number];

/** Deviations that are named. */
const MOST_NAMED = 5;

export function TestResult({ cell, named }: { readonly cell: Cell; readonly named: boolean }) {
  const { t, f, lang } = useSession();
  const { merchant, product, analysis, levels, basePrice } = cell;
  const { testLevels } = codeWords(lang);
  const prices = levels.map(({ level, price }) => `${testLevels[level]} ${f.price(price)}`);
  return (
    <section class="card pad stack">
      <div class="row between">
        <h2>{named ? merchant : t('testNext')}</h2>
        {analysis && <TestVerdictBadge verdict={analysis.verdict} />}
      </div>
      {analysis ? <NextStep cell={cell} analysis={analysis} /> : <p>{t('testGone')}</p>}
      <p class="muted">
        {t('testPrices')}: {prices.join(', ')}. {t('testWithout')}: {f.price(basePrice)}.{' '}
        <a href={modelPath(merchant, product)}>{t('goModel')}</a>
      </p>
      {analysis && <Seen analysis={analysis} />}
    </section>
  );
}

/** Where the next step is taken on these pages. */
const PLACES: Partial<Readonly<Record<ExperimentStep, readonly [WebKey, (cell: Cell) => string]>>> = {
  WAIT: ['emptyImport', () => '/data'],
  TRAIN: ['navTrain', (cell) => withQuery('/train', { cells: cellParam([cell]) })],
  TRAIN_WITH_TEST: [
    'navTrain',
    (cell) => withQuery('/train', { cells: cellParam([cell]), instrument: TEST_INSTRUMENT }),
  ],
  CHANGE_PRICE: ['priceBest', ({ merchant, product }) => modelPath(merchant, product)],
  TEST_AGAIN: ['goTest', ({ merchant, product }) => withQuery('/tests', { merchant, product })],
  FOLLOW_PLAN: ['goTest', ({ merchant, product }) => withQuery('/tests', { merchant, product })],
};

interface AnalysisProps {
  readonly analysis: CellAnalysis;
}

function NextStep({ cell, analysis: { next, recommendedPrice } }: AnalysisProps & { readonly cell: Cell }) {
  const { t, f, lang } = useSession();
  const [label, href] = PLACES[next] ?? [];
  return (
    <p class="decision-gain">
      {capital(codeWords(lang).experimentSteps[next])}
      {recommendedPrice !== null && <b class="new-price"> {f.price(recommendedPrice)}</b>}.{' '}
      {label && href && <a href={href(cell)}>{t(label)}</a>}
    </p>
  );
}

function Seen({ analysis: { compliance, elasticity, profit } }: AnalysisProps) {
  const { t, f } = useSession();
  if (compliance.past === 0) return <p class="muted">{t('testNothing')}</p>;
  const told: readonly (readonly [WebKey, typeof elasticity.all])[] = [
    ['testBefore', elasticity.before],
    ['testAll', elasticity.all],
    ['testDrawn', elasticity.drawn],
  ];
  return (
    <>
      <h3>{t('testSeen')}</h3>
      <dl class="what-if">
        <div>
          <dt>{t('testKept')}</dt>
          <dd>{t('testKeptOf', { kept: compliance.kept, priced: compliance.priced })}</dd>
        </div>
        {profit && (
          <div>
            <dt>{t('testProfit', { days: profit.days })}</dt>
            <dd>
              {f.money(profit.actual)}
              <span class="small muted block">
                {t('testProfitWithout', {
                  value: f.money(profit.without.value),
                  low: f.money(profit.without.low),
                  high: f.money(profit.without.high),
                })}
              </span>
            </dd>
          </div>
        )}
        {told.map(([label, found]) => (
          <div key={label}>
            <dt>{t(label)}</dt>
            <dd>
              {found ? <ElasticityFigure elasticity={found} /> : <span class="muted">{t('testTellsNone')}</span>}
              {found && (
                <span class="small muted block">
                  {t('intervalTitle', { low: f.decimal(found.low), high: f.decimal(found.high) })}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {compliance.deviations.length > 0 && <Deviations deviations={compliance.deviations} />}
    </>
  );
}

/** Days on which another price was charged. */
function Deviations({ deviations }: { readonly deviations: readonly Deviation[] }) {
  const { t, f } = useSession();
  const columns: readonly Column<Deviation>[] = [
    { id: 'date', head: t('date'), cell: ({ date }) => f.date(date) },
    { id: 'planned', head: t('testPlanned'), num: true, cell: ({ planned }) => f.price(planned) },
    { id: 'charged', head: t('testCharged'), num: true, cell: ({ charged }) => f.price(charged) },
  ];
  const left = deviations.length - MOST_NAMED;
  return (
    <>
      <h3>{t('testOther')}</h3>
      <div class="table-wrap">
        <Table class="compact" columns={columns} rows={deviations.slice(0, MOST_NAMED)} keyOf={({ date }) => date} />
      </div>
      {left > 0 && <p class="muted small">{t('andMore', { count: left })}</p>}
    </>
  );
}
