/** Every field that differs between models (or all fields), each against a baseline. */

import { useState } from 'preact/hooks';
import type { CompareDocument } from '../../contract/documents.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { fieldValue, fieldWord, horizonWord } from '../../i18n/code-words.ts';
import type { Formats } from '../formats.ts';
import { modelPath } from '../parts/model-path.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

type Compared = CompareDocument['models'][number];
type Value = CompareDocument['differences'][number]['values'][number];
type Field = CompareDocument['differences'][number];

export function Differences({ document }: { readonly document: CompareDocument }) {
  const { t } = useSession();
  const [chosen, setChosen] = useState(0);
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const baseline = Math.min(chosen, document.models.length - 1);
  const columns = useFieldColumns(document.models, baseline, setChosen);
  return (
    <section class="card">
      <div class="card-head">
        <h2>{t('differences')}</h2>
        <label class="check">
          <input
            type="checkbox"
            checked={onlyDifferent}
            onChange={(event) => setOnlyDifferent(event.currentTarget.checked)}
          />
          {t('onlyDifferences')}
        </label>
      </div>
      <ScrollBox label={t('differences')}>
        <Table
          class="compact"
          columns={columns}
          rows={onlyDifferent ? document.differences : allFields(document)}
          keyOf={({ field }) => field}
        />
      </ScrollBox>
    </section>
  );
}

/** What one always wants to know of models, then the other fields that differ. */
function allFields({ models, differences }: CompareDocument): readonly Field[] {
  const fields: Readonly<Record<string, (model: Compared) => Value>> = {
    iterations: (model) => model.iterations,
    ownRows: (model) => model.ownRows,
    wape: (model) => model.error.wape,
    elasticity: (model) => model.elasticity?.value ?? null,
    currentPrice: (model) => model.recommendation.current.price,
    price: (model) => model.recommendation.price,
    expectedDemand: (model) => model.recommendation.expectedDemand.value,
    expectedProfit: (model) => model.recommendation.expectedProfit.value,
    recommended: (model) => model.recommendation.recommended,
  };
  const always = Object.entries(fields).map(([field, of]) => ({ field, values: models.map(of) }));
  return [...always, ...differences.filter(({ field }) => !(field in fields))];
}

function useFieldColumns(
  models: readonly Compared[],
  baseline: number,
  onBaseline: (index: number) => void,
): readonly Column<Field>[] {
  const { t, f, lang } = useSession();
  const period = horizonWord(
    models.map(({ recommendation }) => recommendation),
    lang,
  );
  return [
    {
      id: 'field',
      head: t('field'),
      headHidden: true,
      namesRow: true,
      cell: ({ field }) => fieldWord(field, lang, period),
    },
    ...models.map(
      (model, i): Column<Field> => ({
        id: model.modelId,
        head: <ModelHead model={model} isBaseline={i === baseline} onBaseline={() => onBaseline(i)} />,
        num: true,
        cell: ({ field, values }) => {
          const change = i === baseline ? null : changeOf(values[baseline], values[i]);
          return (
            <>
              {valueText(field, values[i], f, lang)}
              {change !== null && <small>{f.change(change)}</small>}
            </>
          );
        },
      }),
    ),
  ];
}

function ModelHead({
  model,
  isBaseline,
  onBaseline,
}: {
  readonly model: Compared;
  readonly isBaseline: boolean;
  readonly onBaseline: () => void;
}) {
  const { t } = useSession();
  return (
    <>
      <a href={modelPath(model.merchant, model.product)}>{model.product}</a>
      <span class="block muted">{model.merchant}</span>
      <label class="check small">
        <input type="radio" name="baseline" checked={isBaseline} onChange={onBaseline} />
        {t('baseline')}
      </label>
    </>
  );
}

/** Relative change; null where there is none to tell. */
function changeOf(from: Value, to: Value): number | null {
  return typeof from !== 'number' || typeof to !== 'number' || from === 0 ? null : to / from - 1;
}

function valueText(field: string, value: Value, f: Formats, lang: Lang): string {
  if (typeof value !== 'number') return fieldValue(field, value, lang);
  if (field === 'price' || field === 'currentPrice') return f.price(value);
  if (field === 'expectedProfit') return f.money(value);
  if (field === 'wape') return f.percent(value, 1);
  if (field === 'elasticity') return f.decimal(value);
  return field === 'expectedDemand' ? f.number(value) : fieldValue(field, value, lang);
}
