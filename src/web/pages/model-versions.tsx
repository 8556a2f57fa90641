/** The versions of a cell's model: which is live, which may follow, and the way back. */

import { useState } from 'preact/hooks';
import type { VersionList } from '../../contract/api.ts';
import { ApiProblem, apiPath, sendJson } from '../api-client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { ProblemNote, problemText, Skeleton } from '../parts/states.tsx';
import { useQuery } from '../parts/use-query.ts';
import { useSession } from '../session.tsx';
import { showToast } from '../toasts.tsx';
import { forgetSeen, useResource } from '../use-resource.ts';
import type { TabProps } from './model-tab.ts';

export function VersionsTab({ view, reload }: TabProps) {
  const { t, f, may } = useSession();
  const { hrefWith } = useQuery();
  const { merchant, product } = view.show.model;
  const versions = useResource<VersionList>(`${apiPath('models', merchant, product)}/versions`);
  const [chosen, setChosen] = useState<number | null>(null);
  if (versions.problem) return <ProblemNote problem={versions.problem} retry={versions.reload} />;
  if (!versions.data) return <Skeleton lines={5} />;
  const items = [...versions.data.items].sort((a, b) => b.version - a.version);
  const live = items.find((item) => item.aliases.includes('live'))?.version ?? null;

  async function makeLive(version: number, before: number | null): Promise<void> {
    try {
      await sendJson('POST', `${apiPath('models', merchant, product)}/alias`, { alias: 'live', version });
      showToast(t('versionNowLive', { version }), before === null ? undefined : { label: t('undo'), run: () => makeLive(before, null) });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast(problemText(error, t('unreachable')));
    }
    forgetSeen();
    versions.reload();
    reload();
  }
  return (
    <section class="card">
      <ScrollBox label={t('tabVersions')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('version')}</th>
              <th scope="col">{t('trainedAt')}</th>
              <th scope="col" class="num">
                {t('iterations')}
              </th>
              <th scope="col" class="num">
                {t('rows')}
              </th>
              <th scope="col" class="num">
                {t('error')}
              </th>
              <th scope="col" class="num">
                {t('elasticity')}
              </th>
              <th scope="col">
                <span class="hidden-text">{t('actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.modelId}>
                <td>
                  <a href={hrefWith({ version: item.version === live ? null : item.modelId, tab: null })}>{t('modelVersion', { version: item.version })}</a>{' '}
                  {item.aliases.map((alias) => (
                    <span key={alias} class={`badge ${alias === 'live' ? 'good' : 'accent'}`}>
                      {t(alias === 'live' ? 'stateLive' : 'stateCandidate')}
                    </span>
                  ))}
                </td>
                <td class="nowrap">{f.time(item.trainedAt)}</td>
                <td class="num">{item.iterations === 0 ? t('exactSolver') : f.number(item.iterations)}</td>
                <td class="num">{f.number(item.ownRows)}</td>
                <td class="num">{item.error.wape === null ? '–' : f.percent(item.error.wape, 1)}</td>
                <td class="num">{item.elasticity === null ? '–' : f.number(item.elasticity.value, 2)}</td>
                <td class="num">
                  {item.version !== live && may('train') && (
                    <button type="button" class="button small" onClick={() => setChosen(item.version)}>
                      {t(live !== null && item.version < live ? 'rollback' : 'makeLive')}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {chosen !== null && (
        <Dialog
          title={t('makeLiveTitle', { version: chosen })}
          onClose={() => setChosen(null)}
          onSubmit={() => {
            makeLive(chosen, live);
            setChosen(null);
          }}
          submit={t('makeLive')}
        >
          <p>{t('makeLiveLead')}</p>
        </Dialog>
      )}
    </section>
  );
}
