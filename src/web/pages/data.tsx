/** The data behind the prices: importing files, what there is month by month, and market prices. */

import { useState } from 'preact/hooks';
import type { CoverageList, MarketPriceList } from '../../contract/api.ts';
import { withQuery } from '../api-client.ts';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { usePagedList } from '../parts/paged-list.ts';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { ShowMore } from '../parts/show-more.tsx';
import { Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import { ImportCard } from './import-card.tsx';

export function DataPage() {
  const { t, may } = useSession();
  const [imports, setImports] = useState(0);
  return (
    <Page title={t('navData')} lead={t('dataLead')}>
      {may('admin') ? (
        <ImportCard
          onImported={() => {
            forgetSeen();
            setImports(imports + 1);
          }}
        />
      ) : (
        <Note>{t('importNotAllowed')}</Note>
      )}
      <Coverage key={`coverage ${imports}`} />
      <MarketPrices key={`market ${imports}`} />
    </Page>
  );
}

type CoverageRow = CoverageList['items'][number];
/** Cells that are drawn at once. */
const STEP = 40;
/** Months that fit beside a name. */
const MONTHS = 24;

function Coverage() {
  const { t, f } = useSession();
  const list = usePagedList<CoverageRow>('/api/coverage');
  const [rows, setRows] = useState(STEP);
  const shown = list.items.slice(0, rows);
  const months = lastMonths(shown);
  if (list.problem) return <ProblemNote problem={list.problem} retry={list.reload} />;
  if (list.complete && list.items.length === 0) return null;
  return (
    <section class="card">
      <div class="card-head">
        <div>
          <h2>{t('coverageTitle')}</h2>
          <p class="muted small">{t('coverageLead')}</p>
        </div>
        <ul class="row small muted coverage-key" aria-hidden="true">
          {([0, 1, 2, 3] as const).map((level) => (
            <li class="row" key={level}>
              <span class={`coverage-cell level-${level}`} /> {t((['coverageNone', 'coverageFew', 'coverageMost', 'coverageFull'] as const)[level])}
            </li>
          ))}
        </ul>
      </div>
      {list.loading && list.items.length === 0 && (
        <div class="pad">
          <Skeleton lines={5} />
        </div>
      )}
      {shown.length > 0 && (
        <ScrollBox label={t('coverageTitle')}>
          <table class="table compact coverage">
            <thead>
              <tr>
                <th scope="col">{t('product')}</th>
                {months.map((month, i) => (
                  <th scope="col" key={month} class="coverage-month">
                    <span class="hidden-text">{f.month(month)}</span>
                    {(i === 0 || month.endsWith('-01')) && <span aria-hidden="true">{month.slice(0, 4)}</span>}
                  </th>
                ))}
                <th scope="col" class="num">
                  {t('rows')}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <CoverageLine key={`${row.merchant}\u0000${row.product}`} row={row} months={months} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      <ShowMore list={list} count={list.items.length} rows={rows} step={STEP} onRows={setRows} />
    </section>
  );
}

function CoverageLine({ row, months }: { readonly row: CoverageRow; readonly months: readonly string[] }) {
  const { t, f } = useSession();
  const counts = new Map(row.months.map((month) => [month.month, month]));
  // A full month is the fullest one of this cell: shops rest on different days, and rows may be weekly.
  const full = Math.max(1, ...row.months.map((month) => month.rows));
  return (
    <tr>
      <th scope="row">
        <a class="name" href={modelPath(row.merchant, row.product)}>
          {row.product}
        </a>{' '}
        <span class="muted">{row.merchant}</span>
      </th>
      {months.map((month) => {
        const found = counts.get(month);
        const share = (found?.rows ?? 0) / full;
        const level = share === 0 ? 0 : share < 0.5 ? 1 : share < 0.9 ? 2 : 3;
        const words = t('coverageCell', { month: f.month(month), rows: found?.rows ?? 0, soldOut: found?.soldOut ?? 0 });
        return (
          <td key={month} title={words}>
            <span class={`coverage-cell level-${level}`} />
            <span class="hidden-text">{found?.rows ?? 0}</span>
          </td>
        );
      })}
      <td class="num">{f.number(row.months.reduce((sum, month) => sum + month.rows, 0))}</td>
    </tr>
  );
}

/** The last two years that any of these cells has rows in, oldest first. */
function lastMonths(rows: readonly CoverageRow[]): string[] {
  let last = '';
  let first = '9999-12';
  for (const row of rows) {
    for (const { month } of row.months) {
      if (month > last) last = month;
      if (month < first) first = month;
    }
  }
  if (last === '') return [];
  const months: string[] = [];
  let [year, month] = last.split('-').map(Number) as [number, number];
  while (months.length < MONTHS) {
    const name = `${year}-${String(month).padStart(2, '0')}`;
    if (name < first) break;
    months.unshift(name);
    month--;
    if (month === 0) {
      month = 12;
      year--;
    }
  }
  return months;
}

function MarketPrices() {
  const { t, f } = useSession();
  const [name, setName] = useState('');
  const prices = useResource<MarketPriceList>(withQuery('/api/market-prices', { name, limit: 100 }));
  if (prices.problem) return <ProblemNote problem={prices.problem} retry={prices.reload} />;
  const items = prices.data?.items ?? [];
  const names = [...new Set(items.map((item) => item.name))];
  return (
    <section class="card">
      <div class="card-head">
        <div>
          <h2>{t('marketTitle')}</h2>
          <p class="muted small">{t('marketLead')}</p>
        </div>
        {name !== '' && (
          <button type="button" class="chip" onClick={() => setName('')}>
            {name} ×
          </button>
        )}
      </div>
      {prices.data && items.length === 0 && <p class="muted pad">{t('marketNone')}</p>}
      {items.length > 0 && (
        <ScrollBox label={t('marketTitle')} class="market">
          <table class="table compact">
            <thead>
              <tr>
                <th scope="col">{t('product')}</th>
                <th scope="col">{t('date')}</th>
                <th scope="col" class="num">
                  {t('price')}
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={`${item.name} ${item.date}`}>
                  <td>
                    {names.length > 1 ? (
                      <button type="button" class="link-button" onClick={() => setName(item.name)}>
                        {item.name}
                      </button>
                    ) : (
                      item.name
                    )}
                  </td>
                  <td>{f.date(item.date)}</td>
                  <td class="num">{f.price(item.price)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}
