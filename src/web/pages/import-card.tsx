/** Importing a file: dropped or chosen, shown as it was understood, corrected, and only then kept. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ImportDone } from '../../contract/api.ts';
import { apiPath } from '../api-client.ts';
import { Icon } from '../parts/icon.tsx';
import { Note, ProblemNote } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { ImportPreviewCard } from './import-preview.tsx';
import { FileProgress } from './import-progress.tsx';
import { RefreshButton } from './recommendation-filters.tsx';
import { type FileImport, useImport } from './use-import.ts';

export function ImportCard({ onImported }: { readonly onImported: () => void }) {
  const { t } = useSession();
  const file = useImport(onImported);
  return (
    <section class="stack" aria-label={t('importTitle')}>
      {file.problem && <ProblemNote problem={file.problem} />}
      {file.done && <DoneNote done={file.done} />}
      {file.preview ? <ImportPreviewCard preview={file.preview} file={file} /> : <DropPlace file={file} />}
    </section>
  );
}

function DoneNote({ done }: { readonly done: ImportDone }) {
  const { t, f, may } = useSession();
  const { route } = useLocation();
  const place = useRef<HTMLDivElement>(null);
  // The button that imported stood at the foot of a long card, which is gone.
  useEffect(() => place.current?.focus(), [done]);
  const isNew = done.sameAs === null;
  return (
    <div ref={place} tabIndex={-1}>
      <Note icon="check">
        <p class="row between">
          <span>
            {done.sameAs !== null
              ? t('importSameFile', { id: done.sameAs })
              : t(done.kind === 'sales' ? 'importDoneSales' : 'importDonePrices', {
                  accepted: f.number(done.accepted),
                  replaced: f.number(done.replaced),
                  merchants: f.number(done.merchants),
                  products: f.number(done.products),
                })}
            {done.rejected > 0 && ` ${t('importLeftOut', { rejected: f.number(done.rejected) })}`}
          </span>
          {done.kind === 'sales' && isNew && (
            <a class="button primary small" href="/train">
              {t('importNext')}
            </a>
          )}
          {done.kind === 'costs' && isNew && may('approve') && (
            <RefreshButton label={t('calculate')} onDone={() => route('/')} primary />
          )}
        </p>
        {done.rejected > 0 && (
          <p class="small">
            <a href={apiPath('imports', done.importId, 'rejected.csv')} download>
              {t('importRejectedFile')}
            </a>{' '}
            <span class="muted">{t('importRejectedHint')}</span>
          </p>
        )}
      </Note>
    </div>
  );
}

function DropPlace({ file }: { readonly file: FileImport }) {
  const { t } = useSession();
  const [over, setOver] = useState(false);
  return (
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
        const dropped = event.dataTransfer?.files[0];
        if (dropped) file.upload(dropped);
      }}
    >
      <Icon name="upload" />
      <div>
        <h2>{t('importTitle')}</h2>
        <p class="muted">{t('importLead')}</p>
      </div>
      {file.busy === null ? <FilePicker onFile={file.upload} /> : <FileProgress file={file} />}
    </div>
  );
}

function FilePicker({ onFile }: { readonly onFile: (file: File) => void }) {
  const { t } = useSession();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button primary" onClick={() => picker.current?.click()}>
        {t('importChoose')}
      </button>
      <input
        ref={picker}
        class="hidden-text"
        type="file"
        tabIndex={-1}
        aria-label={t('importChoose')}
        accept=".csv,.tsv,.txt,.xlsx,.parquet,.json,.jsonl,.ndjson"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
