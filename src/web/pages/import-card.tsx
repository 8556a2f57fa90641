/** Importing a file: dropped or chosen, shown as it was understood, corrected, and only then kept. */

import { useRef, useState } from 'preact/hooks';
import type { ImportBody, ImportDone, ImportPreview } from '../../contract/api.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { Icon } from '../parts/icon.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Select } from '../parts/select.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';

const KINDS = ['sales', 'market', 'costs'] as const;
const KIND_WORDS: Readonly<Record<(typeof KINDS)[number], WebKey>> = { sales: 'kindSales', market: 'kindMarket', costs: 'kindCosts' };
const FIELD_WORDS: Readonly<Record<string, WebKey>> = {
  date: 'date',
  merchant: 'merchant',
  product: 'product',
  productType: 'productType',
  quantity: 'quantity',
  price: 'price',
  cost: 'cost',
  promo: 'promo',
  soldOut: 'soldOut',
  waste: 'waste',
  marketPrice: 'marketPrice',
};
/** Rows of the file that are shown. */
const SAMPLE = 6;

export function ImportCard({ onImported }: { readonly onImported: () => void }) {
  const { t, f } = useSession();
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [done, setDone] = useState<ImportDone | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState<'upload' | 'preview' | 'commit' | null>(null);
  const [over, setOver] = useState(false);
  const [options, setOptions] = useState<ImportBody>({});
  const [skipBad, setSkipBad] = useState(false);
  const picker = useRef<HTMLInputElement>(null);

  async function run<T>(what: NonNullable<typeof busy>, work: () => Promise<T>): Promise<T | null> {
    setBusy(what);
    setProblem(null);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      return null;
    } finally {
      setBusy(null);
    }
  }
  async function upload(file: File): Promise<void> {
    setDone(null);
    setOptions({});
    setSkipBad(false);
    const form = new FormData();
    form.append('file', file, file.name);
    const answer = await run('upload', () => sendJson<ImportPreview>('POST', '/api/imports', form));
    if (answer) setPreview(answer);
  }
  async function change(next: ImportBody): Promise<void> {
    if (!preview) return;
    setOptions(next);
    const answer = await run('preview', () => sendJson<ImportPreview>('POST', `${apiPath('imports', preview.importId)}/preview`, next));
    if (answer) setPreview(answer);
  }
  async function commit(): Promise<void> {
    if (!preview) return;
    const answer = await run('commit', () => sendJson<ImportDone>('POST', `${apiPath('imports', preview.importId)}/commit`, { ...options, skipBad }));
    if (!answer) return;
    setDone(answer);
    setPreview(null);
    onImported();
  }
  function cancel(): void {
    if (preview) sendJson('DELETE', apiPath('imports', preview.importId)).catch(() => {});
    setPreview(null);
    setProblem(null);
  }

  return (
    <section class="stack" aria-label={t('importTitle')}>
      {problem && <ProblemNote problem={problem} />}
      {done && (
        <Note icon="check">
          <p class="row between">
            <span>
              {t(done.kind === 'sales' ? 'importDoneSales' : 'importDonePrices', {
                accepted: f.number(done.accepted),
                replaced: f.number(done.replaced),
                merchants: f.number(done.merchants),
                products: f.number(done.products),
              })}
              {done.rejected > 0 && ` ${t('importLeftOut', { rejected: f.number(done.rejected) })}`}
            </span>
            {done.kind === 'sales' && (
              <a class="button primary small" href="/train">
                {t('importNext')}
              </a>
            )}
          </p>
        </Note>
      )}
      {preview ? (
        <Preview
          preview={preview}
          options={options}
          busy={busy}
          skipBad={skipBad}
          onChange={change}
          onSkipBad={setSkipBad}
          onCommit={commit}
          onCancel={cancel}
        />
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same
        <div
          class={over ? 'card drop over' : 'card drop'}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            const file = event.dataTransfer?.files[0];
            if (file) upload(file);
          }}
        >
          <Icon name="upload" />
          <div>
            <h2>{t('importTitle')}</h2>
            <p class="muted">{t('importLead')}</p>
          </div>
          {busy === 'upload' ? (
            <Skeleton lines={1} />
          ) : (
            <button type="button" class="button primary" onClick={() => picker.current?.click()}>
              {t('importChoose')}
            </button>
          )}
          <input
            ref={picker}
            class="hidden-text"
            type="file"
            tabIndex={-1}
            aria-label={t('importChoose')}
            accept=".csv,.tsv,.txt,.xlsx,.parquet,.json,.jsonl,.ndjson"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) upload(file);
              event.currentTarget.value = '';
            }}
          />
        </div>
      )}
    </section>
  );
}

interface PreviewProps {
  readonly preview: ImportPreview;
  readonly options: ImportBody;
  readonly busy: string | null;
  readonly skipBad: boolean;
  readonly onChange: (options: ImportBody) => void;
  readonly onSkipBad: (skip: boolean) => void;
  readonly onCommit: () => void;
  readonly onCancel: () => void;
}

function Preview({ preview, options, busy, skipBad, onChange, onSkipBad, onCommit, onCancel }: PreviewProps) {
  const { t, f } = useSession();
  const fieldOf = new Map(Object.entries(preview.mapping).map(([field, column]) => [column, field]));
  const word = (field: string): string => {
    const key = FIELD_WORDS[field];
    return key === undefined ? field : t(key);
  };
  function map(column: string, field: string): void {
    const next: Record<string, string> = {};
    for (const [name, other] of Object.entries({ ...preview.mapping, ...options.map })) if (other !== column && name !== field) next[name] = other;
    if (field !== '') next[field] = column;
    onChange({ ...options, map: next });
  }
  const range = preview.from && preview.to ? t('importRange', { from: f.date(preview.from), to: f.date(preview.to) }) : '';
  const blocked = preview.problem !== null || preview.accepted === 0 || (preview.rejected > 0 && !skipBad);
  return (
    <div class="card" aria-busy={busy !== null}>
      <div class="card-head">
        <div>
          <h2>{preview.fileName}</h2>
          <p class="muted">
            {t('importCounts', { rows: f.number(preview.rows), merchants: f.number(preview.merchants), products: f.number(preview.products) })} {range}
          </p>
        </div>
        <Select
          label={t('importKind')}
          value={options.kind ?? preview.kind ?? 'sales'}
          choices={KINDS.map((kind) => ({ value: kind, label: t(KIND_WORDS[kind]) }))}
          onChoose={(kind) => onChange({ ...options, kind: kind as (typeof KINDS)[number] })}
        />
      </div>
      <div class="pad stack">
        {preview.problem && (
          <Note tone="warn" icon="warning">
            {preview.problem.message}
          </Note>
        )}
        <ScrollBox label={t('importSample')} class="sample">
          <table class="table compact">
            <thead>
              <tr>
                {preview.headers.map((column) => (
                  <th scope="col" key={column}>
                    <span class="block sample-column">{column}</span>
                    <Select
                      label={t('importColumnIs', { column })}
                      value={fieldOf.get(column) ?? ''}
                      choices={[{ value: '', label: t('importIgnored') }, ...preview.fields.map((field) => ({ value: field, label: word(field) }))]}
                      onChoose={(field) => map(column, field)}
                    />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.sample.slice(0, SAMPLE).map((cells, r) => (
                <tr key={r}>
                  {preview.headers.map((column, c) => (
                    <td key={column} class={fieldOf.has(column) ? '' : 'muted'}>
                      {cells[c] ?? ''}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
        {preview.kind !== 'market' && preview.kind !== 'costs' && <WholeFile preview={preview} options={options} onChange={onChange} />}
        {preview.rejected > 0 && (
          <div class="stack tight">
            <h3 class="bad">{t(preview.rejected === 1 ? 'importRejectedOne' : 'importRejected', { rejected: f.number(preview.rejected) })}</h3>
            <div class="table-wrap issues">
              <table class="table compact">
                <thead>
                  <tr>
                    <th scope="col" class="num">
                      {t('line')}
                    </th>
                    <th scope="col">{t('column')}</th>
                    <th scope="col">{t('problem')}</th>
                  </tr>
                </thead>
                <tbody>
                  {preview.issues.map((issue, i) => (
                    <tr key={i}>
                      <td class="num">{issue.line === 0 ? '' : f.number(issue.line)}</td>
                      <td>{issue.column ?? ''}</td>
                      <td>{issue.message}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <label class="check">
              <input type="checkbox" checked={skipBad} onChange={(event) => onSkipBad(event.currentTarget.checked)} />
              {t('importSkipBad', { accepted: f.number(preview.accepted) })}
            </label>
          </div>
        )}
        {preview.replaced > 0 && <p class="muted">{t('importReplaces', { replaced: f.number(preview.replaced) })}</p>}
        <div class="row">
          <button type="button" class="button primary" disabled={blocked || busy !== null} onClick={onCommit}>
            {t(busy === 'commit' ? 'importing' : preview.accepted === 1 ? 'importCommitOne' : 'importCommit', { accepted: f.number(preview.accepted) })}
          </button>
          <button type="button" class="button" disabled={busy !== null} onClick={onCancel}>
            {t('cancel')}
          </button>
        </div>
      </div>
    </div>
  );
}

/** What no column says may hold for the whole file. */
function WholeFile({ preview, options, onChange }: Pick<PreviewProps, 'preview' | 'options' | 'onChange'>) {
  const { t } = useSession();
  const missing = (['merchant', 'product', 'productType', 'unit'] as const).filter((field) => field === 'unit' || preview.mapping[field] === undefined);
  return (
    <div class="option-grid">
      {missing.map((field) => (
        <label class="field" key={field}>
          <span>{t(field === 'unit' ? 'unit' : field)}</span>
          <input
            class="input"
            value={options[field] ?? ''}
            placeholder={t('importWholeFile')}
            onChange={(event) => {
              const { [field]: _, ...rest } = options;
              const value = event.currentTarget.value.trim();
              onChange(value === '' ? rest : { ...rest, [field]: value });
            }}
          />
        </label>
      ))}
    </div>
  );
}
