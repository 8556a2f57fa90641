/** How the model of a cell came to be: its error by iteration, and what was decided on the way. */

import { convergenceOf } from '../../charts/chart-options.ts';
import { fieldValue, fieldWord } from '../../contract/words.ts';
import { ConvergenceFigure } from '../parts/convergence-figure.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';
import type { TabProps } from './model-tab.ts';

interface WeighedSpec extends Readonly<Record<string, string | number | boolean>> {
  readonly weight: number;
}

export function ConvergenceTab({ view, palette }: TabProps) {
  const { t, f } = useSession();
  const { model, convergence } = view.show;
  return (
    <>
      {convergence.length === 0 ? (
        <Note>{t('noConvergence')}</Note>
      ) : (
        <>
          <p class="row between">
            <span class="muted">{t('convergenceLead', { iterations: f.number(model.iterations), points: f.number(convergence.length) })}</span>
            <a href={`/history/${encodeURIComponent(model.runId)}`}>{t('goRun')}</a>
          </p>
          <ConvergenceFigure training={convergenceOf(view)} palette={palette} />
        </>
      )}
      <Specs specs={view.show.spec as readonly WeighedSpec[]} />
    </>
  );
}

/** The components of the model, heaviest first, as a table of what tells them apart. */
function Specs({ specs }: { readonly specs: readonly WeighedSpec[] }) {
  const { t, f, lang } = useSession();
  const sorted = [...specs].sort((a, b) => b.weight - a.weight);
  const fields = Object.keys(sorted[0] ?? {}).filter((field) => field !== 'weight');
  return (
    <section class="card">
      <div class="card-head">
        <h2>{t('specsTitle')}</h2>
      </div>
      <ScrollBox label={t('specsTitle')}>
        <table class="table compact">
          <thead>
            <tr>
              <th scope="col">{t('spec')}</th>
              {sorted.map((spec, i) => (
                <th scope="col" class="num" key={i}>
                  {t('specWeight', { share: f.percent(spec.weight) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row">{fieldWord(field, lang)}</th>
                {sorted.map((spec, i) => (
                  <td class="num" key={i}>
                    {fieldValue(field, spec[field] ?? null, lang)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
