/** Starting a training: which cells, how deep, with every default explained; below, the trainings so far. */

import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { OverviewRow, OverviewSummary, TrainingItem, TrainingOptionsBody } from '../../contract/api.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { ApiProblem, getJson, sendJson, withQuery } from '../api-client.ts';
import { TrainingBadge } from '../parts/badges.tsx';
import { type CellName, readCells } from '../parts/cell-names.ts';
import { Icon } from '../parts/icon.tsx';
import { Page } from '../parts/page.tsx';
import { Select } from '../parts/select.tsx';
import { Empty, Note, ProblemNote, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { useResource } from '../use-resource.ts';

type Scope = 'all' | 'untrained' | 'some' | 'named';
const DEPTHS = ['exact', 'quick', 'normal', 'deep', 'own'] as const;
type Depth = (typeof DEPTHS)[number];
const DEPTH_ITERATIONS: Readonly<Record<Depth, number | null>> = { exact: null, quick: 2_000, normal: 10_000, deep: 100_000, own: null };
const DEPTH_WORDS: Readonly<Record<Depth, readonly [WebKey, WebKey]>> = {
  exact: ['depthExact', 'depthExactHint'],
  quick: ['depthQuick', 'depthQuickHint'],
  normal: ['depthNormal', 'depthNormalHint'],
  deep: ['depthDeep', 'depthDeepHint'],
  own: ['depthOwn', 'depthOwnHint'],
};
/** Whole numbers that a user may set, with the default that holds without them. */
const NUMBERS = [
  { name: 'simulatedRows', label: 'optSimulatedRows', hint: 'optSimulatedRowsHint', usual: '300' },
  { name: 'patience', label: 'optPatience', hint: 'optPatienceHint', usual: '' },
  { name: 'searchEvery', label: 'optSearchEvery', hint: 'optSearchEveryHint', usual: '2000' },
  { name: 'checkpointEvery', label: 'optCheckpointEvery', hint: 'optCheckpointEveryHint', usual: '1000' },
  { name: 'seed', label: 'optSeed', hint: 'optSeedHint', usual: '1' },
  { name: 'workers', label: 'optWorkers', hint: 'optWorkersHint', usual: '' },
] as const satisfies readonly { name: keyof TrainingOptionsBody; label: WebKey; hint: WebKey; usual: string }[];
/** A training that runs shows its progress within so long. */
const REFRESH_MS = 4_000;

export function TrainPage() {
  const { t, f, may } = useSession();
  const trainings = useResource<{ readonly items: readonly TrainingItem[] }>('/api/trainings?limit=20', REFRESH_MS);
  return (
    <Page title={t('navTrain')} lead={t('trainLead')}>
      {may('train') ? <StartForm /> : <Note>{t('trainNotAllowed')}</Note>}
      <section class="stack tight">
        <h2>{t('trainingsTitle')}</h2>
        {trainings.problem && <ProblemNote problem={trainings.problem} retry={trainings.reload} />}
        {trainings.loading && <Skeleton lines={3} />}
        {trainings.data?.items.length === 0 && (
          <Empty icon="train" title={t('noTrainings')}>
            <p>{t('noTrainingsLead')}</p>
          </Empty>
        )}
        {trainings.data && trainings.data.items.length > 0 && (
          <div class="card table-wrap">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('startedAt')}</th>
                  <th scope="col">{t('state')}</th>
                  <th scope="col" class="num">
                    {t('cellsDone')}
                  </th>
                  <th scope="col">{t('depth')}</th>
                </tr>
              </thead>
              <tbody>
                {trainings.data.items.map((training) => (
                  <tr key={training.trainingId}>
                    <td>
                      <a href={`/train/${training.trainingId}`}>{f.time(training.startedAt)}</a>
                    </td>
                    <td>
                      <TrainingBadge status={training.status} />
                      {training.failed > 0 && <small class="bad">{t('someFailed', { count: training.failed })}</small>}
                    </td>
                    <td class="num">
                      {f.number(training.done)} / {f.number(training.cells)}
                    </td>
                    <td>
                      {training.options.iterations === undefined ? t('depthExact') : t('iterationsCount', { count: f.number(training.options.iterations) })}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </Page>
  );
}

function StartForm() {
  const { t, f, session } = useSession();
  const { query } = useQuery();
  const { route } = useLocation();
  const named = readCells(query.cells);
  const summary = useResource<OverviewSummary>('/api/overview/summary').data;
  const [scope, setScope] = useState<Scope>(named.length > 0 ? 'named' : 'all');
  const [merchant, setMerchant] = useState('');
  const [productType, setProductType] = useState('');
  const [depth, setDepth] = useState<Depth>('normal');
  const [iterations, setIterations] = useState('20000');
  const [market, setMarket] = useState(false);
  const [numbers, setNumbers] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const budget = depth === 'own' ? Number(iterations) : DEPTH_ITERATIONS[depth];

  async function start(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const cells =
        scope === 'all' ? null : scope === 'named' ? named : await cellsOf(scope === 'untrained' ? { state: 'untrained' } : { merchant, productType });
      const options: Record<string, unknown> = { ...(budget !== null && { iterations: budget }), ...(market && { market: true }) };
      if (budget !== null) for (const { name } of NUMBERS) if (numbers[name]) options[name] = Number(numbers[name]);
      // A new training of these cells: an interrupted one is gone on with from its own page.
      if (budget !== null) options.fresh = true;
      const { trainingId } = await sendJson<{ trainingId: string }>('POST', '/api/trainings', { ...(cells && { cells }), options });
      route(`/train/${trainingId}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      setBusy(false);
    }
  }
  const scopes: readonly { readonly scope: Scope; readonly label: string }[] = [
    ...(named.length > 0
      ? [{ scope: 'named' as const, label: named.length === 1 ? `${named[0]?.product} · ${named[0]?.merchant}` : t('scopeNamed', { count: named.length }) }]
      : []),
    { scope: 'all', label: summary ? t('scopeAll', { cells: f.number(summary.cells) }) : t('scopeAllPlain') },
    ...((summary?.states.untrained ?? 0) > 0
      ? [{ scope: 'untrained' as const, label: t('scopeUntrained', { cells: f.number(summary?.states.untrained ?? 0) }) }]
      : []),
    { scope: 'some', label: t('scopeSome') },
  ];
  return (
    <form class="card pad stack" onSubmit={start}>
      {problem && <ProblemNote problem={problem} />}
      <fieldset class="stack tight">
        <legend class="legend">{t('scopeTitle')}</legend>
        {scopes.map((choice) => (
          <label class="check" key={choice.scope}>
            <input type="radio" name="scope" checked={scope === choice.scope} onChange={() => setScope(choice.scope)} />
            {choice.label}
          </label>
        ))}
        {scope === 'some' && summary && (
          <div class="row indent">
            <Select
              label={t('merchant')}
              value={merchant}
              choices={[{ value: '', label: t('allMerchants') }, ...summary.merchants.map((value) => ({ value, label: value }))]}
              onChoose={setMerchant}
            />
            <Select
              label={t('productType')}
              value={productType}
              choices={[{ value: '', label: t('allTypes') }, ...summary.productTypes.map((value) => ({ value, label: value }))]}
              onChoose={setProductType}
            />
          </div>
        )}
      </fieldset>
      <fieldset class="stack tight">
        <legend class="legend">{t('depthTitle')}</legend>
        <div class="choices">
          {DEPTHS.map((name) => (
            <label class="choice" key={name}>
              <input type="radio" name="depth" checked={depth === name} onChange={() => setDepth(name)} />
              <span>
                <span class="strong block">{t(DEPTH_WORDS[name][0])}</span>
                <span class="muted small block">{t(DEPTH_WORDS[name][1])}</span>
              </span>
            </label>
          ))}
        </div>
        {depth === 'own' && (
          <label class="field indent">
            <span>{t('iterations')}</span>
            <input
              class="input narrow"
              type="number"
              min={1}
              max={10_000_000}
              required
              value={iterations}
              onInput={(event) => setIterations(event.currentTarget.value)}
            />
          </label>
        )}
      </fieldset>
      <details>
        <summary>{t('advanced')}</summary>
        <div class="stack advanced">
          <label class="check">
            <input type="checkbox" checked={market} onChange={(event) => setMarket(event.currentTarget.checked)} />
            <span>
              {t('optMarket')} <span class="muted small block">{t('optMarketHint')}</span>
            </span>
          </label>
          {budget === null ? (
            <p class="muted small">{t('advancedExact')}</p>
          ) : (
            <div class="option-grid">
              {NUMBERS.map(({ name, label, hint, usual }) => (
                <label class="field" key={name}>
                  <span>{t(label)}</span>
                  <input
                    class="input"
                    type="number"
                    min={name === 'searchEvery' || name === 'simulatedRows' || name === 'seed' ? 0 : 1}
                    placeholder={usual === '' ? t('automatic') : usual}
                    value={numbers[name] ?? ''}
                    onInput={(event) => setNumbers({ ...numbers, [name]: event.currentTarget.value })}
                  />
                  <span class="hint">{t(hint)}</span>
                </label>
              ))}
            </div>
          )}
        </div>
      </details>
      <div class="row">
        <button type="submit" class="button primary" disabled={busy || (summary !== null && summary.cells === 0)}>
          <Icon name="play" />
          {t(busy ? 'starting' : 'startTraining')}
        </button>
        {session.merchant !== null && <span class="muted small">{t('onlyMerchant', { merchant: session.merchant })}</span>}
      </div>
    </form>
  );
}

/** Every cell of a filter, page by page. */
async function cellsOf(filter: Readonly<Record<string, string>>): Promise<readonly CellName[]> {
  const cells: CellName[] = [];
  let cursor: string | null = null;
  do {
    const page: { readonly items: readonly OverviewRow[]; readonly nextCursor: string | null } = await getJson(
      withQuery('/api/overview', { ...filter, limit: 1_000, cursor }),
    );
    cells.push(...page.items.map(({ merchant, product }) => ({ merchant, product })));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return cells;
}
