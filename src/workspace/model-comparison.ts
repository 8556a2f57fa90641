import type { CompareDocument, ComparedModel, ShowDocument } from '../contract/documents.ts';
import type { RunEvent } from '../contract/store/runs.ts';
import { DAILY_SPECS, type Spec } from '../core/regression/hyper-parameters.ts';
import { type ErrorHistory, errorOf, metricOf } from '../core/training/history.ts';
import type { ComparedField } from '../core/vocabulary.ts';

export function convergencePoints(history: ErrorHistory): ShowDocument['convergence'] {
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  const error = errorOf(history);
  const train = metricOf(history, 'trainError');
  return Array.from(history.iterations, (iteration, i) => ({
    iteration,
    error: finite(error[i]),
    trainError: finite(train[i]),
  }));
}

export function checkpointInterval(events: readonly RunEvent[]): number | null {
  const every = events.find((event) => event.kind === 'checkpoints')?.detail.every;
  return typeof every === 'number' ? every : null;
}

type FieldValue = string | number | boolean | null;

/** Fields in which compared models differ. */
export function differencesOf(models: readonly ComparedModel[]): CompareDocument['differences'] {
  const compared: Readonly<Record<ComparedField, (model: ComparedModel) => FieldValue>> = {
    iterations: (m) => m.iterations,
    ownRows: (m) => m.ownRows,
    wape: (m) => m.error.wape,
    simulatedError: (m) => (m.errorKind === 'simulated' ? (m.convergence.at(-1)?.error ?? null) : null),
    elasticity: (m) => m.elasticity?.value ?? null,
    currentPrice: (m) => m.recommendation.current.price,
    price: (m) => m.recommendation.price,
    expectedDemand: (m) => m.recommendation.expectedDemand.value,
    expectedProfit: (m) => m.recommendation.expectedProfit.value,
    recommended: (m) => m.recommendation.recommended,
  };
  const ofSpec = (Object.keys(DAILY_SPECS[0] as Spec) as (keyof Spec)[]).map(
    (field) => [field, (m: ComparedModel): FieldValue => heaviest(m.spec)[field]] as const,
  );
  return [...Object.entries(compared), ...ofSpec]
    .map(([field, of]) => ({ field, values: models.map(of) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** The spec that weighs most in a model's forecasts. */
function heaviest(specs: unknown): Spec {
  return (specs as readonly (Spec & { weight: number })[]).reduce((best, spec) =>
    spec.weight > best.weight ? spec : best,
  );
}
