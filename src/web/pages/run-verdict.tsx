/** What is to be thought of a run: one verdict with its reason, and what the model is of. */

import type { HistoryDocument } from '../../contract/api.ts';
import type { HistoryAnalysisDocument } from '../../contract/documents.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { Note } from '../parts/states.tsx';
import { useSession } from '../session.tsx';

interface VerdictProps {
  readonly history: HistoryDocument;
  /** Null while it is on its way. */
  readonly analysis: HistoryAnalysisDocument | null;
}

interface Judged {
  readonly tone: 'good' | 'info' | 'warn' | 'bad';
  readonly key: WebKey;
}

export function Verdict({ history, analysis }: VerdictProps) {
  const { t, f } = useSession();
  const { run, model } = history;
  const share = (value: number | null): string => (value === null ? '–' : f.percent(value, 2));
  if (run.failure)
    return (
      <Note tone="bad" icon="warning">
        <p>
          <b>{t('verdictFailed')}</b> {run.failure.message}
        </p>
      </Note>
    );
  if (!analysis) return null;
  const { tone, key } = judged(history, analysis);
  return (
    <Note {...(tone === 'warn' || tone === 'bad' ? { tone } : {})} icon={tone === 'good' ? 'check' : 'info'}>
      <p>
        {t(key, {
          iterations: f.number(analysis.advice.iterations),
          done: f.number(run.iterations),
          last: share(analysis.lastError),
          first: share(analysis.firstError),
        })}
      </p>
      {model && (
        <p>
          {t('verdictModel', { version: model.version, iteration: f.number(run.iterations) })}
          {model.error !== null &&
            ` ${t('verdictModelError', { error: share(model.error), last: share(analysis.lastError) })}`}
          {isLuckyDip(analysis) &&
            ` ${t('verdictBest', { error: share(analysis.bestError), iteration: f.number(analysis.bestIteration ?? 0) })}`}
        </p>
      )}
    </Note>
  );
}

const ADVICE: Readonly<Record<HistoryAnalysisDocument['advice']['code'], Judged>> = {
  KEEP_TRAINING: { tone: 'info', key: 'verdictKeep' },
  ENOUGH: { tone: 'good', key: 'verdictEnough' },
  NOT_FINITE: { tone: 'bad', key: 'adviceNotFinite' },
  NO_ERROR: { tone: 'warn', key: 'adviceNoError' },
};

/** One of these, the first that holds: what ended a run badly counts before how its error stood. */
function judged({ run }: HistoryDocument, { advice }: HistoryAnalysisDocument): Judged {
  if (run.status === 'running') return { tone: 'info', key: 'verdictRunning' };
  const { tone } = ADVICE[advice.code];
  if (tone === 'bad') return ADVICE[advice.code];
  if (run.status === 'stopped') return { tone: 'info', key: 'verdictStopped' };
  if (tone !== 'warn' && run.converged === false) return { tone: 'warn', key: 'verdictNotConverged' };
  return ADVICE[advice.code];
}

/** The lowest error lies early on the way, below where it settled. */
function isLuckyDip({ bestError, bestIteration, lastError, points }: HistoryAnalysisDocument): boolean {
  return (
    points > 1 && bestIteration !== null && bestError !== null && lastError !== null && bestError < lastError * 0.999
  );
}
