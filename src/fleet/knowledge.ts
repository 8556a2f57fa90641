/**
 * What all cells of a fleet share: calendar, options of the fit, the market and the specs that its search kept. One
 * document under an id, to and from bytes, so that it crosses to other threads and machines once and not with every
 * cell.
 */

import { createHash } from 'node:crypto';
import type { FeatureColumns } from '../core/boosting/row-features.ts';
import type { TreeEnsemble } from '../core/boosting/tree-ensemble.ts';
import type { PriceRatios } from '../core/demand/trees-part.ts';
import { publishedElasticity } from '../core/market/published-priors.ts';
import {
  COARSE_COUNT_SPECS,
  COARSE_SPECS,
  DAILY_COUNT_SPECS,
  DAILY_SPECS,
  type Spec,
} from '../core/regression/hyper-parameters.ts';
import type { CellPrior } from '../core/regression/prior.ts';
import type { CellSeries, Holiday } from '../core/series/cell-series.ts';
import type { DesignOptions } from '../core/series/design.ts';
import type { Pooling } from '../core/vocabulary.ts';
import type { DatedPrior, FitSettings } from './cell-fit.ts';
import { exactBytes, exactData } from './exact-bytes.ts';
import { type CalendarDocument, MarketCalendar } from './market-calendar.ts';

/** Told where no instrument is to be looked for. */
export const NO_INSTRUMENT = 'none';

/** Specs kept for each product type, frequency and way of selling, by {@link specKey}. */
export type SharedSpecs = ReadonlyMap<string, readonly Spec[]>;

/** How cells are fitted, alike for all of a fleet. */
export interface FitOptions {
  readonly holidays: readonly Holiday[];
  /** Market prices enter as a column. */
  readonly market: boolean;
  /** `cost` or a covariate's name: see DesignOptions. {@link NO_INSTRUMENT}: nor is one looked for. */
  readonly instrument?: string;
  readonly pooling: Pooling;
}

/** Trees as they were known on a day: nothing after it went into them. */
export interface DatedTrees {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly ensemble: TreeEnsemble;
  /** See TreesForecast; missing where prices hardly moved. */
  readonly triedRatios?: PriceRatios;
  /** Of the market on that day: log ratios by product type and by merchant (see MarketTrends). */
  readonly trends: {
    readonly types: readonly (readonly [name: string, trend: number])[];
    readonly merchants: readonly (readonly [name: string, trend: number])[];
  };
}

/** Trees that were learned of all cells of a frequency. */
export interface PooledTrees {
  readonly columns: FeatureColumns;
  /** Periods ahead that they learned to forecast. */
  readonly ahead: number;
  /** Latest first. */
  readonly dated: readonly DatedTrees[];
}

export interface MarketKnowledge extends FitOptions {
  readonly calendar: MarketCalendar;
  /** Cells whose key is not among them are fitted with the whole library. */
  readonly specs: SharedSpecs;
  /** Prices were found to follow demand, and no instrument tells what they do. */
  readonly pricesFollow?: true;
  /** Of each frequency that has cells enough; missing where none has. */
  readonly trees?: readonly PooledTrees[];
}

/** SHA-256 of the document's bytes in hexadecimal: the same knowledge has the same id on any machine. */
export type KnowledgeId = string & { readonly name: 'KnowledgeId' };

const SCHEMA = 1;

/** Plain JSON, but for the numbers that JSON has not. */
interface KnowledgeDocument extends FitOptions {
  readonly schema: typeof SCHEMA;
  readonly calendar: CalendarDocument;
  readonly specs: readonly (readonly [key: string, specs: readonly Spec[]])[];
  readonly pricesFollow?: true;
  readonly trees?: readonly PooledTrees[];
}

/** What is known before anything is learned: the published elasticities, and every spec of the library. */
export function knowledgeBefore({ holidays, market, instrument, pooling }: FitOptions): MarketKnowledge {
  return {
    holidays,
    market,
    ...(instrument !== undefined && instrument !== NO_INSTRUMENT && { instrument }),
    pooling,
    calendar: MarketCalendar.fit([], [], pooling),
    specs: new Map(),
  };
}

/** Bytes that were made or read: a worker has them again for every batch of a training. */
const documents = new WeakMap<MarketKnowledge, Uint8Array>();

/** The document's bytes: the same knowledge, whatever threads it was learned on, gives the same. */
export function knowledgeBytes(knowledge: MarketKnowledge): Uint8Array {
  const known = documents.get(knowledge);
  if (known) return known;
  const { calendar, specs, ...options } = knowledge;
  const bytes = exactBytes({
    schema: SCHEMA,
    ...options,
    calendar: calendar.document(),
    specs: [...specs],
  } satisfies KnowledgeDocument);
  documents.set(knowledge, bytes);
  return bytes;
}

/**
 * The knowledge of a document: fits with it are those of the one that was written, bit for bit.
 *
 * @throws RangeError for bytes of another version, cut off, or of something else
 */
export function knowledgeOf(bytes: Uint8Array): MarketKnowledge {
  const { schema, calendar, specs, ...options } = exactData(bytes) as unknown as KnowledgeDocument;
  if (schema !== SCHEMA) throw new RangeError(`knowledge must be of version ${SCHEMA}, got ${schema}`);
  const knowledge = { ...options, calendar: MarketCalendar.of(calendar), specs: new Map(specs) };
  documents.set(knowledge, bytes);
  return knowledge;
}

export function knowledgeId(bytes: Uint8Array): KnowledgeId {
  return createHash('sha256').update(bytes).digest('hex') as KnowledgeId;
}

/** Knowledge by its id; the document read last stays at hand, as a fleet goes from one to the next. */
export class KnowledgeReader {
  private atHand: { readonly id: KnowledgeId; readonly knowledge: MarketKnowledge } | null = null;

  /** @throws RangeError for work that names none */
  read(id: KnowledgeId | null, bytes: Uint8Array | null): MarketKnowledge {
    if (id === null || bytes === null) throw new RangeError('work must name the knowledge that it reads');
    if (this.atHand?.id !== id) this.atHand = { id, knowledge: knowledgeOf(bytes) };
    return this.atHand.knowledge;
  }
}

/** What a fit of the cell needs besides its rows and priors. @param specs by default those kept for its type */
export function fitSettings(
  knowledge: MarketKnowledge,
  series: CellSeries,
  specs: readonly Spec[] = knowledge.specs.get(specKey(series)) ?? specsOf(series),
): FitSettings {
  return {
    ...designOptions(knowledge),
    specs,
    publishedPrior: publishedPrior(series.productType),
    marketShape: knowledge.calendar.shapeFor(series),
    ...(knowledge.pricesFollow && { pricesFollow: true as const }),
  };
}

/** The market's priors for a cell, without the cell itself. Latest first. */
export function priorsOf(knowledge: MarketKnowledge, series: CellSeries): DatedPrior[] {
  return knowledge.calendar.priorsFor(series);
}

export function designOptions({ holidays, market, instrument }: FitOptions): DesignOptions {
  return { holidays, market, ...(instrument !== undefined && { instrument }) };
}

/** Cells with the same key share their specs. */
export function specKey(series: CellSeries): string {
  const [pieces, measure] = specKeys(series);
  return soldByThePiece(series) ? pieces : measure;
}

/** The keys that a cell may have, by the piece and by measure: which one it has its sales tell. */
export function specKeys({
  frequency,
  productType,
}: Pick<CellSeries, 'frequency' | 'productType'>): readonly [pieces: string, measure: string] {
  return [`${frequency}/pieces/${productType}`, `${frequency}/measure/${productType}`];
}

/** The library of specs for a cell's frequency and way of selling. */
export function specsOf(series: CellSeries): readonly Spec[] {
  if (series.frequency === 'daily') return soldByThePiece(series) ? DAILY_COUNT_SPECS : DAILY_SPECS;
  return soldByThePiece(series) ? COARSE_COUNT_SPECS : COARSE_SPECS;
}

export function publishedPrior(productType: string): CellPrior {
  const { mean, variance } = publishedElasticity(productType);
  return { price: { mean, variance } };
}

/** Pieces are counted; weights are measured. */
function soldByThePiece(series: CellSeries): boolean {
  return series.quantity.every(Number.isInteger);
}
