/** What to charge for a cell, why, and deciding it. */

import { useState } from 'preact/hooks';
import type { RecommendationItem } from '../../contract/api.ts';
import type { CellView } from '../../contract/documents.ts';
import { codeWords, guardrailRuleWord, horizonWord, periodWord, unitWord } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { DecisionBadge, PriceWarnings } from '../parts/badges.tsx';
import { OverrideDialog, RejectDialog } from '../parts/decision-dialogs.tsx';
import { Meter } from '../parts/figures.tsx';
import { Icon } from '../parts/icon.tsx';
import { isStep, stepOf } from '../parts/price-step.ts';
import { Reason } from '../parts/reason.tsx';
import { useDecisions } from '../parts/use-decisions.ts';
import { useSession } from '../session.tsx';
import type { TabProps } from './model-tab.ts';

type Recommendation = CellView['recommendation'];

/** A change is worth telling when it is recommended and is one. */
export function isChange({ recommendation: r }: Pick<CellView, 'recommendation'>): boolean {
  return r.recommended && r.probabilityBetter !== null;
}

export function PriceDecision({ view, item, reload }: Pick<TabProps, 'view' | 'item' | 'reload'>) {
  const { t, may } = useSession();
  const { recommendation } = view;
  const change = isChange(view);
  const open = item !== null && may('approve') && (item.status === 'proposed' || item.status === 'reviewed');
  return (
    <section class="card pad stack" aria-labelledby="decision-title">
      <div class="row between">
        <h2 id="decision-title">
          {t(!change ? 'decisionKeep' : isStep(recommendation) ? 'stepTitle' : 'decisionChange')}
        </h2>
        {item && item.status !== 'proposed' && <DecisionBadge status={item.status} />}
      </div>
      <PriceStep recommendation={recommendation} change={change} />
      {change && <Gain recommendation={recommendation} />}
      {item?.overridden && <OwnPrice item={item} />}
      <Reasons recommendation={recommendation} />
      {(change || !recommendation.recommended) && <GuardrailSteps recommendation={recommendation} />}
      <Assumptions assumptions={recommendation.assumptions} />
      {open && <DecisionButtons item={item} change={change} reload={reload} />}
      {item && (item.status === 'approved' || item.status === 'exported') && (
        <p>
          <a
            class={item.status === 'approved' ? 'button primary' : 'button'}
            href={`/recommendations?status=${item.status}`}
          >
            {t(item.status === 'approved' ? 'goExport' : 'goOutcome')}
          </a>
        </p>
      )}
    </section>
  );
}

interface RecommendationProps {
  readonly recommendation: Recommendation;
}

/** From today's price to the recommended one. */
function PriceStep({ recommendation, change }: RecommendationProps & { readonly change: boolean }) {
  const { t, f, lang } = useSession();
  const { current, price, unit } = recommendation;
  const step = change ? stepOf(recommendation) : null;
  return (
    <div class={step ? 'price-step far' : 'price-step'}>
      <div>
        <span class="muted small">{t('priceToday')}</span>
        <b>{f.price(current.price)}</b>
      </div>
      <Icon name="arrow" />
      <div>
        <span class="muted small">{t(step ? 'stepThis' : change ? 'priceBest' : 'priceStays')}</span>
        <b class={change ? 'new-price' : ''}>{f.price(change ? price : current.price)}</b>
      </div>
      {step?.aim != null && (
        <>
          <Icon name="arrow" />
          <div>
            <span class="muted small">{t('stepAim')}</span>
            <b class="muted">{f.price(step.aim)}</b>
          </div>
        </>
      )}
      <span class="muted">{t('perUnit', { unit: unitWord(unit, 1, lang) })}</span>
      {step && <p class="step-again">{t('stepAgain', { period: periodWord(step.again, lang) })}</p>}
    </div>
  );
}

function Gain({ recommendation }: RecommendationProps) {
  const { expectedProfit, current, probabilityBetter } = recommendation;
  const { t, f, lang } = useSession();
  return (
    <p class="decision-gain">
      <b class="good">{f.gain(expectedProfit.value - current.expectedProfit)}</b>{' '}
      {t('gainInDays', { period: horizonWord([recommendation], lang) })}
      {probabilityBetter !== null && (
        <span class="block">
          <Meter share={probabilityBetter} /> {t('sureSentence', { share: f.likely(probabilityBetter) })}
        </span>
      )}
    </p>
  );
}

/** The price that somebody chose in the place of the computed one, and what it brings. */
function OwnPrice({ item }: { readonly item: RecommendationItem }) {
  const { t, f, lang } = useSession();
  const period = horizonWord([item.recommendation], lang);
  return (
    <p>
      {t('ownPrice', { price: f.price(item.price) })}{' '}
      {item.expectedGain === null ? (
        t('ownGainUnknown')
      ) : (
        <>
          <b class={item.expectedGain >= 0 ? 'good' : 'bad'}>{f.gain(item.expectedGain)}</b>{' '}
          {t('gainInDays', { period })}
        </>
      )}{' '}
      <PriceWarnings item={item} />
    </p>
  );
}

function Reasons({ recommendation }: RecommendationProps) {
  const { t } = useSession();
  const { reasons, recommended } = recommendation;
  if (reasons.length === 0) return null;
  return (
    <div class="stack tight">
      <h3>{t(recommended ? 'cautions' : 'whyNot')}</h3>
      <ul class="bullets">
        {reasons.map((code) => (
          <li key={code}>
            <Reason code={code} recommendation={recommendation} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How the guardrails moved the price that would earn most. */
function GuardrailSteps({ recommendation: { unconstrainedPrice, guardrails, recommended } }: RecommendationProps) {
  const { t, f, lang } = useSession();
  if (unconstrainedPrice === null || (guardrails.length === 0 && recommended)) return null;
  return (
    <div class="stack tight">
      <h3>{t('guardrailsTitle')}</h3>
      <ol class="steps">
        <li>
          <span>{t('bestWithout')}</span>
          <b>{f.price(unconstrainedPrice)}</b>
        </li>
        {guardrails.map((step) => (
          <li key={`${step.rule} ${step.before}`}>
            <span>{capital(guardrailRuleWord(step, lang))}</span>
            <b>
              {f.price(step.before)} → {f.price(step.after)}
            </b>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Assumptions({ assumptions }: Pick<Recommendation, 'assumptions'>) {
  const { f, lang } = useSession();
  if (assumptions.length === 0) return null;
  return (
    <p class="muted small">
      {assumptions
        .map(({ code, value }) => {
          const money = code === 'UNIT_COST' || code === 'REFERENCE_PRICE' || code === 'COMPETITORS_STAY';
          return `${capital(codeWords(lang).assumptions[code])}: ${money ? f.price(value) : f.number(value, 2)}`;
        })
        .join(' · ')}
    </p>
  );
}

interface DecisionButtonsProps {
  readonly item: RecommendationItem;
  readonly change: boolean;
  readonly reload: () => void;
}

function DecisionButtons({ item, change, reload }: DecisionButtonsProps) {
  const { t } = useSession();
  const decide = useDecisions(reload);
  const [dialog, setDialog] = useState<'reject' | 'override' | null>(null);
  return (
    <>
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
      {dialog === 'reject' && (
        <RejectDialog
          count={1}
          onClose={() => setDialog(null)}
          onReject={(reason) => decide([item], { to: 'rejected', reason })}
        />
      )}
      {dialog === 'override' && (
        <OverrideDialog
          item={item}
          onClose={() => setDialog(null)}
          onOverride={(price, reason) => decide([item], { to: 'approved', price, reason })}
        />
      )}
    </>
  );
}
