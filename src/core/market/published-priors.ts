/** Published facts about food demand by product type (elasticities, reference prices) and the Spanish and English names they are found by. */

/**
 * Store-level price elasticity: mean and standard deviation of 1,851 published estimates
 * (Bijmolt, van Heerde & Pieters 2005, J. Marketing Research 42(2), doi:10.1509/jmkr.42.2.141.62296); truncated below 0 where it is drawn from.
 */
export const PUBLISHED_ELASTICITY = { mean: -2.62, standardDeviation: 1 } as const;

/**
 * Absolute own-price elasticity of food categories at market level (Andreyeva, Long & Brownell 2010, Am. J. Public Health 100(2),
 * doi:10.2105/AJPH.2008.151415). Only their proportions are used here: a single shop faces more elastic demand than a whole country.
 */
const CATEGORY_ELASTICITIES = {
  beef: 0.75,
  pork: 0.72,
  poultry: 0.68,
  fish: 0.5,
  fruit: 0.7,
  vegetables: 0.58,
  dairy: 0.65,
  cheese: 0.44,
  eggs: 0.27,
  milk: 0.59,
  cereals: 0.6,
  fats: 0.48,
  sweets: 0.34,
  softDrinks: 0.79,
  juice: 0.76,
} as const;
export type ElasticityCategory = keyof typeof CATEGORY_ELASTICITIES;

/** Mean of {@link CATEGORY_ELASTICITIES}: 0.59. */
const MEAN_CATEGORY_ELASTICITY = mean(Object.values(CATEGORY_ELASTICITIES));

/** Food categories that a name can mean: those with a published elasticity, and those known only by a price or a market series. */
export type FoodCategory = ElasticityCategory | 'meat' | 'lamb' | 'potatoes' | 'pulses' | 'tomatoes' | 'oranges' | 'apples' | 'bananas';

export interface ReferencePrice {
  /** EUR per `unit`. */
  readonly price: number;
  readonly unit: 'kg' | 'l';
  readonly period: string;
}

const PANEL = 'household panel, 12 months to 2019-09';
const CALENDAR_2019 = 'household panel, 2019';
/** Mean consumer prices of the Spanish ministry of agriculture's household panel: value / volume in EUR. */
const REFERENCE_PRICES: Readonly<Partial<Record<FoodCategory, ReferencePrice>>> = {
  meat: { price: 6.79, unit: 'kg', period: PANEL },
  fish: { price: 8.6, unit: 'kg', period: PANEL },
  potatoes: { price: 0.88, unit: 'kg', period: PANEL },
  pulses: { price: 1.94, unit: 'kg', period: PANEL },
  fats: { price: 4.45, unit: 'l', period: PANEL },
  fruit: { price: 1.54, unit: 'kg', period: CALENDAR_2019 },
  vegetables: { price: 1.88, unit: 'kg', period: CALENDAR_2019 },
  tomatoes: { price: 1.69, unit: 'kg', period: CALENDAR_2019 },
  oranges: { price: 0.95, unit: 'kg', period: CALENDAR_2019 },
  apples: { price: 1.45, unit: 'kg', period: CALENDAR_2019 },
  bananas: { price: 1.6, unit: 'kg', period: CALENDAR_2019 },
};

/** The wider category whose facts stand in where a category has none of its own. */
const WIDER: Readonly<Partial<Record<FoodCategory, FoodCategory>>> = {
  beef: 'meat',
  pork: 'meat',
  poultry: 'meat',
  lamb: 'meat',
  potatoes: 'vegetables',
  tomatoes: 'vegetables',
  oranges: 'fruit',
  apples: 'fruit',
  bananas: 'fruit',
};

/** Names by language, singular and normalised; a phrase matches its words in a row. Spanish heads come first, English heads last. */
const SPANISH: Readonly<Record<FoodCategory, string>> = {
  meat: 'carne,carniceria,carnico,charcuteria,embutido,chorizo,salchicha,hamburguesa',
  beef: 'ternera,vacuno,res,buey,vaca,anojo,carne de vacuno,carne de ternera,carne de res',
  pork: 'cerdo,porcino,jamon,lomo,panceta,carne de cerdo',
  poultry: 'pollo,ave,pavo,gallina,codorniz,pato,carne de ave,carne de pollo',
  lamb: 'cordero,ovino,lechal,cabrito,carne de cordero',
  fish: 'pescado,pescaderia,marisco,merluza,salmon,sardina,gamba,atun,bacalao,dorada,lubina,langostino,mejillon,calamar,pulpo,boqueron,trucha,rape,anchoa',
  fruit: 'fruta,fruteria,pera,uva,melon,sandia,fresa,limon,mandarina,melocoton,kiwi,pina,cereza,ciruela,mango',
  oranges: 'naranja',
  apples: 'manzana',
  bananas: 'platano,banana',
  vegetables:
    'verdura,verduleria,hortaliza,lechuga,cebolla,pimiento,zanahoria,calabacin,pepino,berenjena,col,coliflor,brocoli,espinaca,acelga,champinon,seta,ajo',
  tomatoes: 'tomate',
  potatoes: 'patata,papa',
  pulses: 'legumbre,lenteja,garbanzo,alubia,judia seca,frijol',
  dairy: 'lacteo,lecheria,yogur,nata,mantequeria',
  cheese: 'queso,queseria',
  eggs: 'huevo',
  milk: 'leche',
  cereals: 'pan,panaderia,cereal,harina,arroz,pasta,bolleria salada,barra,hogaza,trigo',
  fats: 'aceite,grasa,mantequilla,margarina',
  sweets: 'dulce,azucar,pasteleria,bolleria,chocolate,galleta,caramelo,pastel,tarta,miel,mermelada',
  softDrinks: 'refresco,gaseosa,bebida,cola,bebida refrescante',
  juice: 'zumo,jugo,nectar',
};
const ENGLISH: Readonly<Record<FoodCategory, string>> = {
  meat: 'meat,butcher,sausage,burger,deli',
  beef: 'beef,veal,steak',
  pork: 'pork,ham,bacon',
  poultry: 'poultry,chicken,turkey,hen,duck',
  lamb: 'lamb,mutton',
  fish: 'fish,seafood,fishmonger,hake,salmon,sardine,prawn,shrimp,tuna,cod,trout,mussel,squid',
  fruit: 'fruit,pear,grape,melon,strawberry,lemon,peach,kiwi,pineapple,cherry,plum,berry,mango',
  oranges: 'orange',
  apples: 'apple',
  bananas: 'banana',
  vegetables: 'vegetable,lettuce,onion,pepper,carrot,cucumber,cabbage,broccoli,spinach,mushroom,garlic,greengrocer',
  tomatoes: 'tomato',
  potatoes: 'potato',
  pulses: 'pulse,legume,lentil,chickpea,bean',
  dairy: 'dairy,yogurt,yoghurt,cream',
  cheese: 'cheese',
  eggs: 'egg',
  milk: 'milk',
  cereals: 'bread,bakery,cereal,flour,rice,wheat,pasta',
  fats: 'oil,butter,margarine,fat',
  sweets: 'sweet,sugar,chocolate,cookie,candy,cake,pastry,honey,jam',
  softDrinks: 'soft drink,soda,cola,beverage',
  juice: 'juice',
};

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
const SPANISH_TERMS = termsOf(SPANISH);
const ENGLISH_TERMS = termsOf(ENGLISH);

export interface CategoryMatch {
  readonly category: FoodCategory;
  /** The normalised words of the name that decided, to show to the user. */
  readonly matched: string;
}

/**
 * Finds the food category that a product type or product name means, in Spanish or English, plural or singular, with or without accents.
 * The head of the name decides: its first known word in Spanish ("Zumo de naranja" is juice), its last in English ("Orange juice").
 *
 * @returns null when no word is known
 * @example matchCategory('Plátanos de Canarias') // { category: 'bananas', matched: 'platanos' }
 */
export function matchCategory(name: string): CategoryMatch | null {
  const words = normalizeName(name).split(' ').filter(Boolean);
  const spanish = findTerms(words, SPANISH_TERMS);
  const english = findTerms(words, ENGLISH_TERMS);
  // A word of both languages ("salmon", "chocolate") does not tell the language: the language that knows more of the name's words does.
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
 * Prior of a cell's elasticity before any sale is seen: N(−2.62 · category / 0.59, 1²), to be truncated below 0 where it is drawn from.
 * Categories without a published figure use their nearest: meat and lamb the mean of beef, pork and poultry; potatoes and tomatoes vegetables;
 * single fruits fruit. Unknown types and pulses use the overall mean.
 */
export function publishedElasticity(productType: string): ElasticityPrior {
  const match = matchCategory(productType);
  const categories = match === null ? [] : elasticityCategories(match.category);
  const ratio = categories.length === 0 ? 1 : mean(categories.map((c) => CATEGORY_ELASTICITIES[c])) / MEAN_CATEGORY_ELASTICITY;
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
      for (const form of first) terms.set(form, [...(terms.get(form) ?? []), { rest, category: category as FoodCategory }]);
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
