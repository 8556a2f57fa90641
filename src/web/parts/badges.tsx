/** States as words with a colour: never a bare code, never colour alone. */

import type { CellState, RecommendationStatus, RunItem, TrainingItem } from '../../contract/api.ts';
import type { WebKey } from '../../i18n/web-messages.ts';
import { useSession } from '../session.tsx';

type Tone = '' | 'good' | 'warn' | 'bad' | 'accent';

const CELL: Readonly<Record<CellState, readonly [WebKey, Tone]>> = {
  live: ['stateLive', 'good'],
  candidate: ['stateCandidate', 'accent'],
  unfinished: ['stateUnfinished', 'warn'],
  untrained: ['stateUntrained', ''],
  training: ['stateTraining', 'accent'],
  failed: ['stateFailed', 'bad'],
};
const DECISION: Readonly<Record<RecommendationStatus, readonly [WebKey, Tone]>> = {
  proposed: ['statusProposed', ''],
  reviewed: ['statusReviewed', 'accent'],
  approved: ['statusApproved', 'good'],
  rejected: ['statusRejected', 'bad'],
  exported: ['statusExported', 'good'],
  superseded: ['statusSuperseded', ''],
};
const RUN: Readonly<Record<RunItem['status'], readonly [WebKey, Tone]>> = {
  running: ['runRunning', 'accent'],
  done: ['runDone', 'good'],
  stopped: ['runStopped', 'warn'],
  failed: ['runFailed', 'bad'],
};
const TRAINING: Readonly<Record<TrainingItem['status'], readonly [WebKey, Tone]>> = {
  starting: ['trainingStarting', 'accent'],
  running: ['runRunning', 'accent'],
  stopping: ['trainingStopping', 'warn'],
  stopped: ['runStopped', 'warn'],
  done: ['runDone', 'good'],
  failed: ['runFailed', 'bad'],
};
export const STOP_REASON: Readonly<Record<RunItem['stopReason'], WebKey>> = {
  converged: 'stopConverged',
  'budget used': 'stopBudget',
  interrupted: 'stopInterrupted',
  failed: 'stopFailed',
};

function Badge({ entry: [key, tone] }: { readonly entry: readonly [WebKey, Tone] }) {
  const { t } = useSession();
  return <span class={`badge ${tone}`}>{t(key)}</span>;
}

export const CellBadge = ({ state }: { readonly state: CellState }) => <Badge entry={CELL[state]} />;
export const DecisionBadge = ({ status }: { readonly status: RecommendationStatus }) => <Badge entry={DECISION[status]} />;
export const RunBadge = ({ status }: { readonly status: RunItem['status'] }) => <Badge entry={RUN[status]} />;
export const TrainingBadge = ({ status }: { readonly status: TrainingItem['status'] }) => <Badge entry={TRAINING[status]} />;

/** The key of a state's words, for lists to choose from. */
export const cellStateKey = (state: CellState): WebKey => CELL[state][0];
export const decisionKey = (status: RecommendationStatus): WebKey => DECISION[status][0];
