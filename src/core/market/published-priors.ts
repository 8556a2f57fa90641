/** What is published of a product type or product: finding its food category by name, its elasticity, its price. */

import { mean } from '../math/summary.ts';
import { ENGLISH_NAMES, SPANISH_NAMES } from './data/food-names.ts';
import {
  CATEGORY_ELASTICITIES,
  type ElasticityCategory,
  type FoodCategory,
  MEAN_CATEGORY_ELASTICITY,
  PUBLISHED_ELASTICITY,
  REFERENCE_PRICES,
  type ReferencePrice,
  WIDER,
} from './data/published-elasticities.ts';

/** Lower case, without accents, words separated by single blanks: "  Plátano_Macho " → "platano macho". */
export function normalizeName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

interface Term {
  /** Forms of each word after the first. */
  readonly rest: readonly ReadonlySet<string>[];
  readonly category: FoodCategory;
}
const SPANISH_TERMS = termsOf(SPANISH_NAMES);
const ENGLISH_TERMS = termsOf(ENGLISH_NAMES);

export interface CategoryMatch {
  readonly category: FoodCategory;
  /** The normalised words of the name that decided, to show to the user. */
  readonly matched: string;
}

/**
 * Finds the food category that a product type or product name means, in Spanish or English, plural or singular, with or
 * without accents. The head of the name decides: its first known word in Spanish ("Zumo de naranja" is juice), its last
 * in English ("Orange juice").
 *
 * @returns null when no word is known
 * @example matchCategory('Plátanos de Canarias') // { category: 'bananas', matched: 'platanos' }
 */
export function matchCategory(name: string): CategoryMatch | null {
  const words = normalizeName(name).split(' ').filter(Boolean);
  const spanish = findTerms(words, SPANISH_TERMS);
  const english = findTerms(words, ENGLISH_TERMS);
  // A word of both languages ("salmon", "chocolate") does not tell the language: the language that knows more of the
  // name's words does.
  const chosen = english.length > spanish.length ? english[english.length - 1] : spanish[0];
  return chosen ?? null;
}

export interface ElasticityPrior {
  /** Location of the normal before truncation below 0; dimensionless. */
  readonly mean: number;
  readonly variance: number;
  /** Published categories averaged; empty when the type is unknown and the overall mean stands. */
  readonly categories: readonly ElasticityCategory[];
  /** Words of the type's name that decided; null when none did. */
  readonly matched: string | null;
}

/**
 * Prior of a cell's elasticity before any sale is seen: N(−2.62 · category / 0.59, 1²), to be truncated below 0 where
 * it is drawn from. Categories without a published figure use their nearest: meat and lamb the mean of beef, pork and
 * poultry; potatoes and tomatoes vegetables; single fruits fruit. Unknown types and pulses use the overall mean.
 */
export function publishedElasticity(productType: string): ElasticityPrior {
  const match = matchCategory(productType);
  const categories = match === null ? [] : elasticityCategories(match.category);
  const ratio =
    categories.length === 0 ? 1 : mean(categories.map((c) => CATEGORY_ELASTICITIES[c])) / MEAN_CATEGORY_ELASTICITY;
  return {
    mean: PUBLISHED_ELASTICITY.mean * ratio,
    variance: PUBLISHED_ELASTICITY.standardDeviation ** 2,
    categories,
    matched: categories.length === 0 ? null : (match?.matched ?? null),
  };
}

export interface ReferencePriceMatch extends ReferencePrice {
  /** The category whose price it is: the name's own or the wider one. */
  readonly category: FoodCategory;
  readonly matched: string;
}

/** Reference consumer price of a product type or product, or null when neither it nor its wider category has one. */
export function referencePrice(name: string): ReferencePriceMatch | null {
  const match = matchCategory(name);
  if (match === null) return null;
  const category = REFERENCE_PRICES[match.category] ? match.category : WIDER[match.category];
  const reference = category && REFERENCE_PRICES[category];
  return category && reference ? { ...reference, category, matched: match.matched } : null;
}

function elasticityCategories(category: FoodCategory): readonly ElasticityCategory[] {
  if (category in CATEGORY_ELASTICITIES) return [category as ElasticityCategory];
  if (category === 'meat' || category === 'lamb') return ['beef', 'pork', 'poultry'];
  const wider = WIDER[category];
  return wider === undefined ? [] : elasticityCategories(wider);
}

/** Terms by every form of their first word: names are looked up for each cell of a fleet, again and again. */
function termsOf(names: Readonly<Record<FoodCategory, string>>): ReadonlyMap<string, readonly Term[]> {
  const terms = new Map<string, Term[]>();
  for (const [category, list] of Object.entries(names)) {
    for (const phrase of list.split(',')) {
      const [first, ...rest] = phrase.split(' ').map(formsOf) as [Set<string>, ...Set<string>[]];
      for (const form of first)
        terms.set(form, [...(terms.get(form) ?? []), { rest, category: category as FoodCategory }]);
    }
  }
  return terms;
}

/** Terms found in order of position; at one position the longest phrase wins, and its words are not read again. */
function findTerms(words: readonly string[], terms: ReadonlyMap<string, readonly Term[]>): CategoryMatch[] {
  const found: CategoryMatch[] = [];
  for (let at = 0; at < words.length; ) {
    let best: Term | null = null;
    for (const term of terms.get(words[at] as string) ?? []) {
      if (best && term.rest.length <= best.rest.length) continue;
      if (term.rest.every((forms, k) => forms.has(words[at + 1 + k] as string))) best = term;
    }
    const length = 1 + (best?.rest.length ?? 0);
    if (best) found.push({ category: best.category, matched: words.slice(at, at + length).join(' ') });
    at += length;
  }
  return found;
}

/** A singular and its regular plurals: -s, -es, -ies, and Spanish -ces of -z. */
function formsOf(singular: string): Set<string> {
  const forms = new Set([singular, `${singular}s`, `${singular}es`]);
  if (singular.endsWith('y')) forms.add(`${singular.slice(0, -1)}ies`);
  if (singular.endsWith('z')) forms.add(`${singular.slice(0, -1)}ces`);
  return forms;
}
