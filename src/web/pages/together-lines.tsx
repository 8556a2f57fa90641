/** Which products belong together, row by row: edited here, kept in the workspace, and as a file. */

import { useState } from 'preact/hooks';
import type { KeptLine, KeptLinesDocument } from '../../contract/portfolio.ts';
import { typedNumber } from '../../contract/typed-number.ts';
import { ApiProblem, sendJson, withQuery } from '../api-client.ts';
import { Icon } from '../parts/icon.tsx';
import { OnPhone } from '../parts/on-phone.tsx';
import { Note, ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { TableDownload } from '../parts/table-download.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { useResource } from '../use-resource.ts';

/** A row as it is typed. */
type Draft = { readonly id: number } & Readonly<Record<keyof KeptLine, string>>;
type Field = keyof KeptLine;

interface LinesProps {
  readonly merchant: string;
  readonly products: readonly string[];
  readonly onDone: () => void;
}

export function LinesEditor(props: LinesProps) {
  const { t } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <details class="pad lines-editor" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('linesEdit')}</summary>
      {open && <Kept {...props} />}
    </details>
  );
}

function Kept({ merchant, ...props }: LinesProps) {
  const kept = useResource<KeptLinesDocument>(withQuery('/api/portfolio/lines', { merchant }));
  if (kept.problem) return <ProblemNote problem={kept.problem} retry={kept.reload} />;
  if (!kept.data) return <Skeleton lines={3} />;
  const { lines } = kept.data;
  return <Editor key={JSON.stringify(lines)} merchant={merchant} lines={lines} reload={kept.reload} {...props} />;
}

let lastId = 0;

function draftOf(line: KeptLine | null): Draft {
  // As it is typed: without marks between thousands.
  const number = (value: number | null | undefined, factor = 1): string =>
    value == null ? '' : String(Number((value * factor).toFixed(4)));
  return {
    id: lastId++,
    ...{ product: line?.product ?? '', family: line?.family ?? '', line: line?.line ?? '', below: line?.below ?? '' },
    ...{ size: number(line?.size), weight: number(line?.weight) },
    leastGap: line?.below == null ? '' : number(line.leastGap, 100),
    mostGap: number(line?.mostGap, 100),
  };
}

/** What is no number does not come here: its field says so before. */
function lineOf(draft: Draft): KeptLine {
  const name = (field: Field): string | null => draft[field].trim() || null;
  const number = (field: Field): number | null =>
    draft[field].trim() === '' ? null : typedNumber(draft[field].trim());
  const share = (field: Field): number | null => {
    const percent = number(field);
    return percent === null ? null : percent / 100;
  };
  return {
    ...{ product: draft.product, family: name('family'), line: name('line'), below: name('below') },
    ...{ size: number('size'), weight: number('weight'), leastGap: share('leastGap') ?? 0, mostGap: share('mostGap') },
  };
}

interface EditorProps extends LinesProps {
  readonly lines: readonly KeptLine[];
  readonly reload: () => void;
}

/** Keeps what is sent to the server, and tells of it. */
function useKeeping({ merchant, reload, onDone }: Pick<EditorProps, 'merchant' | 'reload' | 'onDone'>) {
  const { t } = useSession();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  async function keep(body: object): Promise<void> {
    try {
      const asked = { merchant, ...body };
      const { lines, left } = await sendJson<KeptLinesDocument>('PUT', '/api/portfolio/lines', asked);
      setProblem(null);
      showToast(t(left > 0 ? 'linesKeptSome' : 'linesKept', { count: lines.length, left }));
      reload();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    }
  }
  return { problem, keep };
}

function Editor({ merchant, products, lines, reload, onDone }: EditorProps) {
  const { t, may, session } = useSession();
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => lines.map((line) => draftOf(line)));
  const { problem, keep } = useKeeping({ merchant, reload, onDone });
  const mayChange = may('approve') && session.merchant === null;
  const columns = useColumns(products, {
    change: (id, field, value) => setDrafts(drafts.map((one) => (one.id === id ? { ...one, [field]: value } : one))),
    remove: (id) => setDrafts(drafts.filter((one) => one.id !== id)),
    mayChange,
  });
  return (
    <form
      class="rules-form"
      onSubmit={(event) => {
        event.preventDefault();
        keep({ lines: drafts.map(lineOf) });
      }}
    >
      <p class="muted small">{t('linesLead')}</p>
      {problem && (
        <Note tone="bad" icon="warning">
          {problemText(problem, t('unreachable'))}
        </Note>
      )}
      {drafts.length > 0 && (
        <div class="table-wrap">
          <Table
            class="card-rows together rule-rows"
            columns={columns}
            rows={drafts}
            caption={t('togetherRules')}
            keyOf={({ id }) => id}
          />
        </div>
      )}
      <div class="row">
        {mayChange && (
          <>
            <button type="button" class="button" onClick={() => setDrafts([...drafts, draftOf(null)])}>
              <Icon name="plus" /> {t('linesAdd')}
            </button>
            <button type="submit" class="button primary">
              {t('save')}
            </button>
            <FileButton onText={(csv, name) => keep({ csv, name })} />
          </>
        )}
        {lines.length > 0 && <TableDownload address="/api/tables/product_lines" query={{ merchant }} />}
      </div>
    </form>
  );
}

/** A file of rows in the place of those that are kept. */
function FileButton({ onText }: { readonly onText: (text: string, name: string) => void }) {
  const { t } = useSession();
  return (
    <label class="button">
      <Icon name="upload" /> {t('linesImport')}
      <input
        class="hidden-text"
        type="file"
        accept=".csv,.txt,text/csv"
        onChange={async ({ currentTarget: field }) => {
          const file = field.files?.[0];
          if (file) onText(await file.text(), file.name);
          field.value = '';
        }}
      />
    </label>
  );
}

interface Changes {
  readonly change: (id: number, field: Field, value: string) => void;
  readonly remove: (id: number) => void;
  readonly mayChange: boolean;
}

function useColumns(products: readonly string[], changes: Changes): readonly Column<Draft>[] {
  const { t } = useSession();
  const product = (id: 'product' | 'below', head: string): Column<Draft> => ({
    ...{ id, head },
    cell: (row) => (
      <OnPhone label={head}>
        <ProductField id={id} head={head} row={row} products={products} changes={changes} />
      </OnPhone>
    ),
  });
  const field = (id: Field, head: string, most: number | null): Column<Draft> => ({
    ...{ id, head },
    cell: (row) => (
      <OnPhone label={head}>
        <TextField id={id} head={head} row={row} most={most} changes={changes} />
      </OnPhone>
    ),
  });
  return [
    product('product', t('product')),
    field('family', t('linesFamily'), null),
    field('line', t('linesLine'), null),
    field('size', t('linesSize'), 1e12),
    product('below', t('linesBelow')),
    field('leastGap', `${t('linesLeast')} (%)`, 100),
    field('mostGap', `${t('linesMost')} (%)`, 100),
    field('weight', t('linesWeight'), 100.1),
    {
      id: 'remove',
      head: t('linesRemove'),
      headHidden: true,
      cell: ({ id, product: name }) =>
        changes.mayChange && (
          <button
            type="button"
            class="button quiet small"
            aria-label={`${t('linesRemove')}: ${name}`}
            onClick={() => changes.remove(id)}
          >
            <Icon name="close" />
          </button>
        ),
    },
  ];
}

interface FieldProps {
  readonly id: Field;
  readonly head: string;
  readonly row: Draft;
  readonly changes: Changes;
}

/** A product of the shop, or one that a file named and the shop does not sell. */
function ProductField({ id, head, row, products, changes }: FieldProps & { readonly products: readonly string[] }) {
  const { t } = useSession();
  const names = new Set([...products, ...(row[id] === '' ? [] : [row[id]])]);
  return (
    <select
      class="input rule-product"
      aria-label={head}
      value={row[id]}
      required={id === 'product'}
      disabled={!changes.mayChange}
      onChange={({ currentTarget }) => changes.change(row.id, id, currentTarget.value)}
    >
      <option value="">{id === 'below' ? '–' : t('linesChoose')}</option>
      {[...names].map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** @param most below which its number is; null: a name */
function TextField({ id, head, row, most, changes }: FieldProps & { readonly most: number | null }) {
  const { t } = useSession();
  return (
    <input
      class={most === null ? 'input rule-name' : 'input rule-number'}
      aria-label={head}
      autocomplete="off"
      inputMode={most === null ? 'text' : 'decimal'}
      value={row[id]}
      disabled={!changes.mayChange}
      onInput={({ currentTarget: input }) => {
        const text = input.value.trim();
        const isNumber = most === null || text === '' || typedNumber(text) < most;
        input.setCustomValidity(isNumber ? '' : t(most === 100 ? 'railPercentOnly' : 'linesNumber'));
        changes.change(row.id, id, input.value);
      }}
    />
  );
}
