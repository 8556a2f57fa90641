/** A slider that asks the model what any other price would bring. */

import { useEffect, useState } from 'preact/hooks';
import type { Interval } from '../../contract/documents.ts';
import type { DemandModel } from '../../core/demand/fit-demand.ts';
import type { DemandCurveDraws } from '../../core/demand/predict.ts';
import { coinOf, priceStep } from '../../core/pricing/price-lattice.ts';
import { horizonWord, unitWord } from '../../i18n/code-words.ts';
import { ApiProblem, apiPath, getJson } from '../api-client.ts';
import { OverrideDialog } from '../parts/decision-dialogs.tsx';
import { Meter } from '../parts/figures.tsx';
import { ProblemNote, Skeleton } from '../parts/states.tsx';
import { useDecisions } from '../parts/use-decisions.ts';
import { useSession } from '../session.tsx';
import { askWhatIf, curveOf, priceRange } from '../what-if.ts';
import type { TabProps } from './model-tab.ts';
import { isChange } from './price-decision.tsx';

interface WhatIfCardProps extends Pick<TabProps, 'view' | 'item' | 'reload'> {
  readonly price: number;
  readonly onPrice: (price: number) => void;
}

export function WhatIfCard({ view, price, onPrice, item, reload }: WhatIfCardProps) {
  const { t, f, lang } = useSession();
  const { curve, problem } = useCurve(view);
  const { unit } = view.recommendation;
  return (
    <section class="card pad stack" aria-labelledby="what-if-title">
      <div class="row between">
        <h2 id="what-if-title">{t('whatIfTitle')}</h2>
        <output class="what-if-price" for="what-if-price">
          {f.price(price)} <span class="muted small">{t('perUnit', { unit: unitWord(unit, 1, lang) })}</span>
        </output>
      </div>
      {problem && <ProblemNote problem={problem} />}
      <PriceSlider view={view} price={price} onPrice={onPrice} />
      {curve ? <Outlook view={view} curve={curve} price={price} /> : !problem && <Skeleton lines={4} />}
      <p class="muted small">{t('whatIfNote')}</p>
      <UsePrice view={view} price={price} item={item} reload={reload} />
    </section>
  );
}

interface Curve {
  /** Null until the model is here. */
  readonly curve: DemandCurveDraws | null;
  readonly problem: ApiProblem | null;
}

function useCurve(view: TabProps['view']): Curve {
  const [curve, setCurve] = useState<DemandCurveDraws | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
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
  return { curve, problem };
}

function PriceSlider({ view, price, onPrice }: Pick<WhatIfCardProps, 'view' | 'price' | 'onPrice'>) {
  const { f, session } = useSession();
  const [low, high] = priceRange(view);
  return (
    <div>
      <input
        id="what-if-price"
        type="range"
        aria-labelledby="what-if-title"
        aria-valuetext={f.price(price)}
        min={low}
        max={high}
        step={priceStep(view.recommendation.current.price, coinOf(session.currency))}
        value={price}
        onInput={(event) => onPrice(Number(event.currentTarget.value))}
      />
      <PriceMarks view={view} range={[low, high]} onPrice={onPrice} />
      <div class="row between muted small">
        <span>{f.price(low)}</span>
        <span>{f.price(high)}</span>
      </div>
    </div>
  );
}

interface PriceMarksProps extends Pick<WhatIfCardProps, 'view' | 'onPrice'> {
  readonly range: readonly [low: number, high: number];
}

/** Today's price and the recommended one, each at its place below the slider; one where they are the same or none is. */
function PriceMarks({ view, range: [low, high], onPrice }: PriceMarksProps) {
  const { t, f } = useSession();
  const { current, price } = view.recommendation;
  const same = !isChange(view) || Math.abs(current.price - price) < SAME_PRICE;
  const marks = [
    { label: t('whatIfToday'), at: current.price },
    ...(same ? [] : [{ label: t('whatIfBest'), at: price }]),
  ];
  return (
    <div class="price-marks">
      {marks.map(({ label, at }) => (
        <span key={label} style={{ '--at': Math.max(0, Math.min(1, (at - low) / (high - low))) }}>
          <button type="button" class="link-button" onClick={() => onPrice(at)}>
            {label} {f.price(at)}
          </button>
        </span>
      ))}
    </div>
  );
}

interface OutlookProps extends Pick<WhatIfCardProps, 'view' | 'price'> {
  readonly curve: DemandCurveDraws;
}

/** Demand, profit and gain at this price, each with its interval. */
function Outlook({ view, curve, price }: OutlookProps) {
  const { t, f, lang } = useSession();
  const { demand, profit, gain, probabilityBetter } = askWhatIf(curve, price, view);
  const { unit } = view.recommendation;
  const period = horizonWord([view.recommendation], lang);
  return (
    <dl class="what-if">
      <Figure label={t('whatIfDemand', { period })} interval={demand} write={f.number} unit={` ${unit}`} />
      <Figure label={t('whatIfProfit', { period })} interval={profit} write={f.money} />
      <Figure
        label={t('whatIfGain')}
        interval={gain}
        write={f.gain}
        tone={probabilityBetter === null ? '' : gain.value > 0 ? 'good' : 'bad'}
      />
      <div>
        <dt>{t('whatIfSure')}</dt>
        <dd>
          {probabilityBetter === null ? (
            '–'
          ) : (
            <>
              {f.likely(probabilityBetter)} <Meter share={probabilityBetter} />
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

interface FigureProps {
  readonly label: string;
  readonly interval: Interval;
  readonly write: (value: number) => string;
  /** Behind the value. */
  readonly unit?: string;
  readonly tone?: string;
}

function Figure({ label, interval: { value, low, high }, write, unit = '', tone = '' }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class={tone}>
        {`${write(value)}${unit}`}
        <span class="block small muted">
          {write(low)} – {write(high)}
        </span>
      </dd>
    </div>
  );
}

/** Prices closer than half a cent are one. */
const SAME_PRICE = 0.005;

/** Takes the slider's price, where it is neither today's nor the recommended one and nothing is decided yet. */
function UsePrice({ view, price, item, reload }: Omit<WhatIfCardProps, 'onPrice'>) {
  const { t, f, may } = useSession();
  const decide = useDecisions(reload);
  const [overriding, setOverriding] = useState(false);
  const { current, price: best } = view.recommendation;
  const isOwnIdea = [current.price, ...(isChange(view) ? [best] : [])].every(
    (known) => Math.abs(price - known) >= SAME_PRICE,
  );
  const decidable = may('approve') && (item?.status === 'proposed' || item?.status === 'reviewed');
  return (
    <>
      {decidable && isOwnIdea && (
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
    </>
  );
}
