/** How far a file is on its way: sent, looked at, read, written. */

import { Meter } from '../parts/figures.tsx';
import { useSession } from '../session.tsx';
import type { FileImport } from './use-import.ts';

export function FileProgress({ file: { sending, reading, busy } }: { readonly file: FileImport }) {
  const { t, f } = useSession();
  if (busy === null) return null;
  const share = sending?.share ?? (reading?.of ? reading.rows / reading.of : 0);
  const rows = f.number(reading?.rows ?? 0);
  const of = f.number(reading?.of ?? 0);
  const said =
    sending !== null
      ? t('importUploading', { file: sending.file, share: f.percent(sending.share, 0) })
      : reading?.step === 'study'
        ? t('importStudying', { rows })
        : reading?.step === 'rows'
          ? t('importReadingRows', { rows, of })
          : reading?.step === 'write'
            ? t('importWriting', { rows })
            : t('importWaiting');
  return (
    <div class="stack tight grow import-progress" role="status">
      <p class="muted">{said}</p>
      <progress class="hidden-text" max={1} value={share} aria-label={t('progress')} />
      <Meter share={share} tone="plain" wide />
    </div>
  );
}
