/** What the history of a run says: advice, figures, and what each search round changed. */

import type { HistoryDocument } from '../../contract/api.ts';
import type { HistoryAnalysisDocument } from '../../contract/documents.ts';
import { fieldValue, fieldWord } from '../../i18n/code-words.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Facts } from '../parts/facts.tsx';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';

const ADVICE: Readonly<Record<HistoryAnalysisDocument['advice']['code'], WebKey>> = {
  KEEP_TRAINING: 'adviceKeep',
  ENOUGH: 'adviceEnough',
  NOT_FINITE: 'adviceNotFinite',
  NO_ERROR: 'adviceNoError',
};

export function Advice({ advice }: Pick<HistoryAnalysisDocument, 'advice'>) {
  const { t, f } = useSession();
  return (
    <Note icon={advice.code === 'ENOUGH' ? 'check' : 'info'}>
      <p>{t(ADVICE[advice.code], { iterations: f.number(advice.iterations) })}</p>
    </Note>
  );
}

interface RunFactsProps {
  readonly run: HistoryDocument['run'];
  readonly analysis: HistoryAnalysisDocument | null;
}

export function RunFacts({ run, analysis }: RunFactsProps) {
  const { t, f } = useSession();
  const { bestError = null, bestIteration = null, plateauSince = null, improvementPer1000 = null } = analysis ?? {};
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
    [t('plateauSince'), plateauSince === null ? '–' : f.number(plateauSince)],
    [t('fallPer1000'), share(improvementPer1000)],
    [t('duration'), f.duration(run.seconds)],
    [t('seed'), String(run.seed)],
  ];
  return (
    <section class="card pad stack tight">
      <h2>{t('analysis')}</h2>
      <Facts facts={facts} />
    </section>
  );
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
        <span class="muted nowrap">
          {f.percent(round.errorBefore, 1)} → {f.percent(round.errorAfter, 1)}
        </span>
      )}
    </>
  );
}
