/** Handing approved prices over: what changes, from which day, in which file. The same batch asked for twice is the same batch. */

import { useState } from 'preact/hooks';
import type { Batch, RecommendationItem } from '../../contract/api.ts';
import { ApiProblem, sendJson } from '../api-client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Select } from '../parts/select.tsx';
import { ProblemNote } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen } from '../use-resource.ts';

interface ExportDialogProps {
  readonly items: readonly RecommendationItem[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const FORMATS = ['csv', 'xlsx', 'json'] as const;
/** Rows of the preview. */
const SHOWN = 8;

export function ExportDialog({ items, onClose, onDone }: ExportDialogProps) {
  const { t, f } = useSession();
  const [date, setDate] = useState(tomorrow);
  const [format, setFormat] = useState<string>('csv');
  // Made once: an export that is sent twice, after a lost connection say, is one batch.
  const [batchId] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const gain = items.reduce((sum, item) => sum + item.expectedGain, 0);

  async function run(): Promise<void> {
    setBusy(true);
    try {
      const batch = await sendJson<Batch>('POST', '/api/recommendations/export', {
        ids: items.map((item) => item.id),
        batchId,
        activationDate: date,
        format,
        expectedRevisions: Object.fromEntries(items.map((item) => [item.id, item.revision])),
      });
      const link = document.createElement('a');
      link.href = batch.file;
      link.download = '';
      link.click();
      showToast(t(batch.items.length === 1 ? 'exportedOne' : 'exported', { count: f.number(batch.items.length) }));
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
      title={t(items.length === 1 ? 'exportTitleOne' : 'exportTitle', { count: f.number(items.length) })}
      onClose={onClose}
      onSubmit={run}
      submit={t('exportSubmit')}
      disabled={busy || date === ''}
    >
      {problem && <ProblemNote problem={problem} />}
      <div class="columns">
        <label class="field">
          <span>{t('activationDate')}</span>
          <input class="input" type="date" required value={date} onInput={(event) => setDate(event.currentTarget.value)} />
        </label>
        <Select
          label={t('fileFormat')}
          labelled
          value={format}
          choices={FORMATS.map((value) => ({ value, label: value.toUpperCase() }))}
          onChoose={setFormat}
        />
      </div>
      <div class="table-wrap">
        <table class="table compact">
          <thead>
            <tr>
              <th scope="col">{t('product')}</th>
              <th scope="col">{t('merchant')}</th>
              <th scope="col" class="num">
                {t('priceToday')}
              </th>
              <th scope="col" class="num">
                {t('priceNew')}
              </th>
              <th scope="col" class="num">
                {t('change')}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, SHOWN).map((item) => (
              <tr key={item.id}>
                <td>{item.product}</td>
                <td>{item.merchant}</td>
                <td class="num">{f.price(item.recommendation.current.price)}</td>
                <td class="num strong">{f.price(item.price)}</td>
                <td class="num">{f.change(item.price / item.recommendation.current.price - 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted">
        {items.length > SHOWN && `${t('andMore', { count: items.length - SHOWN })} · `}
        {t('exportGain', { gain: f.gain(gain), days: items[0]?.recommendation.horizonDays ?? 14 })}
      </p>
    </Dialog>
  );
}

/** The shop's own tomorrow, as an ISO date. */
function tomorrow(): string {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
}
