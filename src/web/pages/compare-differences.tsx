/** Every field that differs between models (or all fields), each against a baseline. */

import { modelNames } from '../../charts/compare-charts.ts';
import { cellKey } from '../../contract/cell-name.ts';
import type { CompareDocument } from '../../contract/documents.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { fieldValue, fieldWord, horizonWord } from '../../i18n/code-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import type { Formats } from '../formats.ts';
import { modelPath } from '../parts/model-path.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Select } from '../parts/select.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';

type Compared = CompareDocument['models'][number];
type Value = CompareDocument['differences'][number]['values'][number];
type Field = CompareDocument['differences'][number];

/** Against what each model is told: one for all, or one of its own product or merchant. */
const GROUPS = {
  all: () => '',
  product: ({ merchant, product }) => cellKey({ merchant, product }),
  merchant: ({ merchant }) => merchant,
} as const satisfies Readonly<Record<string, (model: Compared) => string>>;
type Grouping = keyof typeof GROUPS;

const GROUP_WORDS: Readonly<Record<Grouping, WebKey>> = {
  all: 'baselineAll',
  product: 'baselineProduct',
  merchant: 'baselineMerchant',
};

export function Differences({ document }: { readonly document: CompareDocument }) {
  const { t } = useSession();
  const { query, change } = useQuery();
  const { models } = document;
  const grouping: Grouping = query.per === 'product' || query.per === 'merchant' ? query.per : 'all';
  const chosen = (query.base ?? '').split(',');
  const all = query.all === '1';
  const baselines = baselinesOf(models, grouping, chosen);
  const onBaseline = (index: number): void => {
    const group = GROUPS[grouping];
    const others = baselines.filter((_, i) => group(models[i] as Compared) !== group(models[index] as Compared));
    change({
      base: [...new Set([...others.map((b) => (models[b] as Compared).modelId), models[index]?.modelId])].join(','),
    });
  };
  const columns = useFieldColumns(models, baselines, onBaseline);
  return (
    <section class="card">
      <div class="card-head">
        <h2>{t('differences')}</h2>
        <div class="row">
          {models.length > 2 && (
            <Select
              label={t('baselineGroup')}
              value={grouping}
              choices={(Object.keys(GROUPS) as Grouping[]).map((value) => ({ value, label: t(GROUP_WORDS[value]) }))}
              onChoose={(per) => change({ per: per === 'all' ? null : per, base: null })}
            />
          )}
          <label class="check">
            <input
              type="checkbox"
              checked={!all}
              onChange={(event) => change({ all: event.currentTarget.checked ? null : '1' })}
            />
            {t('onlyDifferences')}
          </label>
        </div>
      </div>
      <ScrollBox label={t('differences')} class="first-fixed">
        <Table
          class="compact"
          columns={columns}
          rows={all ? allFields(document) : document.differences}
          keyOf={({ field }) => field}
        />
      </ScrollBox>
    </section>
  );
}

/** @returns the index of each model's baseline: the chosen one of its group, else the first of it */
function baselinesOf(models: readonly Compared[], grouping: Grouping, chosen: readonly string[]): number[] {
  const group = GROUPS[grouping];
  return models.map((model) => {
    const alike = models.flatMap((other, i) => (group(other) === group(model) ? [i] : []));
    return alike.find((i) => chosen.includes((models[i] as Compared).modelId)) ?? (alike[0] as number);
  });
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
  baselines: readonly number[],
  onBaseline: (index: number) => void,
): readonly Column<Field>[] {
  const { t, f, lang } = useSession();
  const names = modelNames({ models });
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
        head: (
          <ModelHead
            model={model}
            name={names[i] as string}
            group={`baseline-${models.findIndex((_, j) => baselines[j] === baselines[i])}`}
            isBaseline={i === baselines[i]}
            onBaseline={() => onBaseline(i)}
          />
        ),
        num: true,
        cell: ({ field, values }) => {
          const from = baselines[i] as number;
          const change = i === from ? null : changeOf(values[from], values[i]);
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
  name,
  group,
  isBaseline,
  onBaseline,
}: {
  readonly model: Compared;
  /** What tells it apart. */
  readonly name: string;
  /** One of each group is its baseline: arrow keys walk within it. */
  readonly group: string;
  readonly isBaseline: boolean;
  readonly onBaseline: () => void;
}) {
  const { t } = useSession();
  return (
    <>
      <a
        href={modelPath(model.merchant, model.product)}
        title={`${model.product} · ${model.merchant} · v${model.version}`}
      >
        {name}
      </a>
      <label class="check small">
        <input
          type="radio"
          name={group}
          checked={isBaseline}
          aria-label={t('baselineOf', { name })}
          onChange={onBaseline}
        />
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
