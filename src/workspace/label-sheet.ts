/** Price labels for the shelves: a page to print, A4, three columns of seven labels of 63.5 x 38.1 mm. */

import { renderSVG } from 'uqr';
import { htmlText } from '../contract/html-text.ts';
import { priceDigits } from '../core/pricing/price-lattice.ts';
import { isLower } from '../core/pricing/prices-in-force.ts';
import type { Lang } from '../core/vocabulary.ts';
import { TABLE_WORDS } from '../i18n/catalogue.ts';
import type { BatchItem } from './tables/price-tables.ts';

export interface LabelledPrices {
  readonly items: readonly Pick<BatchItem, 'merchant' | 'product' | 'unit' | 'price' | 'lowest30Days'>[];
  readonly currency: string;
  /** ISO date from which the prices hold. */
  readonly activationDate: string;
}

const STYLE = `
@page { size: A4; margin: 15.1mm 7.2mm }
* { box-sizing: border-box }
body { margin: 0; font-family: Arial, "Liberation Sans", Helvetica, sans-serif; color: #000; background: #fff }
main { display: grid; grid-template-columns: repeat(3, 63.5mm); column-gap: 2.5mm; justify-content: center }
article { position: relative; height: 38.1mm; padding: 3mm; overflow: hidden; break-inside: avoid; display: flex;
  flex-direction: column; outline: .1mm dashed #bbb }
h2 { margin: 0; font-size: 4.4mm; line-height: 1.15; max-height: 10.2mm; overflow: hidden; overflow-wrap: anywhere }
h2.long { font-size: 3.4mm; max-height: 11.8mm }
.price { margin: auto 0 0; font-size: 11mm; line-height: 1; font-weight: 700; white-space: nowrap }
.price.long { font-size: 7mm }
.unit { font-size: 3.6mm; font-weight: 400 }
.before, .since { margin: .8mm 0 0; font-size: 2.6mm; line-height: 1.2 }
svg { position: absolute; right: 2.5mm; bottom: 2.5mm; width: 13mm; height: 13mm }
.before, .since { padding-right: 15mm }
.hint { font-size: 14px; padding: 12px; text-align: center }
@media print { .hint { display: none } article { outline: none } }
`;

/** Letters of a name, and of a price, from which they are set smaller. */
const LONG = { name: 34, price: 9 } as const;

/**
 * Every label has a QR code of product and price.
 *
 * @returns a page of HTML that needs nothing else; texts are texts, whatever they hold
 */
export function labelSheet({ items, currency, activationDate }: LabelledPrices, lang: Lang): string {
  const words = TABLE_WORDS[lang].labels;
  const since = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(activationDate));
  const labels = items.map((item) => label(item, { currency, since, lang }));
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${htmlText(words.title)}</title><style>${STYLE}</style></head>
<body><p class="hint">${htmlText(words.hint)}</p><main>
${labels.join('\n')}
</main></body></html>
`;
}

function label(
  { product, unit, price, lowest30Days }: LabelledPrices['items'][number],
  { currency, since, lang }: { readonly currency: string; readonly since: string; readonly lang: Lang },
): string {
  const words = TABLE_WORDS[lang].labels;
  const amount = amountWord(price, currency, lang);
  const size = (text: string, most: number): string => (text.length > most ? ' class="long"' : '');
  // Only a price below the lowest of the 30 days before may be announced as a reduction.
  const reduced = lowest30Days !== null && isLower(price, lowest30Days, currency);
  const before = reduced
    ? `<p class="before">${htmlText(words.before.replace('{price}', amountWord(lowest30Days, currency, lang)))}</p>`
    : '';
  const code = renderSVG(`${product}\n${amount}`, { border: 0, ecc: 'L' });
  return `<article><h2${size(product, LONG.name)}>${htmlText(product)}</h2>
<p class="price${amount.length > LONG.price ? ' long' : ''}">${htmlText(amount)}<span class="unit"> / ${htmlText(unit)}</span></p>
${before}<p class="since">${htmlText(words.since.replace('{date}', since))}</p>${code}</article>`;
}

function amountWord(price: number, currency: string, lang: Lang): string {
  const digits = priceDigits(price, currency);
  const format = { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(lang, format).format(price);
}
