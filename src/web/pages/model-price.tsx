/** The price of a cell: today against recommended, why, and a slider that asks the model about any other price. */

import { useEffect, useMemo, useState } from 'preact/hooks';
import { priceCharts } from '../../charts/chart-options.ts';
import type { CellView } from '../../contract/documents.ts';
import { ASSUMPTION_WORDS, GUARDRAIL_WORDS, REASON_WORDS } from '../../contract/words.ts';
import type { DemandModel } from '../../core/demand/fit-demand.ts';
import type { DemandCurveDraws } from '../../core/demand/predict.ts';
import { ApiProblem, apiPath, getJson } from '../api-client.ts';
import { capital } from '../formats.ts';
import { DecisionBadge } from '../parts/badges.tsx';
import { ChartFigure } from '../parts/chart-figure.tsx';
import { OverrideDialog, RejectDialog } from '../parts/decision-dialogs.tsx';
import { Meter } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useDecisions } from '../parts/use-decisions.ts';
import { useSession } from '../session.tsx';
import { askWhatIf, curveOf, priceRange } from '../what-if.ts';
import type { TabProps } from './model-tab.ts';

export function PriceTab({ view, item, palette, reload }: TabProps) {
  const { lang, t, f } = useSession();
  const { recommendation } = view;
  const best = moves(view) ? recommendation.price : recommendation.current.price;
  const [asked, setAsked] = useState<number | null>(null);
  const [demand, profit] = useMemo(() => priceCharts(view, lang, palette), [view, lang, palette]);
  const marker = asked === null ? null : { x: asked, label: f.price(asked) };
  return (
    <>
      <div class="columns price-columns">
        <Decision view={view} item={item} reload={reload} />
        <WhatIfCard view={view} price={asked ?? best} onPrice={setAsked} item={item} reload={reload} />
      </div>
      <p class="hidden-text" aria-live="polite">
        {asked === null ? '' : t('whatIfAt', { price: f.price(asked) })}
      </p>
      <div class="columns">
        <ChartFigure chart={profit} palette={palette} group="price" marker={marker} />
        <ChartFigure chart={demand} palette={palette} group="price" marker={marker} />
      </div>
    </>
  );
}

/** A change is worth telling when it is recommended and is one. */
function moves({ recommendation: r }: CellView): boolean {
  return r.recommended && r.probabilityBetter !== null;
}

function Decision({ view, item, reload }: Pick<TabProps, 'view' | 'item' | 'reload'>) {
  const { t, f, lang, may } = useSession();
  const decide = useDecisions(reload);
  const [dialog, setDialog] = useState<'reject' | 'override' | null>(null);
  const { recommendation: r } = view;
  const gain = r.expectedProfit.value - r.current.expectedProfit;
  const change = moves(view);
  const open = item !== null && may('approve') && (item.status === 'proposed' || item.status === 'reviewed');
  return (
    <section class="card pad stack" aria-labelledby="decision-title">
      <div class="row between">
        <h2 id="decision-title">{t(change ? 'decisionChange' : 'decisionKeep')}</h2>
        {item && item.status !== 'proposed' && <DecisionBadge status={item.status} />}
      </div>
      <div class="price-step">
        <div>
          <span class="muted small">{t('priceToday')}</span>
          <b>{f.price(r.current.price)}</b>
        </div>
        <Icon name="arrow" />
        <div>
          <span class="muted small">{t(change ? 'priceBest' : 'priceStays')}</span>
          <b class={change ? 'new-price' : ''}>{f.price(change ? r.price : r.current.price)}</b>
        </div>
        <span class="muted">{t('perUnit', { unit: r.unit })}</span>
      </div>
      {change && (
        <p class="decision-gain">
          <b class="good">{f.gain(gain)}</b> {t('gainInDays', { days: r.horizonDays })}
          {r.probabilityBetter !== null && (
            <span class="block">
              <Meter share={r.probabilityBetter} /> {t('sureSentence', { share: f.likely(r.probabilityBetter) })}
            </span>
          )}
        </p>
      )}
      {r.reasons.length > 0 && (
        <div class="stack tight">
          <h3>{t(r.recommended ? 'cautions' : 'whyNot')}</h3>
          <ul class="bullets">
            {r.reasons.map((code) => (
              <li key={code}>{capital(REASON_WORDS[code][lang])}.</li>
            ))}
          </ul>
        </div>
      )}
      {(change || !r.recommended) && r.unconstrainedPrice !== null && (r.guardrails.length > 0 || !r.recommended) && (
        <div class="stack tight">
          <h3>{t('guardrailsTitle')}</h3>
          <ol class="steps">
            <li>
              <span>{t('bestWithout')}</span>
              <b>{f.price(r.unconstrainedPrice)}</b>
            </li>
            {r.guardrails.map((step) => (
              <li key={`${step.rule} ${step.before}`}>
                <span>{capital(GUARDRAIL_WORDS[step.rule][lang])}</span>
                <b>
                  {f.price(step.before)} → {f.price(step.after)}
                </b>
              </li>
            ))}
          </ol>
        </div>
      )}
      {r.assumptions.length > 0 && (
        <p class="muted small">{r.assumptions.map(({ code, value }) => `${capital(ASSUMPTION_WORDS[code][lang])}: ${f.number(value, 2)}`).join(' · ')}</p>
      )}
      {open && item && (
        <div class="row">
          {change && (
            <button type="button" class="button primary" onClick={() => decide([item], { to: 'approved' })}>
              <Icon name="check" />
              {t('approve')}
            </button>
          )}
          <button type="button" class="button" onClick={() => setDialog('override')}>
            {t('override')}
          </button>
          {change && (
            <button type="button" class="button quiet" onClick={() => setDialog('reject')}>
              {t('reject')}
            </button>
          )}
        </div>
      )}
      {item && (item.status === 'approved' || item.status === 'exported') && (
        <p>
          <a href={`/recommendations?status=${item.status}`}>{t(item.status === 'approved' ? 'goExport' : 'goOutcome')}</a>
        </p>
      )}
      {dialog === 'reject' && item && (
        <RejectDialog count={1} onClose={() => setDialog(null)} onReject={(reason) => decide([item], { to: 'rejected', reason })} />
      )}
      {dialog === 'override' && item && (
        <OverrideDialog item={item} onClose={() => setDialog(null)} onOverride={(price, reason) => decide([item], { to: 'approved', price, reason })} />
      )}
    </section>
  );
}

interface WhatIfCardProps extends Pick<TabProps, 'view' | 'item' | 'reload'> {
  readonly price: number;
  readonly onPrice: (price: number) => void;
}

function WhatIfCard({ view, price, onPrice, item, reload }: WhatIfCardProps) {
  const { t, f, may } = useSession();
  const [curve, setCurve] = useState<DemandCurveDraws | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [overriding, setOverriding] = useState(false);
  const decide = useDecisions(reload);
  const { merchant, product, modelId } = view.show.model;
  useEffect(() => {
    let gone = false;
    setCurve(null);
    getJson<DemandModel>(`${apiPath('models', merchant, product)}/model.json`)
      .then((model) => !gone && setCurve(curveOf(model, view)))
      .catch((error) => {
        if (!(error instanceof ApiProblem)) throw error;
        if (!gone) setProblem(error);
      });
    return () => {
      gone = true;
    };
  }, [merchant, product, modelId]);
  const [low, high] = priceRange(view);
  const asked = curve && askWhatIf(curve, price, view);
  const { horizonDays, unit } = view.recommendation;
  const isOwnIdea = Math.abs(price - view.recommendation.current.price) >= 0.005 && Math.abs(price - view.recommendation.price) >= 0.005;
  const decidable = item !== null && may('approve') && (item.status === 'proposed' || item.status === 'reviewed');
  return (
    <section class="card pad stack" aria-labelledby="what-if-title">
      <div class="row between">
        <h2 id="what-if-title">{t('whatIfTitle')}</h2>
        <output class="what-if-price" for="what-if-price">
          {f.price(price)} <span class="muted small">{t('perUnit', { unit })}</span>
        </output>
      </div>
      {problem && <ProblemNote problem={problem} />}
      <div>
        <input
          id="what-if-price"
          type="range"
          aria-labelledby="what-if-title"
          aria-valuetext={f.price(price)}
          min={low}
          max={high}
          step={0.01}
          value={price}
          onInput={(event) => onPrice(Number(event.currentTarget.value))}
        />
        <div class="row between muted small">
          <span>{f.price(low)}</span>
          <span class="row">
            <button type="button" class="link-button" onClick={() => onPrice(view.recommendation.current.price)}>
              {t('whatIfToday')}
            </button>
            <button type="button" class="link-button" onClick={() => onPrice(view.recommendation.price)}>
              {t('whatIfBest')}
            </button>
          </span>
          <span>{f.price(high)}</span>
        </div>
      </div>
      {asked === null || asked === undefined ? (
        !problem && <Skeleton lines={4} />
      ) : (
        <dl class="what-if">
          <Figure
            label={t('whatIfDemand', { days: horizonDays })}
            value={`${f.number(asked.demand.value)} ${unit}`}
            low={f.number(asked.demand.low)}
            high={f.number(asked.demand.high)}
          />
          <Figure
            label={t('whatIfProfit', { days: horizonDays })}
            value={f.money(asked.profit.value)}
            low={f.money(asked.profit.low)}
            high={f.money(asked.profit.high)}
          />
          <Figure
            label={t('whatIfGain')}
            value={f.gain(asked.gain.value)}
            tone={asked.probabilityBetter === null ? '' : asked.gain.value > 0 ? 'good' : 'bad'}
            low={f.gain(asked.gain.low)}
            high={f.gain(asked.gain.high)}
          />
          <div>
            <dt>{t('whatIfSure')}</dt>
            <dd>
              {asked.probabilityBetter === null ? (
                '–'
              ) : (
                <>
                  {f.likely(asked.probabilityBetter)} <Meter share={asked.probabilityBetter} />
                </>
              )}
            </dd>
          </div>
        </dl>
      )}
      <p class="muted small">{t('whatIfNote')}</p>
      {decidable && item && isOwnIdea && (
        <div>
          <button type="button" class="button" onClick={() => setOverriding(true)}>
            {t('whatIfUse', { price: f.price(price) })}
          </button>
        </div>
      )}
      {overriding && item && (
        <OverrideDialog
          item={item}
          price={price}
          onClose={() => setOverriding(false)}
          onOverride={(chosen, reason) => decide([item], { to: 'approved', price: chosen, reason })}
        />
      )}
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly low: string;
  readonly high: string;
  readonly tone?: string;
}

function Figure({ label, value, low, high, tone = '' }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class={tone}>
        {value}
        <span class="block small muted">
          {low} – {high}
        </span>
      </dd>
    </div>
  );
}
