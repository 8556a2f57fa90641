/** What the sales alone say of price and demand, in plain words: a second opinion beside the model. */

import type { ByControls, DemandDiagnostics, ElasticityEstimate } from '../../core/demand/diagnostics.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Icon } from '../parts/icon.tsx';
import { Note } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { type Finding, findingsOf, type Words } from './model-findings.ts';
import type { TabProps } from './model-tab.ts';

export function DiagnosticsTab({ view }: TabProps) {
  const { t, f, lang } = useSession();
  const diagnostics = view.show.diagnostics as DemandDiagnostics | null;
  if (diagnostics === null) return <Note>{t('diagnosticsNone')}</Note>;
  return (
    <>
      <ul class="findings">
        {findingsOf(diagnostics, view.show.model.elasticity, {
          ...{ t, f, lang },
          unit: view.recommendation.horizon?.unit ?? 'day',
        }).map((finding) => (
          <FindingCard key={finding.title} finding={finding} />
        ))}
      </ul>
      <Estimates diagnostics={diagnostics} />
    </>
  );
}

function FindingCard({ finding: { good, title, text } }: { readonly finding: Finding }) {
  return (
    <li class="card pad">
      <span class={good ? 'good' : 'warn'}>
        <Icon name={good ? 'check' : 'warning'} />
      </span>
      <div>
        <h3>{title}</h3>
        <p class="muted">{text}</p>
      </div>
    </li>
  );
}

interface Estimated {
  readonly method: string;
  readonly estimates: ByControls<ElasticityEstimate>;
}

const CONTROLS: readonly (readonly [controls: keyof ByControls<unknown>, label: WebKey])[] = [
  ['none', 'controlsNone'],
  ['weekday', 'controlsWeekday'],
  ['all', 'controlsAll'],
];

/** The elasticity by textbook methods, with more and more held constant. */
function Estimates({ diagnostics: { leastSquares, twoStage } }: { readonly diagnostics: DemandDiagnostics }) {
  const words = useSession();
  const { t } = words;
  const rows: Estimated[] = [{ method: t('leastSquares'), estimates: leastSquares }];
  if (twoStage) {
    const instrument = twoStage.instrument === 'cost' ? t('cost').toLowerCase() : twoStage.instrument;
    rows.push({ method: t('twoStage', { instrument }), estimates: twoStage });
  }
  const columns: readonly Column<Estimated>[] = [
    { id: 'estimate', head: t('estimate'), namesRow: true, cell: ({ method }) => method },
    ...CONTROLS.map(
      ([controls, label]): Column<Estimated> => ({
        id: controls,
        head: t(label),
        num: true,
        cell: ({ estimates }) => estimateText(estimates[controls], words),
      }),
    ),
  ];
  return (
    <section class="card">
      <div class="card-head">
        <h2>{t('estimatesTitle')}</h2>
      </div>
      <p class="muted small pad">{t('estimatesLead')}</p>
      <div class="table-wrap">
        <Table class="compact" columns={columns} rows={rows} keyOf={({ method }) => method} />
      </div>
    </section>
  );
}

const REFUSAL_WORDS: Readonly<Record<string, WebKey>> = {
  TOO_FEW_ROWS: 'refusalRows',
  NO_PRICE_VARIATION: 'refusalVariation',
  INSTRUMENT_EXPLAINS_NOTHING: 'refusalInstrument',
};
/** Of a normal distribution: its central 90 % lie within so many standard errors. */
const Z90 = 1.645;

function estimateText(estimate: Estimated['estimates']['none'], { t, f }: Pick<Words, 't' | 'f'>): string {
  if (!estimate.ok) return t(REFUSAL_WORDS[estimate.code] ?? 'refusalRows');
  return `${f.decimal(estimate.value.elasticity)} ± ${f.decimal(Z90 * estimate.value.standardError)}`;
}
