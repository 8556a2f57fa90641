/** The report for a shop owner: a price list and the pictures behind it, one page that needs nothing from outside. */

import type { CellView, CompareDocument, Recommendation } from '../contract/documents.ts';
import { priceDigits } from '../core/pricing/price-lattice.ts';
import { isStudy } from '../core/pricing/reasons.ts';
import type { Lang } from '../core/vocabulary.ts';
import {
  fieldValue,
  fieldWord,
  guardrailWord,
  horizonWord,
  probabilityWord,
  reasonWord,
  unitWord,
} from '../i18n/code-words.ts';
import { type Chart, DARK, LIGHT, numberFormat, percentFormat } from './chart-base.ts';
import { cellCharts } from './chart-options.ts';
import { compareCharts, modelNames } from './compare-charts.ts';
import { demandChart } from './price-charts.ts';
import { escapeXml, renderSvg } from './render.ts';
import { chartWords } from './words.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#f5f6f8;--card:#fff;--ink:#1f2933;--faint:#52606d;--line:#e4e7eb;--good:#00795c;--accent:#c2410c}
@media (prefers-color-scheme:dark){:root{--ground:#0e1013;--card:#16191d;--ink:#e8eaed;--faint:#a8b0b9;--line:#343a41;--good:#2fc59b;--accent:#f4a261}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}h1{font-size:2rem;line-height:1.2;margin:0 0 4px}
h2{font-size:1.3rem;margin:44px 0 12px}
.lead{color:var(--faint);margin:0 0 24px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin-bottom:24px}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:10px}.tile{padding:14px 18px}
.tile b{display:block;font-size:1.7rem;line-height:1.25}.tile span{color:var(--faint)}
.card{overflow:hidden}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:10px 14px;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--faint);font-weight:600;font-size:.85rem}
tr:last-child td{border-bottom:0}th:first-child,td:first-child{text-align:left}
td small{display:block;color:var(--faint);font-size:.82rem}
.shop td{background:var(--ground);font-weight:600;text-align:left}
.new{color:var(--accent);font-weight:700}.gain{color:var(--good);font-weight:600}
.notes{color:var(--faint);font-size:.9rem;margin:8px 0 14px;padding-left:20px}
h1+.card{margin-top:16px}.card+.charts{margin-top:24px}.card+.notes{margin-top:20px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:12px}figure{margin:0}
figure svg{display:block;width:100%;height:auto}
.dark{display:none}@media (prefers-color-scheme:dark){.light{display:none}.dark{display:block}}
details{padding:0 14px 10px}summary{color:var(--faint);font-size:.85rem;cursor:pointer}details table{font-size:.85rem}
details th,details td{padding:4px 8px}
@media (max-width:640px){th,td{padding:8px 9px;font-size:.88rem}main{padding:20px 12px 40px}h1{font-size:1.6rem}}
@media print{body{background:#fff}.card,figure{break-inside:avoid}details{display:none}}
`;

/** One HTML page of all cells. @param views in the order to be shown */
export function renderReport(views: readonly CellView[], currency: string, lang: Lang): string {
  const word = chartWords(lang);
  const money = new Intl.NumberFormat(lang, { style: 'currency', currency, maximumFractionDigits: 0 });
  const changed = views.filter((v) => v.recommendation.recommended && v.recommendation.probabilityBetter !== null);
  const gain = changed.reduce(
    (sum, v) => sum + v.recommendation.expectedProfit.value - v.recommendation.current.expectedProfit,
    0,
  );
  const period = horizonWord(
    views.map((view) => view.recommendation),
    lang,
  );
  const tiles = [
    tile(String(views.length), word('tileProducts')),
    tile(String(changed.length), word('tileChanges')),
    tile(money.format(gain), word('tileGain', { period })),
  ];
  const body = `
<main><h1>${word('reportTitle')}</h1><p class="lead">${word('reportLead', { period })}</p>
<div class="tiles">${tiles.join('')}</div>
<div class="card scroll">${priceTable(views, currency, lang)}</div>
${views.map((view) => cellSection(view, lang)).join('\n')}
</main>`;
  return page(word('reportTitle'), lang, body);
}

/** One cell's page. */
export function renderCellPage(view: CellView, lang: Lang): string {
  const title = `${view.show.model.merchant} · ${view.show.model.product}`;
  const prices = `<div class="card scroll">${priceTable([view], view.show.currency, lang)}</div>`;
  return page(title, lang, `<main><h1>${escapeXml(title)}</h1>${prices}${cellPictures(view, lang)}</main>`);
}

/** A page of one cell's demand curve alone. */
export function renderDemandPage(view: CellView, lang: Lang): string {
  const title = `${view.show.model.merchant} · ${view.show.model.product}`;
  const pictures = figures([demandChart(view, lang, LIGHT)], [demandChart(view, lang, DARK)], lang);
  return page(title, lang, `<main><h1>${escapeXml(title)}</h1>${pictures}</main>`);
}

/** A comparison's page: what differs, then the pictures. */
export function renderComparisonPage(document: CompareDocument, lang: Lang): string {
  const word = chartWords(lang);
  const { models } = document;
  const names = modelNames(document);
  const period = horizonWord(
    models.map((model) => model.recommendation),
    lang,
  );
  const rows = document.differences.map(({ field, values }) =>
    [fieldWord(field, lang, period), ...values.map((value) => fieldValue(field, value, lang))].map(escapeXml),
  );
  if (rows.length === 0) rows.push([word('noDifferences'), ...models.map(() => '')]);
  const light = compareCharts(document, lang, LIGHT);
  const dark = compareCharts(document, lang, DARK);
  return page(
    word('comparison'),
    lang,
    `<main><h1>${word('comparison')}</h1><p class="lead">${escapeXml(models.map((m) => m.label).join(', '))}</p>
<div class="card scroll">${table([word('differences'), ...names.map(escapeXml)], rows.map(row))}</div>
<section><div class="charts" style="margin-top:24px">${figures(light, dark, lang)}</div></section></main>`,
  );
}

function page(title: string, lang: Lang, body: string): string {
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8">\
<meta name="viewport" content="width=device-width,initial-scale=1">\
<title>${escapeXml(title)}</title><style>${STYLE}</style></head>
<body>${body}</body></html>
`;
}

/** A table of cells that are HTML already. */
function table(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((cell) => `<th>${cell}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** A row of cells that are HTML already. */
function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function tile(figure: string, words: string): string {
  return `<div class="tile"><b>${escapeXml(figure)}</b><span>${escapeXml(words)}</span></div>`;
}

function priceTable(views: readonly CellView[], currency: string, lang: Lang): string {
  const word = chartWords(lang);
  const price = (value: number): string => {
    const digits = priceDigits(value, currency);
    return new Intl.NumberFormat(lang, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  };
  const money = new Intl.NumberFormat(lang, { style: 'currency', currency, maximumFractionDigits: 0 });
  const amount = numberFormat(lang, 0);
  let merchant = '';
  const rows = views.map(({ recommendation: r }) => {
    const head = r.merchant === merchant ? '' : `<tr class="shop"><td colspan="6">${escapeXml(r.merchant)}</td></tr>`;
    merchant = r.merchant;
    const gain = r.expectedProfit.value - r.current.expectedProfit;
    const cold = r.reasons.includes('NO_SALES');
    const moves = r.recommended && r.probabilityBetter !== null;
    const newPrice = moves ? `<span class="new">${price(r.price)}</span>` : null;
    const unit = escapeXml(unitWord(r.unit, r.expectedDemand.value, lang));
    const worked = cold || isStudy(r.reasons);
    const unproven = worked ? `${price(r.price)}<small>${word(cold ? 'unproven' : 'study')}</small>` : word('keep');
    const betterBy = moves
      ? `<span class="gain">${gain >= 0 ? '+' : ''}${money.format(gain)}</span>` +
        `<small>${word('sureWords', { share: probabilityWord(r.probabilityBetter as number, lang) })}</small>`
      : '–';
    return (
      head +
      row([
        escapeXml(r.product),
        price(r.current.price),
        newPrice ?? unproven,
        `${amount(r.expectedDemand.value)} ${unit}${range(r.expectedDemand, amount)}`,
        `${money.format(r.expectedProfit.value)}${range(r.expectedProfit, (value) => money.format(value))}`,
        betterBy,
      ])
    );
  });
  const heads = [word('product'), ...HEADS.map((key) => capital(word(key))), word('expectedGain')];
  return table(heads, rows);
}

const HEADS = ['today', 'recommended', 'demand', 'profit'] as const;

function range({ low, high }: Recommendation['expectedDemand'], format: (value: number) => string): string {
  return `<small>${format(low)} – ${format(high)}</small>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function notesOf(r: Recommendation, currency: string, lang: Lang): string[] {
  return [
    ...r.reasons.map((code) => reasonWord(code, r, currency, lang)),
    ...r.guardrails.map((g) => guardrailWord(g, currency, lang)),
  ];
}

function cellSection(view: CellView, lang: Lang): string {
  const { merchant, product } = view.show.model;
  return `<section><h2>${escapeXml(merchant)} · ${escapeXml(product)}</h2>${cellPictures(view, lang)}</section>`;
}

/** What to know of a cell, and its pictures. */
function cellPictures(view: CellView, lang: Lang): string {
  const notes = notesOf(view.recommendation, view.show.currency, lang);
  const list =
    notes.length > 0 ? `<ul class="notes">${notes.map((n) => `<li>${escapeXml(capital(n))}.</li>`).join('')}</ul>` : '';
  const pictures = figures(cellCharts(view, lang, LIGHT), cellCharts(view, lang, DARK), lang);
  return `${list}<div class="charts">${pictures}</div>`;
}

function tableValue(value: string | number | null, share: boolean, lang: Lang): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return share ? percentFormat(lang)(value) : numberFormat(lang, 2)(value);
}

/** Charts with their tables, in both palettes. */
function figures(light: readonly Chart[], dark: readonly Chart[], lang: Lang): string {
  const word = chartWords(lang);
  return light
    .map((chart, i) => {
      const { columns, rows, shares } = chart.table;
      const data = rows.map((values) =>
        row(values.map((value, i) => escapeXml(tableValue(value, shares?.includes(i) === true, lang)))),
      );
      return (
        `<figure class="card"><div class="light">${renderSvg(chart, 520, 340)}</div>` +
        `<div class="dark">${renderSvg(dark[i], 520, 340)}</div>` +
        `<details><summary>${word('dataTable')}</summary>` +
        `<div class="scroll">${table(columns.map(escapeXml), data)}</div></details></figure>`
      );
    })
    .join('');
}
