/**
 * Whatever a command says, it says in one language: no word of the other, no code, no figure in the other's writing, no
 * date in a third shape. Names and files of the test are words of neither.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demandas } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Words that only one of the languages has, and that hardly a sentence does without. */
const ONLY = {
  en: /\b(the|and|of|with|is|are|was|were|not|for|from|which|there|this|these|its?|day|days|week|weeks|month|months|price|prices|sales|row|rows|file|files|must|missing|unknown|found|has|have|model|models|product|products|merchant|cost|costs|demand|profit|cells?|unit|units|store|folder|forecast|trained|kernel|threads|smoothing|naive|true|false|null|undefined)\b/i,
  es: /(?<![\p{L}])([Ee]l|[Ll]as?|[Ll]os|[Nn]o hay|[Ff]alta|del|con|que|es|son|una?|por|para|sin|ya|más|hay|día|días|semanas?|meses|precios?|ventas|filas?|archivos?|debe|falta|se|modelos?|productos?|comerciantes?|costos?|demanda de|ganancia|celdas?|unidad|carpeta|pronóstico)(?![\p{L}])/u,
} as const;
const OTHER = { en: 'es', es: 'en' } as const;
/** 12.5 in Spanish, 12,5 in English; versions, addresses and thousands are neither. */
const NUMBER = { es: /(?<![\d.,v])\d+\.\d{1,2}(?![\d.])/, en: /(?<![\d.,])\d+,\d{1,2}(?![\d,])/ } as const;
const CODE = /\b[A-Z]{2,}_[A-Z_]+\b|\bE[A-Z]{4,}\b|\bSQLITE|\d{4}-\d{2}-\d{2}|\[object|NaN/;

const CELL = ['--merchant', 'M1', '--product', 'Zeta'];
/** Ordinary ones first, in the order in which a shop goes; then refused ones. */
const COMMANDS: readonly (readonly string[])[] = [
  ['models'],
  ['recommend', '--all'],
  ['import', '{folder}/v.csv'],
  ['import', '{folder}/v.csv'],
  ['recommend', '--all'],
  ['forecast', '--all'],
  ['show', ...CELL],
  ['train', '--all', '--iterations', '200'],
  ['models'],
  ['show', ...CELL],
  ['compare', '--models', 'M1:Zeta,M1:Kappa'],
  ['history'],
  ['history', 'analyze', ...CELL],
  ['recommend', '--all'],
  ['recommend', ...CELL, '--max-change', '15%', '--price-ending', ',99', '--min-margin', '0,2'],
  ['forecast', ...CELL, '--horizon', '5'],
  ['backtest', '--all', '--horizon', '7', '--origins', '1', '--min-rows', '60'],
  ['backtest', '--all', '--min-rows', '5000'],
  ['experiment', 'propose', '--all'],
  ['experiment'],
  ['settings'],
  ['doctor'],
  ['audit'],
  ['imports'],
  ['products'],
  ['merchants'],
  ['held'],
  ['trainings'],
  ['sessions'],
  ['outcomes'],
  ['train', '--merchant', 'Q9', '--product', 'Xi', '--price', '3', '--cost', '2', '--iterations', '100'],
  ['recommend', '--merchant', 'Q9', '--product', 'Xi', '--price', '3', '--cost', '2'],
  // Refused.
  ['shoow'],
  ['qqqqqqq'],
  ['show'],
  ['show', '--merchant', 'M1', '--product', 'Zetta'],
  ['show', ...CELL, '--svg', '/nodir/x.svg'],
  ['compare', '--models', 'Zeta'],
  ['models', 'qqqqqq'],
  ['models', 'alias', 'M1:Zeta'],
  ['models', 'import'],
  ['models', 'import', '{folder}/v.csv'],
  ['history', 'export'],
  ['recommend'],
  ['recommend', ...CELL, '--max-change', '7'],
  ['recommend', ...CELL, '--horizon', 'x'],
  ['recommend', ...CELL, '--from', '2020-01-01'],
  ['forecast', ...CELL, '--price', '-1'],
  ['settings', '--country', 'ZZ'],
  ['settings', '--currency', 'ZZZZ'],
  ['import', '{folder}/none.csv'],
  ['import', '{folder}'],
  ['import', '{folder}/v.csv', '--kind', 'q'],
  ['import', '{folder}/bad.csv'],
  ['import'],
  ['imports', 'show'],
  ['imports', 'undo', 'zzzz'],
  ['products', 'rename', 'Zeta'],
  ['products', 'rename', 'Qqqq', 'Zeta'],
  ['trainings', 'show', 'zzzz'],
  ['sessions', 'end', 'zzzz'],
  ['schedule'],
  ['train'],
  ['train', '--all', '--iterations', '-1'],
  ['train', '--all', '--solver', 'q'],
  ['train', '--all', '--instrument', 'q'],
  ['backup'],
  ['backup', '/nodir/copy'],
  ['restore', '{folder}/none'],
  ['prepare'],
  ['serve', '--port', '99999'],
  ['models', '--workspace', '{folder}/v.csv'],
  ['recommend', '--all', '--workspace', '/proc/x'],
];

describe('every command', () => {
  it.each(['es', 'en'] as const)('speaks one language, %s', { timeout: 240_000 }, (lang) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'v.csv'), salesFile());
    writeFileSync(join(folder, 'bad.csv'), 'fecha,comerciante,producto,cantidad,precio\n2025-02-31,M1,Zeta,1,2\n');
    const ended = demandas(
      COMMANDS.map((args) => {
        const own = args.map((arg) => arg.replace('{folder}', folder));
        const place = own.includes('--workspace') ? [] : ['--workspace', join(folder, 'w')];
        return [...own, ...place, '--lang', lang];
      }),
    );
    const wrong: string[] = [];
    ended.forEach(({ out, err }, i) => {
      for (const line of `${out}\n${err}`.split('\n')) {
        const said = withoutNames(line, folder);
        const found = ONLY[OTHER[lang]].exec(said)?.[0] ?? NUMBER[lang].exec(said)?.[0] ?? CODE.exec(said)?.[0] ?? null;
        if (found !== null) wrong.push(`${COMMANDS[i]?.join(' ')}: «${found}» in ${line}`);
      }
    });
    expect(wrong).toEqual([]);
    // The commands did what they do: half of the list is refused, the other half is not.
    expect(ended.filter(({ code }) => code === 0).length).toBeGreaterThan(25);
    expect(ended.filter(({ code }) => code !== 0).length).toBeGreaterThan(35);
  });
});

/** What a line says of its own: without columns and values of the file, options, commands, paths and what was typed. */
function withoutNames(line: string, folder: string): string {
  return line
    .replaceAll(folder, '')
    .replace(/^.* ← .* {2,}/, ' ')
    .replaceAll('DEMANDA_DATABASE_URL', ' ')
    .replace(/«[^»]*»|"[^"]*"|`[^`]*`/g, ' ')
    .replace(/--[\p{L}-]+(?: off)?/gu, ' ')
    .replace(/npx demanda.*$/, ' ')
    .replace(/\/\S+/g, ' ');
}

/** 150 days of two products whose prices move. */
function salesFile(): string {
  const lines = ['fecha,comerciante,producto,kg,precio,costo'];
  for (let day = 0; day < 150; day++) {
    const date = new Date(Date.UTC(2025, 0, 1) + day * 864e5).toISOString().slice(0, 10);
    for (const [product, usual] of [
      ['Zeta', 10],
      ['Kappa', 6],
    ] as const) {
      const price = usual * (1 + 0.1 * Math.sin(Math.floor(day / 10) * 1.7));
      const quantity = 20 * (price / usual) ** -2 * (1 + 0.15 * Math.sin(day * 2.3) + 0.1 * Math.cos(day * 5.1));
      lines.push([date, 'M1', product, quantity.toFixed(2), price.toFixed(2), (usual * 0.6).toFixed(2)].join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}
