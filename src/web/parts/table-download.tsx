/** A list as a file: for the spreadsheet of the page's language, or for programs. */

import { withQuery } from '../api-client.ts';
import { useSession } from '../session.tsx';
import { Icon } from './icon.tsx';
import { closeOnLeave } from './menu.ts';

const FILES = [
  { label: 'fileSheet', format: 'xlsx', style: 'spreadsheet' },
  { label: 'fileCsv', format: 'csv', style: 'spreadsheet' },
  { label: 'fileCsvPrograms', format: 'csv', style: 'machine' },
  { label: 'fileParquet', format: 'parquet', style: 'machine' },
] as const;

/** @param address of the file; @param query what the list is chosen by */
export function TableDownload({
  address,
  query,
}: {
  readonly address: string;
  readonly query: Readonly<Record<string, string | null | undefined>>;
}) {
  const { t, lang } = useSession();
  return (
    <details class="menu" onToggle={closeOnLeave}>
      <summary class="button">
        <Icon name="download" /> {t('download')}
      </summary>
      <div class="menu-list">
        {FILES.map(({ label, format, style }) => (
          <a key={label} href={withQuery(address, { ...query, format, style, lang })} download>
            {t(label)}
          </a>
        ))}
      </div>
    </details>
  );
}
