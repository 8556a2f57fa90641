/** What the history of a run says: figures, and what each search round changed. */

import type { HistoryDocument } from '../../contract/api.ts';
import type { HistoryAnalysisDocument } from '../../contract/documents.ts';
import { fieldValue, fieldWord } from '../../i18n/code-words.ts';
import type { WebTranslate } from '../../i18n/web-messages.ts';
import type { Formats } from '../formats.ts';
import { Facts } from '../parts/facts.tsx';
import { useSession } from '../session.tsx';

interface RunFactsProps {
  readonly run: HistoryDocument['run'];
  readonly analysis: HistoryAnalysisDocument | null;
}

export function RunFacts({ run, analysis }: RunFactsProps) {
  const { t, f } = useSession();
  const { bestError = null, bestIteration = null } = analysis ?? {};
  const share = (value: number | null): string => (value === null ? '–' : f.percent(value, 2));
  const facts: readonly (readonly [string, string])[] = [
    [t('startedAt'), f.time(run.startedAt)],
    [t('iterations'), f.number(run.iterations)],
    [t('points'), f.number(run.points)],
    [t('firstError'), share(run.firstError)],
    [
      t('best'),
      bestError === null ? '–' : t('bestAt', { error: share(bestError), iteration: f.number(bestIteration ?? 0) }),
    ],
    [t('lastError'), share(run.lastError)],
    [t('duration'), f.duration(run.seconds)],
    [t('seed'), String(run.seed)],
    ...machineFacts(run, t, f),
  ];
  return (
    <section class="card pad stack tight">
      <h2>{t('analysis')}</h2>
      <Facts facts={facts} />
    </section>
  );
}

/** Nothing of runs before it was measured. */
function machineFacts(
  { cpuSeconds, peakMemory, rowsPerSecond }: HistoryDocument['run'],
  t: WebTranslate,
  f: Formats,
): readonly (readonly [string, string])[] {
  if (cpuSeconds === null) return [];
  return [
    [t('machineCpu'), f.duration(cpuSeconds)],
    [t('machineMemory'), `${f.number((peakMemory ?? 0) / 1e6)} MB`],
    [t('machineRows'), f.number(rowsPerSecond ?? 0)],
  ];
}

type Round = HistoryAnalysisDocument['searchRounds'][number];

/** @param rounds null while they are on their way */
export function SearchRounds({ rounds }: { readonly rounds: readonly Round[] | null }) {
  const { t, f } = useSession();
  return (
    <section class="card pad stack tight">
      <h2>{t('searchRounds')}</h2>
      {rounds?.length === 0 && <p class="muted">{t('noSearchRounds')}</p>}
      {rounds && rounds.length > 0 && (
        <ul class="rounds">
          {rounds.map((round) => (
            <li key={round.iteration}>
              <span class="muted">{t('atIteration', { iteration: f.number(round.iteration) })}</span>
              <Adopted round={round} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Adopted({ round }: { readonly round: Round }) {
  const { t, f, lang } = useSession();
  if (!round.adopted) return <span>{t('nothingAdopted')}</span>;
  const changes = round.changes.map(
    ({ field, from, to }) =>
      `${fieldWord(field, lang)}: ${fieldValue(field, from, lang)} → ${fieldValue(field, to, lang)}`,
  );
  return (
    <>
      <span>{changes.join(', ')}</span>
      {round.errorBefore !== null && round.errorAfter !== null && (
        <span class="muted nowrap">{changeWords(round.errorBefore, round.errorAfter, f, t('searchSameError'))}</span>
      )}
    </>
  );
}

/** With as many digits as it takes to see the change, at most three. */
function changeWords(before: number, after: number, f: Formats, same: string): string {
  for (const digits of [1, 2, 3] as const) {
    const [from, to] = [f.percent(before, digits), f.percent(after, digits)];
    if (from !== to) return `${from} → ${to}`;
  }
  return same;
}
