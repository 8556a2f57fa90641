/** What the sales alone say of price and demand, in plain words: a second opinion beside the model. */

import type { ByControls, DemandDiagnostics, ElasticityEstimate } from '../../core/demand/diagnostics.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Icon } from '../parts/icon.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import type { TabProps } from './model-tab.ts';

interface Finding {
  readonly good: boolean;
  readonly title: string;
  readonly text: string;
}

/** Below these a finding is a warning: the same thresholds as the reasons beside a recommendation (model.md §8). */
const FEW_PRICES = 3;
const LITTLE_VARIATION = 0.02;
const MOSTLY_PROMOTIONS = 0.5;
/** Neighbouring days' errors that move together this much leave something unexplained. */
const CORRELATED = 0.3;
/** Spread of demand, as a multiple of pure chance, that counts as wild. */
const OVERDISPERSED = 5;

export function DiagnosticsTab({ view }: TabProps) {
  const { t, f } = useSession();
  const diagnostics = view.show.diagnostics as (DemandDiagnostics & { readonly candidates?: unknown }) | null;
  if (diagnostics === null) return <Note>{t('diagnosticsNone')}</Note>;
  const { price, residuals, leastSquares, twoStage } = diagnostics;
  const findings: Finding[] = [];
  const model = view.show.model.elasticity;
  if (model) {
    const key: WebKey = model.value < -1 ? 'findElastic' : 'findInelastic';
    findings.push({
      good: true,
      title: t('findElasticityTitle', { value: f.number(model.value, 2) }),
      text: t(key, { fall: f.number(Math.abs(model.value) * 10, 0), low: f.number(model.low, 1), high: f.number(model.high, 1) }),
    });
  }
  if (price) {
    const few = price.levels < FEW_PRICES || price.coefficientOfVariation < LITTLE_VARIATION;
    findings.push({
      good: !few,
      title: t('findPricesTitle', { levels: f.number(price.levels), spread: f.percent(price.coefficientOfVariation, 1) }),
      text: t(few ? 'findPricesFew' : 'findPricesEnough'),
    });
    if (price.promoShare > 0) {
      const mostly = price.promoShare > MOSTLY_PROMOTIONS;
      findings.push({
        good: !mostly,
        title: t('findPromoTitle', { share: f.percent(price.promoShare) }),
        text: t(mostly ? 'findPromoMostly' : 'findPromoPartly'),
      });
    }
  }
  if (diagnostics.rowsWithoutSale > 0)
    findings.push({ good: true, title: t('findZerosTitle', { rows: f.number(diagnostics.rowsWithoutSale) }), text: t('findZeros') });
  if (residuals) {
    const lag = residuals.lag1 ?? 0;
    findings.push({
      good: Math.abs(lag) < CORRELATED,
      title: t('findLagTitle', { value: f.number(lag, 2) }),
      text: t(Math.abs(lag) < CORRELATED ? 'findLagGood' : 'findLagBad'),
    });
    findings.push({
      good: residuals.dispersion < OVERDISPERSED,
      title: t('findSpreadTitle', { value: f.number(residuals.dispersion, 1) }),
      text: t(residuals.dispersion < OVERDISPERSED ? 'findSpreadGood' : 'findSpreadBad'),
    });
    findings.push({
      good: residuals.outliers.length === 0,
      title: residuals.outliers.length === 0 ? t('findOutliersTitleNone') : t('findOutliersTitle', { count: f.number(residuals.outliers.length) }),
      text:
        residuals.outliers.length === 0
          ? t('findOutliersNone')
          : t('findOutliersSome', {
              days: residuals.outliers
                .slice(0, 5)
                .map(({ day }) => f.date(new Date(day * 86_400_000).toISOString().slice(0, 10)))
                .join(', '),
            }),
    });
  }
  return (
    <>
      <ul class="findings">
        {findings.map((finding) => (
          <li class="card pad" key={finding.title}>
            <span class={finding.good ? 'good' : 'warn'}>
              <Icon name={finding.good ? 'check' : 'warning'} />
            </span>
            <div>
              <h3>{finding.title}</h3>
              <p class="muted">{finding.text}</p>
            </div>
          </li>
        ))}
      </ul>
      <section class="card">
        <div class="card-head">
          <h2>{t('estimatesTitle')}</h2>
        </div>
        <p class="muted small pad">{t('estimatesLead')}</p>
        <div class="table-wrap">
          <table class="table compact">
            <thead>
              <tr>
                <th scope="col">{t('estimate')}</th>
                <th scope="col" class="num">
                  {t('controlsNone')}
                </th>
                <th scope="col" class="num">
                  {t('controlsWeekday')}
                </th>
                <th scope="col" class="num">
                  {t('controlsAll')}
                </th>
              </tr>
            </thead>
            <tbody>
              <Estimates label={t('leastSquares')} estimates={leastSquares} />
              {twoStage && (
                <Estimates
                  label={t('twoStage', { instrument: twoStage.instrument === 'cost' ? t('cost').toLowerCase() : twoStage.instrument })}
                  estimates={twoStage}
                />
              )}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

function Estimates({ label, estimates }: { readonly label: string; readonly estimates: ByControls<ElasticityEstimate> }) {
  const { t, f } = useSession();
  const refusals: Readonly<Record<string, WebKey>> = {
    TOO_FEW_ROWS: 'refusalRows',
    NO_PRICE_VARIATION: 'refusalVariation',
    INSTRUMENT_EXPLAINS_NOTHING: 'refusalInstrument',
  };
  return (
    <tr>
      <th scope="row">{label}</th>
      {(['none', 'weekday', 'all'] as const).map((controls) => {
        const found = estimates[controls];
        return (
          <td class="num" key={controls}>
            {found.ok ? `${f.decimal(found.value.elasticity)} ± ${f.decimal(1.645 * found.value.standardError)}` : t(refusals[found.code] ?? 'refusalRows')}
          </td>
        );
      })}
    </tr>
  );
}
