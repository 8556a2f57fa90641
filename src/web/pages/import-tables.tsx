/** The first rows of a file with what each column is read as, and the rows that cannot be kept. */

import type { ImportBody, ImportPreview } from '../../contract/api.ts';
import type { SaleField } from '../../core/vocabulary.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Select } from '../parts/select.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';

export const FIELD_WORDS: Readonly<Record<SaleField, WebKey>> = {
  date: 'date',
  merchant: 'merchant',
  product: 'product',
  productType: 'productType',
  quantity: 'quantity',
  price: 'price',
  total: 'lineTotal',
  discount: 'discount',
  cost: 'cost',
  promo: 'promo',
  soldOut: 'soldOut',
  waste: 'waste',
  marketPrice: 'marketPrice',
  unit: 'unit',
  currency: 'currency',
  stock: 'kindStock',
  expiry: 'stockExpiry',
  delivery: 'stockDelivery',
  competitor: 'competitor',
  ownProduct: 'ownProduct',
  packSize: 'packSize',
};
/** @returns the word for a field of a file; a field without one is called as it is */
export function useFieldWord(): (field: string) => string {
  const { t } = useSession();
  return (field) => (Object.hasOwn(FIELD_WORDS, field) ? t(FIELD_WORDS[field as SaleField]) : field);
}

/** Rows of the file that are shown. */
const SAMPLE = 6;

type Cells = ImportPreview['sample'][number];

interface SampleTableProps {
  readonly preview: ImportPreview;
  readonly options: ImportBody;
  /** Called with a column and the field that it is; '' for none, `covariates` and `knownCovariates` for such. */
  readonly onMap: (column: string, field: string) => void;
}

/** Column → the field that it is read as, `covariates` or `knownCovariates`. */
export function fieldsOfColumns(preview: ImportPreview, options: ImportBody): ReadonlyMap<string, string> {
  const fieldOf = new Map(Object.entries(preview.mapping).map(([field, column]) => [column, field]));
  for (const name of ['covariates', 'knownCovariates'] as const)
    for (const column of options[name] ?? preview.remembered?.options[name]?.split(',') ?? [])
      fieldOf.set(column, name);
  return fieldOf;
}

/** The first rows of a form that has no lines. */
export function SampleTable({ preview, options, onMap }: SampleTableProps) {
  const { t } = useSession();
  const fieldOf = fieldsOfColumns(preview, options);
  const columns = preview.headers.map(
    (name, c): Column<Cells> => ({
      id: name,
      head: <ColumnHead column={name} named field={fieldOf.get(name) ?? ''} fields={preview.fields} onMap={onMap} />,
      cellClass: fieldOf.has(name) ? '' : 'muted',
      cell: (cells) => cells[c] ?? '',
    }),
  );
  return (
    <ScrollBox label={t('importSample')} class="sample">
      <Table class="compact" columns={columns} rows={preview.sample.slice(0, SAMPLE)} keyOf={(_, i) => i} />
    </ScrollBox>
  );
}

interface ColumnHeadProps extends Pick<SampleTableProps, 'onMap'> {
  readonly column: string;
  /** Its name stands in no row. */
  readonly named?: boolean;
  readonly field: string;
  readonly fields: ImportPreview['fields'];
}

export function ColumnHead({ column, named = false, field, fields, onMap }: ColumnHeadProps) {
  const { t } = useSession();
  const word = useFieldWord();
  return (
    <>
      {named && <span class="block sample-column">{column}</span>}
      <Select
        label={t('importColumnIs', { column })}
        value={field}
        choices={[
          { value: '', label: t('importIgnored') },
          ...fields.map((name) => ({ value: name, label: word(name) })),
          { value: 'covariates', label: t('importAsCovariate') },
          { value: 'knownCovariates', label: t('importAsKnownCovariate') },
        ]}
        onChoose={(next) => onMap(column, next)}
      />
    </>
  );
}

/** What is wrong with a row, without its file, line and column, which stand beside it. */
function bareMessage({ line, message }: ImportPreview['issues'][number], fileName: string): string {
  const place = line === 0 ? -1 : message.indexOf(` (${fileName}:${line}`);
  return place < 0 ? message : `${message.slice(0, place)}.`;
}

interface RejectedRowsProps {
  readonly preview: ImportPreview;
  readonly skip: boolean;
  readonly onSkip: (skip: boolean) => void;
}

export function RejectedRows({ preview, skip, onSkip }: RejectedRowsProps) {
  const { t, f } = useSession();
  const columns: readonly Column<ImportPreview['issues'][number]>[] = [
    { id: 'line', head: t('line'), num: true, cell: ({ line }) => (line === 0 ? '' : f.number(line)) },
    { id: 'column', head: t('column'), cell: ({ column }) => column ?? '' },
    { id: 'problem', head: t('problem'), cell: (issue) => bareMessage(issue, preview.fileName) },
  ];
  return (
    <div class="stack tight">
      <h3 class="bad">{t('importRejected', { rejected: f.number(preview.rejected) })}</h3>
      <div class="table-wrap issues">
        <Table class="compact" columns={columns} rows={preview.issues} keyOf={(_, i) => i} />
      </div>
      <label class="check">
        <input type="checkbox" checked={skip} onChange={(event) => onSkip(event.currentTarget.checked)} />
        {t('importSkipBad', { accepted: f.number(preview.accepted) })}
      </label>
    </div>
  );
}
