/** How the model of a cell came to be: its error by iteration, and what was decided on the way. */

import { convergenceOf } from '../../charts/chart-options.ts';
import { fieldValue, fieldWord } from '../../i18n/code-words.ts';
import { ConvergenceFigure } from '../parts/convergence-figure.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Note } from '../parts/states.tsx';
import { type Column, Table } from '../parts/table.tsx';
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
            <span class="muted">
              {t('convergenceLead', { iterations: f.number(model.iterations), points: f.number(convergence.length) })}
            </span>
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
  const columns: readonly Column<string>[] = [
    { id: 'spec', head: t('spec'), namesRow: true, cell: (field) => fieldWord(field, lang) },
    ...sorted.map(
      (spec, i): Column<string> => ({
        id: String(i),
        head: t('specWeight', { share: f.percent(spec.weight) }),
        num: true,
        cell: (field) => fieldValue(field, spec[field] ?? null, lang),
      }),
    ),
  ];
  return (
    <section class="card">
      <div class="card-head">
        <h2>{t('specsTitle')}</h2>
      </div>
      <ScrollBox label={t('specsTitle')}>
        <Table class="compact" columns={columns} rows={fields} keyOf={(field) => field} />
      </ScrollBox>
    </section>
  );
}
