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

/** @param name of the list; @param query what the list is chosen by */
export function TableDownload({
  name,
  query,
}: {
  readonly name: 'overview' | 'recommendations' | 'runs' | 'outcomes' | 'audit' | 'price_history' | 'price_calendar';
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
          <a key={label} href={withQuery(`/api/tables/${name}`, { ...query, format, style, lang })} download>
            {t(label)}
          </a>
        ))}
      </div>
    </details>
  );
}
