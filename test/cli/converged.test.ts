/** A training that ended on its way says so wherever it is spoken of, and its model changes no price. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demandas } from '../support/command.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

describe('a training of 20 iterations', () => {
  it('has not converged: in its run, its model, its history, its recommendation and its words; one of 10,000 has', () => {
    const folder = temporaryFolder();
    const at = (file: string): string => join(folder, file);
    const [{ merchant, product }] = writeSales(at('sales.csv'), 1, 180) as [{ merchant: string; product: string }];
    const cell = ['--merchant', merchant, '--product', product, '--workspace', at('ws')];
    const json = (args: readonly string[]): string[] => [...args, ...cell, '--json'];
    const ended = demandas([
      ['import', at('sales.csv'), '--workspace', at('ws')],
      json(['train', '--iterations', '20']),
      json(['recommend']),
      json(['history', 'list']),
      ['train', '--iterations', '20', '--fresh', '--lang', 'es', ...cell],
      ['train', '--iterations', '20', '--fresh', '--lang', 'en', ...cell],
      ['history', 'analyze', '--lang', 'es', ...cell],
      ['models', 'export', `${merchant}:${product}`, '--workspace', at('ws')],
      json(['train', '--iterations', '10000', '--fresh']),
      json(['recommend']),
      json(['history', 'analyze']),
    ]);
    const [, train, recommend, list, es, en, analysis, exported, whole, after, analyzed] = ended.map(
      (e) => e.out,
    ) as string[];
    expect(JSON.parse(train as string).runs[0]).toMatchObject({
      status: 'done',
      stopReason: 'budget used',
      converged: false,
    });
    expect(JSON.parse(recommend as string).recommendations[0]).toMatchObject({
      recommended: false,
      reasons: expect.arrayContaining(['NOT_CONVERGED']),
    });
    expect(JSON.parse(list as string).runs[0]).toMatchObject({ converged: false });
    expect(es).toContain('todavía sin converger: necesita más iteraciones');
    expect(en).toContain('not converged yet: it needs more iterations');
    expect(analysis).toMatch(/Convergió +no: necesita más iteraciones/);
    expect(JSON.parse(exported as string).converged).toBe(false);
    expect(JSON.parse(whole as string).runs[0]).toMatchObject({ stopReason: 'budget used', converged: true });
    expect(JSON.parse(after as string).recommendations[0].reasons).not.toContain('NOT_CONVERGED');
    expect(JSON.parse(analyzed as string)).toMatchObject({ converged: true });
    // Runs are found by the letters that the list shows, and names in any case.
    const { runs } = JSON.parse(demandas([json(['history', 'list'])])[0]?.out as string);
    const { runId } = runs[0] as { runId: string };
    const other = ['--merchant', merchant.toUpperCase(), '--product', product.toUpperCase(), '--workspace', at('ws')];
    const [short, several, groups, tried, unknown] = demandas([
      json(['history', 'analyze', '--run', runId.slice(0, 8)]),
      ['history', 'analyze', '--run', runId.slice(0, 1), '--lang', 'en', ...cell],
      ['history', 'groups', '--json', ...other],
      ['history', 'settings', '--json', ...other],
      ['history', 'groups', '--merchant', 'Nobody', '--lang', 'en', '--workspace', at('ws')],
    ]);
    expect(JSON.parse(short?.out as string).runId).toBe(runId);
    const alike = runs.filter((run: { runId: string }) => run.runId.startsWith(runId.slice(0, 1))).length;
    expect(several?.code).toBe(alike > 1 ? 2 : 0);
    expect(JSON.parse(groups?.out as string).groups).toMatchObject([{ group: merchant, runs: 4 }]);
    expect(tried?.code).toBe(0);
    expect([unknown?.code, unknown?.err]).toEqual([1, expect.stringContaining('Nobody')]);
    // A model that goes from one workspace to another takes it along.
    writeFileSync(at('model.json'), exported as string);
    const there = ['--workspace', at('there')];
    const [, imported, again] = demandas([
      ['import', at('sales.csv'), ...there],
      ['models', 'import', at('model.json'), ...there],
      ['recommend', '--merchant', merchant, '--product', product, '--json', ...there],
    ]);
    expect(imported?.code).toBe(0);
    expect(JSON.parse(again?.out as string).recommendations[0].reasons).toContain('NOT_CONVERGED');
    expect(readFileSync(at('model.json'), 'utf8')).toContain('"converged":false');
  });
});
