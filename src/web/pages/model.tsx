/** One cell: what to charge and why, what another price would bring, and everything behind it. */

import { useMemo } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import type { RecommendationItem } from '../../contract/api.ts';
import type { CellView } from '../../contract/documents.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { apiPath, withQuery } from '../api-client.ts';
import { cellParam } from '../parts/cell-names.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { DiagnosticsTab } from './model-diagnostics.tsx';
import { ForecastTab } from './model-forecast.tsx';
import { PriceTab } from './model-price.tsx';
import { ConvergenceTab } from './model-training.tsx';
import { VersionsTab } from './model-versions.tsx';

const TABS = ['price', 'forecast', 'training', 'versions', 'diagnostics'] as const;
type Tab = (typeof TABS)[number];
const TAB_LABEL: Readonly<Record<Tab, WebKey>> = {
  price: 'tabPrice',
  forecast: 'tabForecast',
  training: 'tabTraining',
  versions: 'tabVersions',
  diagnostics: 'tabDiagnostics',
};

export function ModelPage() {
  const { params } = useRoute();
  const { merchant, product } = params as { merchant: string; product: string };
  const { t, dark } = useSession();
  const { query, hrefWith } = useQuery();
  const view = useResource<CellView>(withQuery(apiPath('models', merchant, product), { modelId: query.version }));
  const found = useResource<{ readonly items: readonly RecommendationItem[] }>(withQuery('/api/recommendations', { merchant, product, limit: 1 }));
  const tab: Tab = TABS.find((name) => name === query.tab) ?? 'price';
  const title = `${product} · ${merchant}`;
  const crumbs = [
    { href: '/', label: t('navOverview') },
    { href: `/?merchant=${encodeURIComponent(merchant)}`, label: merchant },
  ];
  const reload = useMemo(
    () => () => {
      view.reload();
      found.reload();
    },
    [view.reload, found.reload],
  );

  if (view.problem) {
    return (
      <Page title={title} heading={product} crumbs={crumbs}>
        {view.problem.code === 'MODEL_MISSING' ? (
          <Empty icon="train" title={t('modelMissing')}>
            <p>{view.problem.message}</p>
            <a class="button primary" href={`/train?cells=${encodeURIComponent(cellParam([{ merchant, product }]))}`}>
              {t('trainThis')}
            </a>
          </Empty>
        ) : (
          <ProblemNote problem={view.problem} retry={view.reload} />
        )}
      </Page>
    );
  }
  const data = view.data;
  const Shown = { price: PriceTab, forecast: ForecastTab, training: ConvergenceTab, versions: VersionsTab, diagnostics: DiagnosticsTab }[tab];
  return (
    <Page
      title={title}
      heading={product}
      crumbs={crumbs}
      lead={data && <ModelLine view={data} />}
      actions={
        <>
          <a class="button" href={`/compare?models=${encodeURIComponent(cellParam([{ merchant, product }]))}`}>
            {t('compareThis')}
          </a>
          <a class="button" href={`/train?cells=${encodeURIComponent(cellParam([{ merchant, product }]))}`}>
            {t('trainThis')}
          </a>
        </>
      }
    >
      <nav class="tabs" aria-label={t('tabsLabel')}>
        {TABS.map((name) => (
          <a key={name} href={hrefWith({ tab: name === 'price' ? null : name })} {...(name === tab && { 'aria-current': 'page' })}>
            {t(TAB_LABEL[name])}
          </a>
        ))}
      </nav>
      {data?.show.model.unfinished && (
        <Note tone="warn" icon="warning">
          {t('modelUnfinished')}
        </Note>
      )}
      {query.version !== undefined && data && (
        <Note>
          <span class="row between">
            {t('modelOldVersion', { version: data.show.model.version })} <a href={hrefWith({ version: null })}>{t('modelLiveVersion')}</a>
          </span>
        </Note>
      )}
      {data ? <Shown view={data} item={found.data?.items[0] ?? null} palette={dark ? DARK : LIGHT} reload={reload} /> : <ModelSkeleton />}
    </Page>
  );
}

/** The model in one line: version, how it was trained, how far off it is. */
function ModelLine({ view }: { readonly view: CellView }) {
  const { t, f } = useSession();
  const { model } = view.show;
  const parts = [
    model.productType,
    model.unfinished ? null : t('modelVersion', { version: model.version }),
    model.ownRows === 0 ? t('modelNoSales') : t('modelRows', { rows: f.number(model.ownRows) }),
    model.error.wape === null ? null : t('modelError', { error: f.percent(model.error.wape, 1) }),
    t('modelTrainedAt', { date: f.date(model.trainedAt) }),
  ];
  return <>{parts.filter((part) => part !== null && part !== '').join(' · ')}</>;
}

function ModelSkeleton() {
  return (
    <div class="columns">
      <div class="card pad">
        <Skeleton lines={8} />
      </div>
      <div class="card pad">
        <Skeleton lines={8} />
      </div>
    </div>
  );
}
