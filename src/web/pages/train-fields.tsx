/** How deep a training goes, and the options that few need. */

import { TRAIN } from '../../contract/options/train.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { WholeField } from '../parts/whole-field.tsx';
import { useSession } from '../session.tsx';
import { budgetOf, DEPTHS, type Depth, NUMBER_OPTIONS, type NumberOption, type TrainPlan } from './train-plan.ts';

interface FieldProps {
  readonly plan: TrainPlan;
  readonly onChange: (next: Partial<TrainPlan>) => void;
}

const DEPTH_WORDS: Readonly<Record<Depth, readonly [label: WebKey, hint: WebKey]>> = {
  exact: ['depthExact', 'depthExactHint'],
  quick: ['depthQuick', 'depthQuickHint'],
  normal: ['depthNormal', 'depthNormalHint'],
  deep: ['depthDeep', 'depthDeepHint'],
  own: ['depthOwn', 'depthOwnHint'],
};

export function DepthField({ plan, onChange }: FieldProps) {
  const { t } = useSession();
  return (
    <fieldset class="stack tight">
      <legend class="legend">{t('depthTitle')}</legend>
      <div class="choices">
        {DEPTHS.map((depth) => (
          <label class="choice" key={depth}>
            <input type="radio" name="depth" checked={plan.depth === depth} onChange={() => onChange({ depth })} />
            <span>
              <span class="strong block">{t(DEPTH_WORDS[depth][0])}</span>
              <span class="muted small block">{t(DEPTH_WORDS[depth][1])}</span>
            </span>
          </label>
        ))}
      </div>
      {plan.depth === 'own' && (
        <div class="indent">
          <WholeField
            label={t('iterations')}
            bounds={TRAIN.iterations}
            value={plan.iterations}
            onType={(iterations) => onChange({ iterations })}
          />
        </div>
      )}
    </fieldset>
  );
}

export function AdvancedFields({ plan, onChange }: FieldProps) {
  const { t } = useSession();
  return (
    <details>
      <summary>{t('advanced')}</summary>
      <div class="stack advanced">
        <label class="check">
          <input
            type="checkbox"
            checked={plan.market}
            onChange={(event) => onChange({ market: event.currentTarget.checked })}
          />
          <span>
            {t('optMarket')} <span class="muted small block">{t('optMarketHint')}</span>
          </span>
        </label>
        {budgetOf(plan) === null ? (
          <p class="muted small">{t('advancedExact')}</p>
        ) : (
          <NumberFields plan={plan} onChange={onChange} />
        )}
      </div>
    </details>
  );
}

const NUMBER_FIELDS: Readonly<Record<NumberOption, readonly [label: WebKey, hint: WebKey]>> = {
  simulatedRows: ['optSimulatedRows', 'optSimulatedRowsHint'],
  patience: ['optPatience', 'optPatienceHint'],
  searchEvery: ['optSearchEvery', 'optSearchEveryHint'],
  checkpointEvery: ['optCheckpointEvery', 'optCheckpointEveryHint'],
  seed: ['optSeed', 'optSeedHint'],
  workers: ['optWorkers', 'optWorkersHint'],
};

/** What holds without a number; null where the program finds it by itself. */
function usualOf(name: NumberOption): number | null {
  // The form always gives iterations: they are used up.
  return name === 'patience' ? null : TRAIN[name].usual;
}

function NumberFields({ plan, onChange }: FieldProps) {
  const { t } = useSession();
  return (
    <div class="option-grid">
      {NUMBER_OPTIONS.map((name) => {
        const [label, hint] = NUMBER_FIELDS[name];
        return (
          <WholeField
            key={name}
            label={t(label)}
            hint={t(hint)}
            bounds={TRAIN[name]}
            usual={usualOf(name)?.toString() ?? t('automatic')}
            value={plan.numbers[name] ?? ''}
            onType={(typed) => onChange({ numbers: { ...plan.numbers, [name]: typed } })}
          />
        );
      })}
    </div>
  );
}
