/** What a row of the recommendations tells of one, and what can be decided of it. */

import type { RecommendationItem } from '../../contract/api.ts';
import type { RecommendationStatus } from '../../core/vocabulary.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import { horizonWord, reasonWord } from '../../i18n/code-words.ts';
import { capital } from '../formats.ts';
import { PriceWarnings } from '../parts/badges.tsx';
import { useColumns } from '../parts/columns.tsx';
import { LikelyFigure } from '../parts/figures.tsx';
import { modelPath } from '../parts/model-path.ts';
import { stepOf } from '../parts/price-step.ts';
import { Advice } from '../parts/reason.tsx';
import type { Column } from '../parts/table.tsx';
import type { Decide } from '../parts/use-decisions.ts';
import { useSession } from '../session.tsx';
import { OutcomeCell } from './outcome-cell.tsx';

interface Decisions {
  readonly onDecide: Decide;
  /** Called with the one that shall have another price. */
  readonly onOverride: (item: RecommendationItem) => void;
}

interface Choice {
  readonly items: readonly RecommendationItem[];
  /** Ids. */
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

export function useRecommendationColumns({
  status,
  onDecide,
  onOverride,
  ...choice
}: Choice & Decisions & { readonly status: RecommendationStatus }): readonly Column<RecommendationItem>[] {
  const { t, f, may } = useSession();
  const { cell, price } = useColumns();
  const checks = useCheckColumn(choice);
  const canDecide = may('approve') && status !== 'exported';
  return [
    ...(may('approve') ? [checks] : []),
    { ...cell((item) => modelPath(item.merchant, item.product)), cellClass: 'col-product' },
    { ...price('priceToday', (item) => item.recommendation.current.price), cellClass: 'col-today' },
    {
      id: 'priceNew',
      head: t('priceNew'),
      num: true,
      cellClass: 'col-new',
      cell: ({ price: next, recommendation, overridden }) => (
        <>
          <span class="new-price">{f.price(next)}</span>
          <small>
            {f.change(next / recommendation.current.price - 1)}
            {overridden && ` · ${t('overridden')}`}
          </small>
          {!overridden && <StepNote recommendation={recommendation} />}
        </>
      ),
    },
    { id: 'expectedGain', head: t('gain'), num: true, cellClass: 'col-gain', cell: (item) => <Gain item={item} /> },
    { id: 'howSure', head: t('howSure'), cellClass: 'col-sure', cell: (item) => <HowSure item={item} /> },
    {
      id: 'why',
      head: t(status === 'exported' ? 'outcome' : status === 'rejected' ? 'rejectReason' : 'notes'),
      class: 'col-why',
      cell: (item) => <Why item={item} />,
    },
    {
      id: 'actions',
      head: t('actions'),
      headHidden: true,
      cellClass: 'num col-actions',
      cell: (item) => canDecide && <RowActions item={item} onDecide={onDecide} onOverride={onOverride} />,
    },
  ];
}

/** Chooses one, or all, for what is done with many at once. */
function useCheckColumn({ items, chosen, onChoose }: Choice): Column<RecommendationItem> {
  const { t } = useSession();
  const all = items.length > 0 && items.every((item) => chosen.has(item.id));
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return {
    id: 'check',
    head: (
      <input
        type="checkbox"
        aria-label={t('chooseAll')}
        checked={all}
        onChange={() => onChoose(all ? new Set() : new Set(items.map((item) => item.id)))}
      />
    ),
    class: 'col-check',
    cell: ({ id, product, merchant }) => (
      <input
        type="checkbox"
        aria-label={t('chooseRow', { product, merchant })}
        checked={chosen.has(id)}
        onChange={() => toggle(id)}
      />
    ),
  };
}

interface ItemProps {
  readonly item: RecommendationItem;
}

function Gain({ item: { expectedGain, recommendation } }: ItemProps) {
  const { t, f, lang } = useSession();
  if (expectedGain === null) return <span class="muted">{t('gainUnknown')}</span>;
  return (
    <>
      <span class={expectedGain >= 0 ? 'good strong' : 'bad strong'}>{f.gain(expectedGain)}</span>
      <small>{t('inDays', { period: horizonWord([recommendation], lang) })}</small>
    </>
  );
}

/** Where a price that is a step leads to. */
function StepNote({ recommendation }: Pick<RecommendationItem, 'recommendation'>) {
  const { t, f } = useSession();
  const step = stepOf(recommendation);
  return step?.aim == null ? null : <small>{t('stepTowards', { price: f.price(step.aim) })}</small>;
}

function HowSure({ item: { overridden, figures, recommendation } }: ItemProps) {
  const share = overridden ? (figures?.probabilityBetter ?? null) : recommendation.probabilityBetter;
  return share === null ? <span class="muted">–</span> : <LikelyFigure share={share} />;
}

/** What speaks for or against the price, what became of it, and who decided. */
function Why({ item }: ItemProps) {
  const { t, f, lang } = useSession();
  const { status, overridden, reason, recommendation, stale, activationDate, decidedBy, decidedByName, decidedAt } =
    item;
  return (
    <>
      {status === 'exported' ? (
        <OutcomeCell item={item} />
      ) : status === 'rejected' || overridden ? (
        <span class="small">{reason}</span>
      ) : (
        <Reasons recommendation={recommendation} />
      )}
      <PriceWarnings item={item} />
      {stale && <span class="badge warn">{t('stale')}</span>}
      {activationDate && <small>{t('activeFrom', { date: f.date(activationDate) })}</small>}
      {decidedBy && (status === 'approved' || status === 'rejected') && (
        <small>
          {t('decidedBy', {
            name: actorWords(decidedBy, decidedByName, lang),
            date: decidedAt ? f.time(decidedAt) : '',
          })}
        </small>
      )}
    </>
  );
}

/** Why, and folded away what to do about each. */
function Reasons({ recommendation }: Pick<RecommendationItem, 'recommendation'>) {
  const { t, lang, session } = useSession();
  const { reasons } = recommendation;
  if (reasons.length === 0) return null;
  return (
    <div class="small muted">
      {reasons.map((code) => capital(reasonWord(code, recommendation, session.currency, lang))).join(' · ')}
      <details>
        <summary>{t('whatToDo')}</summary>
        <ul class="bullets">
          {reasons.map((code) => (
            <li key={code}>
              <Advice code={code} recommendation={recommendation} />
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

function RowActions({ item, onDecide, onOverride }: ItemProps & Decisions) {
  const { t } = useSession();
  const { status } = item;
  return (
    <>
      {status !== 'approved' && status !== 'rejected' && (
        <button type="button" class="button small" onClick={() => onDecide([item], { to: 'approved' })}>
          {t('approve')}
        </button>
      )}
      {status !== 'rejected' && (
        <button type="button" class="button quiet small" onClick={() => onOverride(item)}>
          {t('override')}
        </button>
      )}
      {(status === 'approved' || status === 'rejected') && (
        <button type="button" class="button quiet small" onClick={() => onDecide([item], { to: 'proposed' })}>
          {t('reopen')}
        </button>
      )}
    </>
  );
}
