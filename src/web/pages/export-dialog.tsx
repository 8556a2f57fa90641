/**
 * Handing approved prices over: what changes, from which day, in which file. The same batch asked for twice is the same
 * batch.
 */

import { useState } from 'preact/hooks';
import type { Batch, RecommendationItem } from '../../contract/api.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { horizonWord } from '../../i18n/code-words.ts';
import { ApiProblem, sendJson, withQuery } from '../api-client.ts';
import { useColumns } from '../parts/columns.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Select } from '../parts/select.tsx';
import { ProblemNote } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';

interface ExportDialogProps {
  readonly items: readonly RecommendationItem[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** What a batch can be written as, and the format that is kept of it. */
const EXPORT_FILES = {
  fileSheet: { format: 'xlsx', style: 'spreadsheet', kept: 'xlsx' },
  fileCsv: { format: 'csv', style: 'spreadsheet', kept: 'csv' },
  fileLabels: { format: 'labels', style: 'spreadsheet', kept: 'csv' },
  fileTill: { format: 'till', style: 'machine', kept: 'csv' },
  fileCsvPrograms: { format: 'csv', style: 'machine', kept: 'csv' },
  fileJson: { format: 'json', style: 'machine', kept: 'json' },
} as const;
type ExportFile = keyof typeof EXPORT_FILES;
const FILE_NAMES = Object.keys(EXPORT_FILES) as ExportFile[];

/** Rows of the preview. */
const SHOWN = 8;

export function ExportDialog({ items, onClose, onDone }: ExportDialogProps) {
  const { t, f, lang } = useSession();
  const [date, setDate] = useState(tomorrow);
  const [file, setFile] = useState<ExportFile>('fileSheet');
  // Made once: an export that is sent twice, after a lost connection say, is one batch.
  const [batchId] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);

  async function run(): Promise<void> {
    setBusy(true);
    try {
      const batch = await exportItems(items, { batchId, activationDate: date, format: EXPORT_FILES[file].kept });
      download(addressOf(batch, file, lang));
      showToast(t('exported', { count: f.number(batch.items.length) }));
      forgetSeen();
      onClose();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      setBusy(false);
    }
  }
  return (
    <Dialog
      wide
      title={t('exportTitle', { count: f.number(items.length) })}
      onClose={onClose}
      onSubmit={run}
      submit={t('exportSubmit')}
      disabled={busy || date === ''}
    >
      {problem && <ProblemNote problem={problem} />}
      <div class="columns">
        <label class="field">
          <span>{t('activationDate')}</span>
          <input
            class="input"
            type="date"
            required
            value={date}
            onInput={(event) => setDate(event.currentTarget.value)}
          />
        </label>
        <Select
          label={t('fileFormat')}
          labelled
          value={file}
          choices={FILE_NAMES.map((value) => ({ value, label: t(value) }))}
          onChoose={(value) => setFile(value as ExportFile)}
        />
      </div>
      <ExportPreview items={items} />
    </Dialog>
  );
}

function addressOf({ batchId, merchant }: Batch, file: ExportFile, lang: Lang): string {
  const { format, style } = EXPORT_FILES[file];
  return withQuery(`/api/recommendations/batches/${batchId}/file`, { format, style, lang, merchant });
}

/** The first of the changes, and what all of them bring. */
function ExportPreview({ items }: { readonly items: readonly RecommendationItem[] }) {
  const { t, f, lang } = useSession();
  const { price } = useColumns();
  const gain = items.reduce((sum, item) => sum + (item.expectedGain ?? 0), 0);
  const unknown = items.filter((item) => item.expectedGain === null).length;
  const columns: readonly Column<RecommendationItem>[] = [
    {
      id: 'product',
      head: t('product'),
      namesRow: true,
      cell: ({ product, merchant }) => (
        <>
          {product}
          <small class="block muted">{merchant}</small>
        </>
      ),
    },
    price('priceToday', (item) => item.recommendation.current.price),
    { ...price('priceNew', (item) => item.price), cellClass: 'strong' },
    {
      id: 'change',
      head: t('change'),
      num: true,
      cell: (item) => f.change(item.price / item.recommendation.current.price - 1),
    },
  ];
  return (
    <>
      <div class="table-wrap">
        <Table class="compact" columns={columns} rows={items.slice(0, SHOWN)} keyOf={(item) => item.id} />
      </div>
      <p class="muted">
        {items.length > SHOWN && `${t('andMore', { count: items.length - SHOWN })} · `}
        {t('exportGain', {
          gain: f.gain(gain),
          period: horizonWord(
            items.map(({ recommendation }) => recommendation),
            lang,
          ),
        })}
        {unknown > 0 && ` · ${t('gainUnknownOf', { count: f.number(unknown) })}`}
      </p>
    </>
  );
}

/** @throws ApiProblem when one of them has been decided otherwise since */
function exportItems(
  items: readonly RecommendationItem[],
  batch: { batchId: string; activationDate: string; format: string },
): Promise<Batch> {
  return sendJson<Batch>('POST', '/api/recommendations/export', {
    ids: items.map((item) => item.id),
    ...batch,
    expectedRevisions: Object.fromEntries(items.map((item) => [item.id, item.revision])),
  });
}

/** Saves what is at an address as the server names it. */
function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

/** The shop's own tomorrow, as an ISO date. */
function tomorrow(): string {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
}
