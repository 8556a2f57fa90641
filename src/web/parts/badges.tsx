/** States as words with a colour: never a bare code, never colour alone. */

import type { OutcomeDocument, RecommendationItem, RunItem, TrainingItem } from '../../contract/api.ts';
import type {
  Alias,
  CellState,
  ExperimentStatus,
  ExperimentVerdict,
  PriceWarning,
  RecommendationStatus,
} from '../../core/vocabulary.ts';
import { codeWords } from '../../i18n/code-words.ts';
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
/** As {@link DECISION}, of one recommendation alone. */
const ONE_DECISION: Readonly<Partial<Record<RecommendationStatus, WebKey>>> = {
  reviewed: 'isReviewed',
  approved: 'isApproved',
  rejected: 'isRejected',
  exported: 'isExported',
  superseded: 'isSuperseded',
};
const ALIAS: Readonly<Record<Alias, readonly [WebKey, Tone]>> = {
  live: ['stateLive', 'good'],
  candidate: ['stateCandidate', 'accent'],
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
const WARNING: Readonly<Record<PriceWarning, readonly [WebKey, Tone]>> = {
  BELOW_COST: ['warningBelowCost', 'bad'],
  OUTSIDE_GUARDRAILS: ['warningGuardrails', 'warn'],
  GAIN_UNKNOWN: ['warningUnknown', 'warn'],
};
const OUTCOME: Readonly<Record<OutcomeDocument['verdict'], readonly [WebKey, Tone]>> = {
  'not exported': ['verdictNotExported', ''],
  'too early': ['verdictEarly', ''],
  'not applied': ['verdictNotApplied', 'warn'],
  better: ['verdictBetter', 'good'],
  worse: ['verdictWorse', 'bad'],
  inconclusive: ['verdictInconclusive', ''],
};
const TEST: Readonly<Record<ExperimentStatus, Tone>> = {
  planned: '',
  running: 'accent',
  finished: 'good',
  stopped: 'warn',
  aborted: 'bad',
};
const TEST_VERDICT: Readonly<Record<ExperimentVerdict, Tone>> = {
  'too early': '',
  answered: 'good',
  inconclusive: 'warn',
  aborted: 'bad',
};

function Badge({ entry: [key, tone] }: { readonly entry: readonly [WebKey, Tone] }) {
  const { t } = useSession();
  return <span class={`badge ${tone}`}>{t(key)}</span>;
}

export const CellBadge = ({ state }: { readonly state: CellState }) => <Badge entry={CELL[state]} />;
export const AliasBadge = ({ alias }: { readonly alias: Alias }) => <Badge entry={ALIAS[alias]} />;
export const DecisionBadge = ({ status }: { readonly status: RecommendationStatus }) => (
  <Badge entry={[ONE_DECISION[status] ?? DECISION[status][0], DECISION[status][1]]} />
);
export const RunBadge = ({ status }: { readonly status: RunItem['status'] }) => <Badge entry={RUN[status]} />;
export const TrainingBadge = ({ status }: { readonly status: TrainingItem['status'] }) => (
  <Badge entry={TRAINING[status]} />
);

export const OutcomeBadge = ({ verdict }: Pick<OutcomeDocument, 'verdict'>) => <Badge entry={OUTCOME[verdict]} />;

export function TestBadge({ status }: { readonly status: ExperimentStatus }) {
  const { lang } = useSession();
  return <span class={`badge ${TEST[status]}`}>{codeWords(lang).experimentStatuses[status]}</span>;
}
export function TestVerdictBadge({ verdict }: { readonly verdict: ExperimentVerdict }) {
  const { lang } = useSession();
  return <span class={`badge ${TEST_VERDICT[verdict]}`}>{codeWords(lang).experimentVerdicts[verdict]}</span>;
}

/** What is to be said of the price that stands for a recommendation. */
export const PriceWarnings = ({ item }: { readonly item: Pick<RecommendationItem, 'warnings'> }) => (
  <>
    {item.warnings.map((code) => (
      <Badge key={code} entry={WARNING[code]} />
    ))}
  </>
);

/** The keys of the states' words, for lists to choose from. */
export const cellStateKey = (state: CellState): WebKey => CELL[state][0];
export const decisionKey = (status: RecommendationStatus): WebKey => DECISION[status][0];
export const runStatusKey = (status: RunItem['status']): WebKey => RUN[status][0];
