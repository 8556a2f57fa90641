/** All models at a glance: how their errors and elasticities spread, the worst of them, and why no change is recommended. */

import type { ComponentChildren } from 'preact';
import type { OverviewDistribution, OverviewRow, OverviewSummary } from '../../contract/api.ts';
import type { ReasonCode } from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
import { stageParts } from '../../i18n/stage-words.ts';
import { withQuery } from '../api-client.ts';
import { capital, type Formats } from '../formats.ts';
import { binWord } from '../parts/bin-word.ts';
import { MerchantSelect, ProductTypeSelect } from '../parts/cell-selects.tsx';
import { ElasticityFigure, Meter } from '../parts/figures.tsx';
import { useListView } from '../parts/list-view.tsx';
import { modelPath } from '../parts/model-path.ts';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemNote, Skeleton } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';
import { HeldIntervals } from './fleet-intervals.tsx';
import { ElasticityMap } from './fleet-map.tsx';

type Bin = OverviewDistribution['error'][number];
/** Filters of the overview that lead on from here. */
type Drill = (filter: Readonly<Record<string, string | number | null>>) => string;

const WORST = 10;

export function FleetPage() {
  const { t, f } = useSession();
  const { query, change } = useQuery();
  const { merchant, productType } = query;
  const chosen = { merchant, productType };
  const all = useResource<OverviewSummary>('/api/overview/summary').data;
  const summary = useResource<OverviewSummary>(withQuery('/api/overview/summary', chosen));
  const found = useResource<OverviewDistribution>(withQuery('/api/overview/distribution', chosen));
  const drill: Drill = (filter) => withQuery('/', { ...chosen, ...filter });
  const problem = found.problem ?? summary.problem;
  return (
    <Page
      title={t('navFleet')}
      lead={summary.data && t('fleetLead', { cells: f.number(summary.data.cells) })}
      actions={
        all && (
          <>
            {all.merchants.length > 1 && (
              <MerchantSelect
                names={all.merchants}
                value={merchant ?? ''}
                onChoose={(name) => change({ merchant: name })}
              />
            )}
            {all.productTypes.length > 1 && (
              <ProductTypeSelect
                names={all.productTypes}
                value={productType ?? ''}
                onChoose={(name) => change({ productType: name })}
              />
            )}
          </>
        )
      }
    >
      {problem && (
        <ProblemNote
          problem={problem}
          retry={() => {
            found.reload();
            summary.reload();
          }}
        />
      )}
      {!problem && !(found.data && summary.data) && <Skeleton lines={8} />}
      {found.data && summary.data && <Fleet found={found.data} summary={summary.data} drill={drill} chosen={chosen} />}
    </Page>
  );
}

interface FleetProps {
  readonly found: OverviewDistribution;
  readonly summary: OverviewSummary;
  readonly drill: Drill;
  readonly chosen: Readonly<Record<string, string | undefined>>;
}

function Fleet({ found, summary, drill, chosen }: FleetProps) {
  const { t, f } = useSession();
  if (summary.models === 0) return <Empty icon="train" title={t('fleetNone')} />;
  return (
    <>
      <div class="columns">
        <Card title={t('fleetErrors')} note={t('fleetErrorsNote')}>
          <Histogram
            bins={found.error}
            labelOf={(bin) => binWord(bin, (value) => f.percent(value), t)}
            edge={(value) => f.percent(value)}
            hrefOf={({ from, to }) => drill({ errorFrom: from, errorTo: to, sort: 'wape', order: 'desc' })}
          />
        </Card>
        <Card title={t('fleetElasticities')} note={t('fleetElasticitiesNote')}>
          <Histogram
            bins={found.elasticity}
            labelOf={(bin) => binWord(bin, (value) => f.number(value, 2), t)}
            edge={(value) => f.number(value, 2)}
            hrefOf={({ from, to }) => drill({ elasticityFrom: from, elasticityTo: to, sort: 'elasticity' })}
          />
        </Card>
      </div>
      <Card title={t('fleetMap')} note={t('fleetMapNote')}>
        <ElasticityMap map={found.map} drill={drill} />
      </Card>
      <Card title={t('fleetHeld')}>
        <HeldIntervals months={found.intervals} />
      </Card>
      <div class="columns">
        <Card title={t('fleetShare')}>
          <Stages summary={summary} drill={drill} />
        </Card>
        <Card title={t('fleetReasons')}>
          <Reasons summary={summary} drill={drill} />
        </Card>
      </div>
      <div class="columns">
        {found.productTypes.length > 1 && (
          <Groups
            title={t('fleetByType')}
            list="types"
            groups={found.productTypes}
            hrefOf={(name) => drill({ productType: name })}
          />
        )}
        {found.merchants.length > 1 && (
          <Groups
            title={t('fleetByMerchant')}
            list="merchants"
            groups={found.merchants}
            hrefOf={(name) => drill({ merchant: name })}
          />
        )}
      </div>
      <Worst chosen={chosen} />
    </>
  );
}

function Card({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="card pad stack tight">
      <h2>{title}</h2>
      {note && <p class="small muted">{note}</p>}
      {children}
    </section>
  );
}

interface HistogramProps {
  readonly bins: readonly Bin[];
  readonly labelOf: (bin: Bin) => string;
  readonly edge: (value: number) => string;
  readonly hrefOf: (bin: Bin) => string;
}

/** Each bar is a link to its products. Empty bins at both ends are left out. */
function Histogram({ bins, labelOf, edge, hrefOf }: HistogramProps) {
  const { t, f } = useSession();
  const first = bins.findIndex(({ cells }) => cells > 0);
  const shown = first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ cells }) => cells > 0) + 1);
  const most = Math.max(1, ...shown.map(({ cells }) => cells));
  const every = Math.ceil(shown.length / 8);
  return (
    <ul class="histogram">
      {shown.map((bin, i) => {
        const label = t('fleetBar', { label: labelOf(bin), cells: f.number(bin.cells) });
        const mark = bin.from ?? bin.to;
        return (
          <li key={bin.from ?? 'open'}>
            {bin.cells > 0 ? (
              <a href={hrefOf(bin)} title={label} aria-label={label}>
                <span class="bar" style={{ height: `${Math.max(2, (bin.cells / most) * 100)}%` }} />
              </a>
            ) : (
              <span class="no-bar" />
            )}
            <span class="tick" aria-hidden="true">
              {i % every === 0 && mark !== null && (bin.from === null ? `< ${edge(mark)}` : edge(mark))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface Row {
  readonly key: string;
  readonly label: string;
  readonly cells: number;
  readonly href: string;
}

/** Counts as bars that lie, the label before each. */
function Bars({ rows, all }: { readonly rows: readonly Row[]; readonly all: number }) {
  const { t, f } = useSession();
  const columns: readonly Column<Row>[] = [
    { id: 'label', head: t('reason'), headHidden: true, cell: ({ label, href }) => <a href={href}>{label}</a> },
    { id: 'share', head: '%', headHidden: true, cell: ({ cells }) => <Meter share={cells / all} tone="plain" wide /> },
    { id: 'cells', head: t('fleetCells'), num: true, cell: ({ cells }) => f.number(cells) },
  ];
  return <Table columns={columns} rows={rows} keyOf={({ key }) => key} class="compact bars" />;
}

function Stages({ summary, drill }: Pick<FleetProps, 'summary' | 'drill'>) {
  const { lang } = useSession();
  const rows = stageParts(summary, lang).map(({ stage, count }) => ({
    ...{ key: stage, label: codeWords(lang).stages[stage].badge, cells: count },
    href: drill({ stage }),
  }));
  return <Bars rows={rows} all={summary.cells} />;
}

function Reasons({ summary, drill }: Pick<FleetProps, 'summary' | 'drill'>) {
  const { t, lang } = useSession();
  const rows = Object.entries(summary.refusedBy)
    .toSorted(([, a], [, b]) => (b ?? 0) - (a ?? 0))
    .map(([code, cells]) => ({
      ...{ key: code, label: capital(codeWords(lang).reasons[code as ReasonCode]), cells: cells ?? 0 },
      href: drill({ reason: code, recommended: 'false' }),
    }));
  return rows.length === 0 ? <p class="muted">{t('fleetReasonsNone')}</p> : <Bars rows={rows} all={summary.cells} />;
}

type Group = OverviewDistribution['merchants'][number];

interface GroupsProps {
  readonly title: string;
  /** Tells the two apart in the address. */
  readonly list: 'types' | 'merchants';
  readonly groups: readonly Group[];
  readonly hrefOf: (name: string) => string;
}

function Groups({ title, list, groups, hrefOf }: GroupsProps) {
  const { t, f } = useSession();
  const columns: readonly Column<Group>[] = [
    {
      id: 'name',
      head: t('name'),
      namesRow: true,
      sortBy: ({ name }) => name,
      cell: ({ name }) => <a href={hrefOf(name)}>{name}</a>,
    },
    {
      id: 'cells',
      head: t('fleetCells'),
      num: true,
      sortBy: ({ cells }) => cells,
      cell: ({ cells }) => f.number(cells),
    },
    { id: 'error', head: t('error'), num: true, sortBy: ({ wape }) => wape, cell: ({ wape }) => errorWord(wape, f) },
    {
      id: 'elasticity',
      head: t('elasticity'),
      sortBy: ({ elasticity }) => elasticity,
      cell: (group) => (
        <ElasticityFigure
          elasticity={{ value: group.elasticity, low: group.elasticityLow, high: group.elasticityHigh }}
        />
      ),
    },
  ];
  const view = useListView({ rows: groups, columns, name: list, textOf: ({ name }) => name });
  return (
    <Card title={title}>
      {view.tools}
      <div class="table-wrap">
        <Table
          columns={columns}
          rows={view.rows}
          sorting={view.sorting}
          keyOf={({ name }) => name}
          class="compact groups"
        />
      </div>
    </Card>
  );
}

const errorWord = (wape: number | null, f: Formats): string => (wape === null ? '–' : f.percent(wape, 1));

function Worst({ chosen }: Pick<FleetProps, 'chosen'>) {
  const { t, f, lang } = useSession();
  const list = useResource<{ readonly items: readonly OverviewRow[] }>(
    withQuery('/api/overview', { ...chosen, sort: 'wape', order: 'desc', limit: WORST }),
  );
  const why = (reasons: readonly ReasonCode[]): string =>
    reasons.map((code) => capital(codeWords(lang).reasons[code])).join(' · ');
  const columns: readonly Column<OverviewRow>[] = [
    {
      id: 'product',
      head: t('product'),
      namesRow: true,
      cell: ({ merchant, product, reasons }) => (
        <>
          <a href={modelPath(merchant, product)}>{product}</a>
          <small class="block">{merchant}</small>
          <small class="why phone-only">{why(reasons)}</small>
        </>
      ),
    },
    { id: 'error', head: t('error'), num: true, cell: ({ wape }) => errorWord(wape, f) },
    { id: 'rows', head: t('rows'), num: true, cell: ({ rows }) => f.number(rows) },
    {
      id: 'why',
      head: t('notes'),
      class: 'why',
      cell: ({ reasons }) => why(reasons) || '–',
    },
  ];
  return (
    <Card title={t('fleetWorst')}>
      <div class="table-wrap">
        <Table
          columns={columns}
          rows={list.data?.items.filter(({ wape }) => wape !== null) ?? []}
          keyOf={({ merchant, product }) => JSON.stringify([merchant, product])}
          class="compact worst"
        />
      </div>
    </Card>
  );
}
