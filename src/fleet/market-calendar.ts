/**
 * The market as it was known on each day of a calendar of origins: pooled models fitted once per origin, seen by each
 * cell without itself.
 */

import { cellKey } from '../contract/cell-name.ts';
import type { EffectEstimate } from '../core/demand/effects.ts';
import { MarketShapes, PRIOR_SHARES, type ShapeEvidence, type ShapeShares } from '../core/demand/price-shape.ts';
import {
  type CellEstimate,
  CONTROL_EFFECT,
  ELASTICITY_EFFECT,
  fitMarketModel,
  type MarketModel,
  priorFor,
} from '../core/market/pooling.ts';
import { mean } from '../core/math/summary.ts';
import { type CellPrior, DEFAULT_PRIORS } from '../core/regression/prior.ts';
import type { ColumnGroup, Pooling } from '../core/vocabulary.ts';
import type { DatedPrior } from './cell-fit.ts';

/** Pooling learns little more from further cells, and memory must not grow with the fleet. */
export const MAX_POOLED_CELLS = 1_000;
/** A prior is never narrower than this: cells differ by more than a pooled variance of nearly nothing would claim. */
const SMALLEST_VARIANCE = { price: 0.04, other: 0.0025 } as const;

export interface CellName {
  readonly merchant: string;
  readonly product: string;
  readonly productType: string;
}

/**
 * Origins that serve training: the last day, each fold's and then every 12 weeks for cells that ended earlier. Latest
 * first.
 */
export function trainingOrigins(lastDay: number, firstDay: number, foldHorizonDays: number): number[] {
  const origins: number[] = [];
  for (let k = 0; k <= 5; k++) origins.push(lastDay - k * foldHorizonDays);
  for (let day = (origins.at(-1) as number) - 84; day > firstDay + 60 && origins.length < 18; day -= 84)
    origins.push(day);
  return origins;
}

/** A cell's own estimates, as numbers alone: every thread holds those of all cells, and asks for one cell's. */
interface OwnEstimates {
  readonly cell: CellName;
  /**
   * An entry an origin, null where the cell had too few rows: the place of its names in `effectNames`, then value and
   * variance of each.
   */
  readonly estimates: readonly (readonly number[] | null)[];
}

interface CalendarParts {
  readonly origins: readonly number[];
  readonly models: readonly MarketModel[];
  readonly effectNames: readonly (readonly string[])[];
  /** By cell. */
  readonly own: ReadonlyMap<string, OwnEstimates>;
  readonly shapes: ReadonlyMap<string, SharedShapes>;
  readonly pooling: Pooling;
}

/** A calendar as plain data, but for numbers that are not finite. */
export interface CalendarDocument {
  readonly origins: readonly number[];
  readonly pooling: Pooling;
  readonly models: readonly MarketModel[];
  /** Names of effects that cells have together, each list once. */
  readonly effectNames: readonly (readonly string[])[];
  readonly cells: readonly OwnEstimates[];
  /** By scope (see {@link scopeOf}), then by cell. */
  readonly shapes: readonly (readonly [scope: string, evidence: readonly (readonly [string, ShapeEvidence])[]])[];
}

/** Market models by origin, with the estimates that went into them. */
export class MarketCalendar {
  readonly origins: readonly number[];
  private readonly models: readonly MarketModel[];
  private readonly effectNames: CalendarParts['effectNames'];
  private readonly own: CalendarParts['own'];
  private readonly shapes: ReadonlyMap<string, SharedShapes>;
  private readonly pooling: Pooling;

  private constructor({ origins, models, effectNames, own, shapes, pooling }: CalendarParts) {
    this.origins = origins;
    this.models = models;
    this.effectNames = effectNames;
    this.own = own;
    this.shapes = shapes;
    this.pooling = pooling;
  }

  /**
   * @param origins latest first; @param estimates per cell, one entry an origin, null where the cell had too few rows
   * by then
   */
  static fit(
    origins: readonly number[],
    estimates: readonly {
      readonly cell: CellName;
      readonly byOrigin: readonly (Readonly<Record<string, EffectEstimate>> | null)[];
      readonly shape: ShapeEvidence | null;
    }[],
    pooling: Pooling,
  ): MarketCalendar {
    const own = new Map<string, (CellEstimate | null)[]>();
    for (const { cell } of estimates) own.set(cellKey(cell), []);
    origins.forEach((_, o) => {
      const found = estimates.map(({ cell, byOrigin }) => {
        const { merchant, product, productType } = cell;
        const effects = byOrigin[o];
        return effects ? { merchant, product, productType, effects } : null;
      });
      controlledPrices(found, pooling).forEach((estimate, c) => {
        own.get(cellKey((estimates[c] as { cell: CellName }).cell))?.push(estimate);
      });
    });
    const models = origins.map((_, o) => {
      const members: CellEstimate[] = [];
      for (const list of own.values()) {
        const estimate = list[o];
        if (estimate) members.push(estimate);
      }
      return fitMarketModel(members, { pooling });
    });
    const shapes = sharedShapes(evidenceByScope(estimates, pooling));
    return new MarketCalendar({ origins, models, ...packed(own), shapes, pooling });
  }

  document(): CalendarDocument {
    const { origins, pooling, models, effectNames, own, shapes } = this;
    return {
      origins,
      pooling,
      models,
      effectNames,
      cells: [...own.values()],
      shapes: [...shapes].map(([scope, { evidence }]) => [scope, [...evidence]]),
    };
  }

  /** The calendar of a document: it knows exactly what the one that was written knew. */
  static of({ cells, shapes, ...parts }: CalendarDocument): MarketCalendar {
    const own = new Map(cells.map((estimates) => [cellKey(estimates.cell), estimates]));
    const scopes = new Map(
      shapes.map(([scope, evidence]) => [scope, new Map(evidence.map(([cell, one]) => [cell, ofAllShapes(one)]))]),
    );
    return new MarketCalendar({ ...parts, own, shapes: sharedShapes(scopes) });
  }

  /** How common each shape of the price term is among the other cells of the product type. */
  shapeFor(cell: CellName): ShapeShares {
    const scope = this.shapes.get(scopeOf(cell, this.pooling));
    if (!scope) return PRIOR_SHARES;
    const own = scope.evidence.get(cellKey(cell));
    return scope.shapes.shares(own ? [own] : []);
  }

  /** The market's priors for a cell at every origin, without the cell itself. Latest first. */
  priorsFor(cell: CellName): DatedPrior[] {
    const own = this.own.get(cellKey(cell));
    return this.origins.map((day, o) => ({
      day,
      prior: cellPrior(this.models[o] as MarketModel, cell, own && this.estimateOf(own, o)),
    }));
  }

  private estimateOf({ cell, estimates }: OwnEstimates, origin: number): CellEstimate | undefined {
    const numbers = estimates[origin];
    if (!numbers) return undefined;
    const names = this.effectNames[numbers[0]];
    const effects = names.map((name, e) => [name, { value: numbers[1 + 2 * e], variance: numbers[2 + 2 * e] }]);
    return { ...cell, effects: Object.fromEntries(effects) };
  }
}

/** Estimates as numbers, and the lists of names that they share. Cells that never had rows enough have none. */
function packed(
  cells: ReadonlyMap<string, readonly (CellEstimate | null)[]>,
): Pick<CalendarParts, 'effectNames' | 'own'> {
  const places = new Map<string, number>();
  const effectNames: string[][] = [];
  const numbersOf = ({ effects }: CellEstimate): number[] => {
    const names = Object.keys(effects);
    const key = JSON.stringify(names);
    const place = places.get(key) ?? effectNames.push(names) - 1;
    places.set(key, place);
    return [place, ...names.flatMap((name) => [effects[name].value, effects[name].variance])];
  };
  const own = new Map<string, OwnEstimates>();
  for (const [key, list] of cells) {
    const found = list.find((estimate) => estimate !== null);
    if (!found) continue;
    const { merchant, product, productType } = found;
    const estimates = list.map((estimate) => estimate && numbersOf(estimate));
    own.set(key, { cell: { merchant, product, productType }, estimates });
  }
  return { effectNames, own };
}

/**
 * One market model's prior for a cell. Its means are the market's; its variances lie between a floor and the default of
 * their group, as a season that differs widely between products is still better shrunk for forecasting. Season is left
 * to the cell: pooled seasons of unlike products made forecasts worse (produce, windows until 2022-05-06 and
 * 2022-09-23).
 */
function cellPrior(model: MarketModel, cell: CellName, own?: CellEstimate): CellPrior {
  const prior: Record<string, { mean: number; variance: number }> = {};
  for (const [name, effect] of Object.entries(priorFor(model, cell, own))) {
    const group = groupOf(name);
    if (group === 'season') continue;
    const variance =
      group === 'price'
        ? Math.max(effect.variance, SMALLEST_VARIANCE.price)
        : Math.min(Math.max(effect.variance, SMALLEST_VARIANCE.other), DEFAULT_PRIORS[group].variance);
    prior[name] = { mean: effect.mean, variance };
  }
  return prior;
}

function groupOf(effect: string): ColumnGroup {
  if (effect.startsWith('weekday')) return 'weekday';
  const group = effect.split(':')[0] as string;
  return group in DEFAULT_PRIORS ? (group as ColumnGroup) : 'covariate';
}

/** A cell's own effects by name. */
type Estimated = Omit<CellEstimate, 'effects'> & { readonly effects: Readonly<Record<string, EffectEstimate>> };

/**
 * Price effects that are controlled by an instrument, told what the control does in the other cells: shops follow
 * demand alike, and one cell hardly knows how. The error of the first stage is counted by what is believed of the control,
 * not by the cell's own find, which is small where its price effect came out too large.
 */
function controlledPrices(cells: readonly (Estimated | null)[], pooling: Pooling): (CellEstimate | null)[] {
  const found = evenlyControlled(cells);
  const controls = found.map((cell) => {
    const control = cell?.effects[CONTROL_EFFECT];
    return cell && control && { ...cell, effects: { [CONTROL_EFFECT]: control } };
  });
  const told = controls.filter((cell) => cell !== undefined && cell !== null);
  if (told.length === 0) return [...cells];
  const market = fitMarketModel(told, { pooling });
  return found.map((cell, c) => {
    const control = cell?.effects[ELASTICITY_EFFECT]?.control;
    const own = controls[c];
    if (!cell || !control || !own) return cell;
    const others = priorFor(market, cell, own)[CONTROL_EFFECT];
    const price = cell.effects[ELASTICITY_EFFECT] as EffectEstimate;
    const shared = others && others.cells > 0 ? others : DEFAULT_PRIORS.control;
    const gain = control.covariance / (control.variance + shared.variance);
    const share = control.variance / (control.variance + shared.variance);
    const believed = control.value + share * (shared.mean - control.value);
    const known = {
      value: price.value + gain * (shared.mean - control.value),
      variance: price.variance - gain * control.covariance + believed ** 2 * control.firstStage,
    };
    return { ...cell, effects: { ...cell.effects, [ELASTICITY_EFFECT]: known } };
  });
}

/**
 * Variances as if the instrument moved prices by |passThrough| x its mean over cells rather than by its square: where
 * chance lets the instrument move with the shocks that the price follows, it seems to move the price more and the price
 * effect comes out too high; by their own variances such cells would weigh most (two-stage least squares is biased by
 * just that). Sums of products then stand to each other as in one regression over all cells.
 */
function evenlyControlled(cells: readonly (Estimated | null)[]): readonly (Estimated | null)[] {
  const moves = cells.flatMap((cell) => {
    const control = cell?.effects[ELASTICITY_EFFECT]?.control;
    return control ? [Math.abs(control.passThrough)] : [];
  });
  const usual = moves.length > 0 ? mean(moves) : 0;
  return cells.map((cell) => {
    const price = cell?.effects[ELASTICITY_EFFECT];
    const control = price?.control;
    if (!cell || !control || usual === 0) return cell;
    const ratio = Math.max(Math.abs(control.passThrough), 1e-3 * usual) / usual;
    const even = {
      ...control,
      variance: control.variance * ratio,
      covariance: control.covariance * ratio,
      firstStage: control.firstStage * ratio,
    };
    const effects = {
      ...cell.effects,
      [CONTROL_EFFECT]: { value: control.value, variance: even.variance },
      [ELASTICITY_EFFECT]: { value: price.value, variance: price.variance * ratio, control: even },
    };
    return { ...cell, effects };
  });
}

interface SharedShapes {
  readonly shapes: MarketShapes;
  /** By cell. */
  readonly evidence: ReadonlyMap<string, ShapeEvidence>;
}

/** Documents from before demand could bend more than exponential: what was not looked at is as likely as that. */
function ofAllShapes(evidence: ShapeEvidence): ShapeEvidence {
  return PRIOR_SHARES.map((_, s) => evidence[Math.min(s, evidence.length - 1)]);
}

type EvidenceByScope = Map<string, Map<string, ShapeEvidence>>;

function evidenceByScope(
  estimates: readonly { readonly cell: CellName; readonly shape: ShapeEvidence | null }[],
  pooling: Pooling,
): EvidenceByScope {
  const scopes: EvidenceByScope = new Map();
  for (const { cell, shape } of estimates) {
    if (!shape || pooling === 'none') continue;
    const key = scopeOf(cell, pooling);
    const scope = scopes.get(key) ?? new Map<string, ShapeEvidence>();
    scopes.set(key, scope.set(cellKey(cell), shape));
  }
  return scopes;
}

/** A product type's cells share their shapes, and start from what the merchant's other types have. */
function sharedShapes(scopes: EvidenceByScope): Map<string, SharedShapes> {
  const wider = Map.groupBy(scopes, ([scope]) => merchantOf(scope));
  const shapes = new Map<string, SharedShapes>();
  for (const types of wider.values()) {
    const all = new MarketShapes(types.flatMap(([, evidence]) => [...evidence.values()]));
    for (const [scope, evidence] of types) {
      const cells = [...evidence.values()];
      shapes.set(scope, { shapes: new MarketShapes(cells, all.priorOf(cells)), evidence });
    }
  }
  return shapes;
}

/** Shapes are shared within a product type, and within a merchant where pooling stays there. */
function scopeOf(cell: CellName, pooling: Pooling): string {
  return JSON.stringify([pooling === 'merchant' ? cell.merchant : null, cell.productType]);
}

/** Null where all merchants are pooled. */
function merchantOf(scope: string): string | null {
  return (JSON.parse(scope) as [string | null, string])[0];
}

export function nameOf({ merchant, product, productType }: CellName): CellName {
  return { merchant, product, productType };
}

/** Order of cells that does not depend on how threads finish. */
export function compareNames(a: CellName, b: CellName): number {
  if (a.merchant !== b.merchant) return a.merchant < b.merchant ? -1 : 1;
  if (a.product !== b.product) return a.product < b.product ? -1 : 1;
  return 0;
}
