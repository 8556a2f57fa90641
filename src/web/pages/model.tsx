/** One cell: what to charge and why, what another price would bring, and everything behind it. */

import { useEffect, useMemo } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { DARK, LIGHT } from '../../charts/chart-base.ts';
import type { RecommendationItem } from '../../contract/api.ts';
import type { CellName } from '../../contract/cell-name.ts';
import type { CellView } from '../../contract/documents.ts';
import { periodWord } from '../../i18n/code-words.ts';
import { type ApiProblem, apiPath, withQuery } from '../api-client.ts';
import { cellParam } from '../parts/cell-names.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { TabLinks } from '../parts/tab-links.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { DiagnosticsTab } from './model-diagnostics.tsx';
import { ForecastTab } from './model-forecast.tsx';
import { PriceTab } from './model-price.tsx';
import { ConvergenceTab } from './model-training.tsx';
import { VersionsTab } from './model-versions.tsx';

const TABS = [
  { name: 'price', label: 'tabPrice', Tab: PriceTab },
  { name: 'forecast', label: 'tabForecast', Tab: ForecastTab },
  { name: 'training', label: 'tabTraining', Tab: ConvergenceTab },
  { name: 'versions', label: 'tabVersions', Tab: VersionsTab },
  { name: 'diagnostics', label: 'tabDiagnostics', Tab: DiagnosticsTab },
] as const;

export function ModelPage() {
  const { merchant, product } = useRoute().params as { merchant: string; product: string };
  const { t, dark } = useSession();
  const { query, hrefWith } = useQuery();
  const view = useResource<CellView>(withQuery(apiPath('models', merchant, product), { modelId: query.version }));
  const found = useResource<{ readonly items: readonly RecommendationItem[] }>(
    withQuery('/api/recommendations', { merchant, product, limit: 1 }),
  );
  const reload = useMemo(
    () => () => {
      view.reload();
      found.reload();
    },
    [view.reload, found.reload],
  );
  const frame = {
    title: `${product} · ${merchant}`,
    heading: product,
    crumbs: [
      { href: '/', label: t('navOverview') },
      { href: `/?merchant=${encodeURIComponent(merchant)}`, label: merchant },
    ],
  };
  if (view.problem) {
    return (
      <Page {...frame}>
        <NoModel problem={view.problem} cell={{ merchant, product }} retry={reload} />
      </Page>
    );
  }
  const { name, Tab } = TABS.find((tab) => tab.name === query.tab) ?? TABS[0];
  const tabs = TABS.map((tab) => ({
    name: tab.name,
    label: t(tab.label),
    href: hrefWith({ tab: tab.name === 'price' ? null : tab.name }),
  }));
  return (
    <Page
      {...frame}
      lead={view.data && <ModelLine view={view.data} />}
      actions={<ModelActions cell={{ merchant, product }} />}
    >
      <TabLinks label={t('tabsLabel')} tabs={tabs} current={name} />
      {view.data && <ModelNotes view={view.data} />}
      {view.data ? (
        <Tab view={view.data} item={found.data?.items[0] ?? null} palette={dark ? DARK : LIGHT} reload={reload} />
      ) : (
        <ModelSkeleton />
      )}
    </Page>
  );
}

const cellHref = (page: 'train' | 'compare', cell: CellName): string =>
  `/${page}?${page === 'train' ? 'cells' : 'models'}=${encodeURIComponent(cellParam([cell]))}`;

function ModelActions({ cell }: { readonly cell: CellName }) {
  const { t } = useSession();
  return (
    <>
      <a class="button" href={cellHref('compare', cell)}>
        {t('compareThis')}
      </a>
      <a class="button" href={withQuery('/prices', { merchant: cell.merchant, product: cell.product })}>
        {t('pricesTitle')}
      </a>
      <a class="button" href={cellHref('train', cell)}>
        {t('trainThis')}
      </a>
    </>
  );
}

/** How often a first model is looked for. */
const LOOKED_FOR_MS = 5_000;

function NoModel({
  problem,
  cell,
  retry,
}: {
  readonly problem: ApiProblem;
  readonly cell: CellName;
  readonly retry: () => void;
}) {
  const { t } = useSession();
  const isMissing = problem.code === 'MODEL_MISSING';
  // A training that is under way ends while the page is looked at.
  useEffect(() => {
    if (!isMissing) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && retry(), LOOKED_FOR_MS);
    return () => clearInterval(timer);
  }, [isMissing, retry]);
  if (!isMissing) return <ProblemNote problem={problem} retry={retry} />;
  return (
    <Empty icon="train" title={t('modelMissing')}>
      <p>{t('modelMissingLead')}</p>
      <a class="button primary" href={cellHref('train', cell)}>
        {t('navTrain')}
      </a>
    </Empty>
  );
}

/** What is not usual with the model that is shown. */
function ModelNotes({ view }: { readonly view: CellView }) {
  const { t } = useSession();
  const { query, hrefWith } = useQuery();
  const { unfinished, version } = view.show.model;
  return (
    <>
      {unfinished && (
        <Note tone="warn" icon="warning">
          {t('modelUnfinished')}
        </Note>
      )}
      {query.version !== undefined && (
        <Note>
          <span class="row between">
            {t('modelOldVersion', { version })} <a href={hrefWith({ version: null })}>{t('modelLiveVersion')}</a>
          </span>
        </Note>
      )}
    </>
  );
}

/** The model in one line: version, how it was trained, how far off it is. */
function ModelLine({ view }: { readonly view: CellView }) {
  const { t, f, lang } = useSession();
  const { model } = view.show;
  const rowUnit = view.recommendation.horizon?.unit ?? 'day';
  const parts = [
    model.productType === model.product ? null : model.productType,
    model.unfinished ? null : t('modelVersion', { version: model.version }),
    model.ownRows === 0
      ? t('modelNoSales')
      : t('modelRows', { rows: periodWord({ count: model.ownRows, unit: rowUnit }, lang) }),
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
