/** Guardrails on a price, in their fixed order; each that moves the price says from where to where. */

export interface GuardrailSettings {
  /** Never below unit cost after waste. */
  readonly neverBelowCost: boolean;
  /** Smallest (price − cost) / price, 0-1; null off. */
  readonly minMargin: number | null;
  /** Largest change against today's price, as a share; null off. */
  readonly maxChange: number | null;
  /** Distance allowed beyond the tried range, as a share; null off. */
  readonly triedRangeMargin: number | null;
  readonly minPrice: number | null;
  readonly maxPrice: number | null;
  /** Largest distance from the market price, as a share; null off. */
  readonly marketBand: number | null;
  /** Endings a price is rounded to: '.99', '.49' or steps of 0.05; null off. */
  readonly priceEnding: '.99' | '.49' | '0.05' | null;
}

export const DEFAULT_GUARDRAILS: GuardrailSettings = {
  neverBelowCost: true,
  minMargin: null,
  maxChange: 0.15,
  triedRangeMargin: 0.1,
  minPrice: null,
  maxPrice: null,
  marketBand: null,
  priceEnding: null,
};

export type GuardrailName = 'never-below-cost' | 'min-margin' | 'max-change' | 'tried-range' | 'min-price' | 'max-price' | 'market-band' | 'price-ending';

export interface GuardrailStep {
  readonly rule: GuardrailName;
  readonly before: number;
  readonly after: number;
}

export interface GuardrailFacts {
  /** Unit cost after waste; null when unknown. */
  readonly unitCost: number | null;
  readonly todayPrice: number;
  readonly triedRange: readonly [number, number] | null;
  readonly marketPrice: number | null;
}

/**
 * Moves a price to where every guardrail that can hold does: never below cost · min margin · max change · tried range · min/max price ·
 * market band · price ending, then all but the ending once more. Where two contradict each other the later one has the last word
 * of the first pass, and the second pass lets cost and margin win: a price below cost helps nobody.
 *
 * @param price currency per unit, > 0
 */
export function applyGuardrails(price: number, settings: GuardrailSettings, facts: GuardrailFacts): { price: number; steps: GuardrailStep[] } {
  const steps: GuardrailStep[] = [];
  let current = price;
  const move = (rule: GuardrailName, after: number): void => {
    // Half a hundredth of a cent is rounding, not a guardrail at work.
    if (Math.abs(after - current) > 5e-5) steps.push({ rule, before: current, after });
    current = after;
  };
  const floors = (): void => {
    if (settings.neverBelowCost && facts.unitCost !== null) move('never-below-cost', Math.max(current, facts.unitCost));
    if (settings.minMargin !== null && facts.unitCost !== null) move('min-margin', Math.max(current, facts.unitCost / (1 - settings.minMargin)));
  };
  const bounds = (): void => {
    if (settings.maxChange !== null) {
      move('max-change', clamp(current, facts.todayPrice * (1 - settings.maxChange), facts.todayPrice * (1 + settings.maxChange)));
    }
    if (settings.triedRangeMargin !== null && facts.triedRange) {
      move('tried-range', clamp(current, facts.triedRange[0] * (1 - settings.triedRangeMargin), facts.triedRange[1] * (1 + settings.triedRangeMargin)));
    }
    if (settings.minPrice !== null) move('min-price', Math.max(current, settings.minPrice));
    if (settings.maxPrice !== null) move('max-price', Math.min(current, settings.maxPrice));
    if (settings.marketBand !== null && facts.marketPrice !== null) {
      move('market-band', clamp(current, facts.marketPrice * (1 - settings.marketBand), facts.marketPrice * (1 + settings.marketBand)));
    }
  };
  floors();
  bounds();
  if (settings.priceEnding !== null) {
    const ended = endedPrice(current, settings.priceEnding);
    move('price-ending', ended);
    const checked = current;
    bounds();
    floors();
    // The check moved the price off its ending: the nearest ending on the other side may hold.
    if (current !== checked) {
      const step = settings.priceEnding === '0.05' ? 0.05 : 1;
      const other = endedPrice(checked + (current > checked ? step : -step), settings.priceEnding);
      const holds = (candidate: number): boolean => applyGuardrails(candidate, { ...settings, priceEnding: null }, facts).steps.length === 0;
      if (other > 0 && holds(other)) move('price-ending', other);
    }
  } else floors();
  return { price: current, steps };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Nearest price with an ending; never 0 or below. */
function endedPrice(price: number, ending: '.99' | '.49' | '0.05'): number {
  if (ending === '0.05') return Math.max(0.05, Math.round(price * 20) / 20);
  const fraction = Number(`0${ending}`);
  return Math.round((Math.max(0, Math.round(price - fraction)) + fraction) * 100) / 100;
}
