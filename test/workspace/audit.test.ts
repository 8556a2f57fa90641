import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/contract/store/access.ts';
import { actionWords, actorWords } from '../../src/i18n/audit-words.ts';
import { prepare, trainShard, Workspace } from '../../src/workspace.ts';
import { refuseAuditEntries, storeContents } from '../support/store-contents.ts';

const folder = mkdtempSync(join(tmpdir(), 'demanda-audit-'));
const ANA = { kind: 'key', id: 'k-ana', name: 'caja' } as const;
const caller: Caller = { actor: ANA, name: 'caja', scopes: ['admin'], merchant: null, keyId: 'k-ana' };
let workspace: Workspace;
let uploaded: string;
let modelFile: string;
const shards = join(folder, 'shards');

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const sales = (shops: readonly string[]): string =>
  `date,merchant,product,quantity,price,cost\n${shops
    .flatMap((shop) =>
      Array.from({ length: 60 }, (_, i) => {
        const price = 2 + ((i * 7) % 5) * 0.1;
        return `${new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10)},${shop},Pera,${Math.round(40 / price ** 2)},${price},1`;
      }),
    )
    .join('\n')}\n`;

beforeAll(async () => {
  workspace = (await Workspace.open(folder, { lang: 'en' })).as(ANA);
  await workspace.importFiles([file('all.csv', sales(['Ana', 'Bea']))]);
  await workspace.train({ workers: 1 });
  const knowledge = join(folder, 'knowledge');
  await prepare(join(folder, 'all.csv'), knowledge, { workers: 1 });
  await trainShard({ input: join(folder, 'all.csv'), knowledge, output: shards, workers: 1 });
  modelFile = file('model.json', JSON.stringify(await workspace.exportModel('Ana', 'Pera')));
  ({ importId: uploaded } = await workspace.uploads.receive('up.csv', Readable.from([sales(['Ana'])]), null, 1e6));
}, 60_000);
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const newest = async (merchant: string): Promise<{ ids: string[]; expectedRevisions: Record<string, number> }> => {
  const [item] = (await workspace.recommendations.list({ merchant }, 'id', { limit: 1 })).items;
  if (!item) throw new RangeError('there must be a recommendation');
  return { ids: [item.id], expectedRevisions: { [item.id]: item.revision } };
};

/** Every method that changes something, in an order in which each can; what it writes, and of whom. */
const WRITES: readonly (readonly [
  name: string,
  entries: readonly (readonly [action: string, merchant: string | null])[],
  act: () => Promise<unknown>,
])[] = [
  ['importFiles', [['import.commit', 'Bea']], () => workspace.importFiles([file('bea.csv', sales(['Bea']))])],
  [
    'importFiles',
    [
      ['import.commit', null],
      ['import.remember', null],
    ],
    () =>
      workspace.importFiles([file('market.csv', 'date,product,market_price\n2026-01-01,Pera,3\n')], { kind: 'market' }),
  ],
  [
    'importFiles',
    [
      ['import.commit', 'Ana'],
      ['import.remember', null],
    ],
    () =>
      workspace.importFiles([file('costs.csv', 'date,merchant,product,cost\n2026-01-01,Ana,Pera,1\n')], {
        kind: 'costs',
      }),
  ],
  ['acceptHeld', [['sales.accept', 'Ana']], () => workspace.acceptHeld({ merchant: 'Ana' })],
  ['uploads.keep', [['import.upload', null]], () => workspace.uploads.keep(uploaded, null)],
  ['uploads.commit', [['import.commit', 'Ana']], () => workspace.uploads.commit(uploaded, null, { skipBad: false })],
  ['uploads.remove', [['import.remove', null]], () => workspace.uploads.remove(uploaded, null)],
  ['setSettings', [['settings.change', null]], () => workspace.setSettings({ unit: 'caja', country: 'es' })],
  [
    'setGuardrails',
    [['guardrails.change', 'Ana']],
    () => workspace.setGuardrails({ merchant: 'Ana' }, { maxChange: 0.1 }),
  ],
  ['setGuardrails', [['guardrails.change', null]], () => workspace.setGuardrails({}, { maxChange: 0.12 })],
  [
    'train',
    [
      ['training.start', 'Ana'],
      ['training.end', 'Ana'],
    ],
    () => workspace.train({ merchant: 'Ana', workers: 1 }),
  ],
  [
    'trainEach',
    [
      ['training.start', 'Ana'],
      ['training.end', 'Ana'],
    ],
    () => workspace.trainEach({ merchant: 'Ana', workers: 1 }, () => {}),
  ],
  ['importModel', [['model.import', 'Ana']], () => workspace.importModel(modelFile)],
  [
    'annotateRun',
    [['run.note', 'Ana']],
    async () => {
      const [model] = (await workspace.models({ merchant: 'Ana', product: 'Pera' })).models;
      return workspace.annotateRun(model?.runId ?? '', { tags: ['summer'], note: String(Math.random()) });
    },
  ],
  ['setAlias', [['model.alias', 'Ana']], () => workspace.setAlias('Ana', 'Pera', 'live', 2)],
  ['rollback', [['model.rollback', 'Ana']], () => workspace.rollback('Ana', 'Pera')],
  ['deleteModel', [['model.delete', 'Ana']], () => workspace.deleteModel('Ana', 'Pera', 3)],
  [
    'saveView',
    [['view.save', null]],
    () => workspace.saveView({ page: 'overview', name: 'Fish', query: 'search=fish' }),
  ],
  [
    'keepLines',
    [['lines.change', 'Ana']],
    () => workspace.keepLines({ merchant: 'Ana', lines: [{ product: 'Pera', family: 'fruit' }] }),
  ],
  ['saveColumns', [['view.columns', null]], () => workspace.saveColumns('overview', ['product', 'wape'])],
  [
    'recommend',
    [
      ['recommendation.propose', 'Ana'],
      ['recommendation.propose', 'Bea'],
    ],
    () => workspace.recommend({ keep: true }),
  ],
  [
    'recommendEach',
    [['recommendation.propose', 'Ana']],
    () => workspace.recommendEach({ merchant: 'Ana', keep: true, horizonDays: 21 }, () => {}),
  ],
  [
    'portfolio',
    [['recommendation.propose', 'Ana']],
    () => workspace.portfolio({ merchant: 'Ana', guardrails: { minProbability: null, minGain: null }, keep: true }),
  ],
  [
    'scenario',
    [['recommendation.propose', 'Ana']],
    async () => {
      const { plans } = await workspace.scenario({ merchant: 'Ana' });
      const price = Number(((plans[0]?.products[0]?.price as number) * 1.02).toFixed(2));
      await workspace.scenario({
        merchant: 'Ana',
        plans: [{ name: 'mine', prices: [{ product: 'Pera', price }] }],
        propose: 'mine',
      });
    },
  ],
  [
    'recommendations.refresh',
    [['recommendation.propose', 'Bea']],
    () => workspace.recommendations.refresh({ merchant: 'Bea', horizonDays: 7 }),
  ],
  [
    'recommendations.refreshTrained',
    [['recommendation.propose', 'Ana']],
    () => workspace.recommendations.refreshTrained([{ merchant: 'Ana', product: 'Pera' }], { count: 1 }),
  ],
  [
    'recommendations.decide',
    [['recommendation.reviewed', 'Ana']],
    async () => workspace.recommendations.decide(caller, { ...(await newest('Ana')), to: 'reviewed' }),
  ],
  [
    'recommendations.decide',
    [['recommendation.proposed', 'Ana']],
    async () => workspace.recommendations.decide(caller, { ...(await newest('Ana')), to: 'proposed' }),
  ],
  [
    'recommendations.decide',
    [['recommendation.rejected', 'Ana']],
    async () => workspace.recommendations.decide(caller, { ...(await newest('Ana')), to: 'rejected', reason: 'x' }),
  ],
  [
    'recommendations.decide',
    [['recommendation.approved', 'Bea']],
    async () =>
      workspace.recommendations.decide(caller, { ...(await newest('Bea')), to: 'approved', price: 2.5, reason: 'x' }),
  ],
  [
    'recommendations.export',
    [['recommendation.export', 'Bea']],
    async () =>
      workspace.recommendations.export(caller, {
        ids: (await newest('Bea')).ids,
        activationDate: '2026-12-01',
        format: 'csv',
      }),
  ],
  [
    'collect',
    [
      ['model.import', null],
      ['recommendation.propose', 'Ana'],
      ['recommendation.propose', 'Bea'],
    ],
    () => workspace.collect(shards),
  ],
];

/** Methods that change nothing that is kept. */
const READS = [
  'constructor',
  'in',
  'as',
  'within',
  'location',
  'close',
  'requireCurrency',
  'keptLines',
  'models',
  'exportModel',
  'promotions',
  'competitors',
  'forecast',
  'forecastEach',
  'totals',
  'show',
  'compare',
  'historyList',
  'history',
  'historyAnalyze',
  'held',
  // A server's clock: what it starts and sends has entries of its own.
  'keepWatch',
].concat([
  ...[
    'prepare',
    'backtest',
    'settings',
    'views',
    'guardrailsAt',
    'doctor',
    'cellNamed',
    'choiceNamed',
    'merchantNamed',
    'cellsNamed',
    'runLog',
    'backup',
  ],
  ...[
    'recommendations.list',
    'recommendations.get',
    'recommendations.totals',
    'recommendations.whatIf',
    'recommendations.batch',
    'recommendations.batchFile',
    'recommendations.outcome',
    'recommendations.outcomes',
  ],
  // Of a queue: test/workspace/workers.test.ts.
  ...['queueFigures', 'superviseQueue', 'work', 'trainOnQueue'],
  // What is received is not there before it is kept.
  ...['uploads.receive', 'uploads.discard', 'uploads.preview', 'uploads.rejected', 'uploads.fileName'],
  ...['uploads.show', 'uploads.progress'],
]);
/** Private in TypeScript alone. */
const PRIVATE =
  /^(scope|trainedCell|trainedWithoutSales|coldCell|earlierVersion|modelOf|deed|importFile|runTraining|trainByIterations|assumedCell|holdEach|proposeAnswers|answers|figuresOf|seriesOf|startsCold|isTrainedWithoutSales|coldStartGiven|recommendCold|recommendCell|header|guardrails|holidays|executor|fleetOptions|source|chosen|resolve|requireInstrument|requireCell|findModel|findModelAmong|requireTrained|resolveTrained|requireModel)$|^\w+\.(constructor|findBatch|require|matching|batchDocument|importAs|readAs|removeOld|requireFile)$/;

const entries = async (): Promise<
  { action: string; merchant: string | null; actor: string; actorName: string | null }[]
> => (await workspace.access.audit({ merchant: null }, { limit: 1_000 })).items.reverse();

describe('the audit log', () => {
  it('is asked of every method that there is', () => {
    const methods = [
      ...Object.getOwnPropertyNames(Workspace.prototype),
      ...(['recommendations', 'uploads'] as const).flatMap((part) =>
        Object.getOwnPropertyNames(Object.getPrototypeOf(workspace[part])).map((name) => `${part}.${name}`),
      ),
    ].filter((name) => !PRIVATE.test(name) && !READS.includes(name));
    expect([...new Set(WRITES.map(([name]) => name))].sort()).toEqual(methods.sort());
  });

  it('tells of each deed once, of whom and by whom; a deed whose entry cannot be written is not done', {
    timeout: 60_000,
  }, async () => {
    for (const [name, expected, act] of WRITES) {
      const [before, told] = [storeContents(folder), (await entries()).length];
      // A file on its way is taken in or not: one that was refused has to come again.
      if (name !== 'uploads.keep') {
        refuseAuditEntries(folder, true);
        await expect(act(), name).rejects.toThrow();
        refuseAuditEntries(folder, false);
        expect(storeContents(folder), name).toBe(before);
      }
      await act();
      const written = (await entries()).slice(told);
      expect(
        written.map(({ action, merchant }) => [action, merchant]),
        name,
      ).toEqual(expected);
      for (const { actor, actorName, action } of written) {
        expect([actor, actorName]).toEqual(['key:k-ana', 'caja']);
        for (const lang of ['es', 'en'] as const) expect(actionWords(action, lang)).not.toBe(action);
      }
    }
  });

  it('an upload whose entry cannot be written is not there, and leaves no file', async () => {
    const { importId } = await workspace.uploads.receive('x.csv', Readable.from(['date\n']), null, 1e6);
    await expect(workspace.uploads.preview(importId, null, {})).rejects.toMatchObject({ code: 'IMPORT_UNKNOWN' });
    refuseAuditEntries(folder, true);
    await expect(workspace.uploads.keep(importId, null)).rejects.toThrow();
    refuseAuditEntries(folder, false);
    await expect(workspace.uploads.keep(importId, null)).rejects.toMatchObject({ code: 'IMPORT_UNKNOWN' });
    expect(readdirSync(join(folder, 'uploads'))).not.toContain(importId);
  });

  it('tells nothing of what was refused, and nothing of what changed nothing', async () => {
    const [before, told] = [storeContents(folder), (await entries()).length];
    const refused = [
      () =>
        workspace.importFiles([file('bad.csv', 'date,merchant,product,quantity,price\n2026-01-01,Ana,Pera,-1,2\n')]),
      () => workspace.setSettings({ unit: 'kg', currency: 'ZZZ' }),
      () => workspace.setGuardrails({ merchant: 'Nadie' }, { maxChange: 0.1 }),
      () => workspace.train({ merchant: 'Nadie' }),
      () => workspace.train({ instrument: 'nothing' }),
      () => workspace.setAlias('Ana', 'Pera', 'live', 99),
      () => workspace.deleteModel('Ana', 'Pera', 99),
      () => workspace.recommendations.decide(caller, { ids: ['1'], to: 'approved', expectedRevisions: { 1: 99 } }),
    ];
    for (const act of refused) await expect(act()).rejects.toThrow();
    await workspace.importFiles([file('again.csv', sales(['Ana']))], { dryRun: true });
    await workspace.recommend({ guardrails: { maxChange: 0.01 } });
    await workspace.setSettings({});
    expect(storeContents(folder)).toBe(before);
    expect((await entries()).length).toBe(told);
  });

  it('shows a merchant what concerns it and nothing of another', async () => {
    for (const merchant of ['Ana', 'Bea']) {
      const { items } = await workspace.access.audit({ merchant }, { limit: 1_000 });
      expect(items.length).toBeGreaterThan(3);
      expect(new Set(items.map((entry) => entry.merchant))).toEqual(new Set([merchant]));
    }
  });

  it('names kinds of actors, so that a name passes for nobody else', () => {
    const names = (
      ['key:1', 'session:1', 'session:owner', 'owner:1', 'command:owner', 'library:owner', 'training:1'] as const
    ).flatMap((actor) => (['es', 'en'] as const).map((lang) => actorWords(actor, 'owner', lang)));
    expect(new Set(names).size).toBe(names.length);
    expect(actorWords('owner:1', 'owner', 'en')).toBe('this computer');
    // Of earlier versions, which kept names for ids, it cannot be told whose session it was.
    expect(actorWords('session:owner', null, 'en')).not.toBe('this computer');
    expect(actorWords('key:caja', null, 'es')).toBe('clave «caja»');
  });
});
