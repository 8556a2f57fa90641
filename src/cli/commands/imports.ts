/** `demanda imports`: what was imported, and how an import is taken back. */

import { confirm, isCancel } from '@clack/prompts';
import { number } from '../../charts/number-text.ts';
import { momentWord, spanWord } from '../../contract/date-words.ts';
import type { ImportBatchItem, ImportUndoDocument } from '../../contract/documents.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { onOff } from '../../contract/options/option.ts';
import type { ImportKind, Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import { actorWords } from '../../i18n/audit-words.ts';
import type { MessageKey, Translate } from '../../i18n/messages.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Options } from '../context.ts';
import { canAsk } from '../import-question.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable } from '../table.ts';

const ACTIONS: Readonly<Record<string, 'list' | 'show' | 'undo'>> = {
  list: 'list',
  listar: 'list',
  show: 'show',
  ver: 'show',
  undo: 'undo',
  deshacer: 'undo',
};

const IMPORTS = {
  merchant: CELLS.merchant,
  /** Undoes without asking. */
  yes: onOff({ flag: '--yes', help: 'optYes' }),
} as const;

const KIND_WORDS = {
  sales: 'kindSales',
  market: 'kindMarket',
  costs: 'kindCosts',
  stock: 'kindStock',
  competitors: 'kindCompetitors',
} as const satisfies Record<ImportKind, MessageKey>;

export function addImports({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('imports [action] [id]', 'importaciones', 'cmdImports'), IMPORTS, t).action(
    (action: string | undefined, id: string | undefined, o: Options) =>
      withWorkspace(o, (workspace) => importsCommand(workspace, { action, id }, o, lang, t)),
  );
}

/** @throws DemandaError USAGE, OPTION_MISSING, IMPORT_BATCH_UNKNOWN, IMPORT_BATCH_UNDONE, IMPORT_UNDO_LATER */
async function importsCommand(
  workspace: Workspace,
  { action = 'list', id }: { readonly action?: string | undefined; readonly id?: string | undefined },
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const act = actionNamed(ACTIONS, action, t);
  const { merchant, yes = false } = readOptions(IMPORTS, o);
  const owner = merchant === undefined ? null : await workspace.merchantNamed(merchant);
  if (act === 'list') return listImports(workspace, owner, o, lang, t);
  if (id === undefined) throw new DemandaError('OPTION_MISSING', { option: 'ID' });
  const found = await workspace.imports.show(id, owner);
  if (act === 'show') {
    if (o.json) return sayJson(found);
    return say(`${details(found, lang, t)}\n`);
  }
  // A script that names an import means it.
  if (!yes && !o.json && canAsk() && found.undoneAt === null) {
    tell(`${details(found, lang, t)}\n`);
    const answer = await confirm({
      message: t('askUndo', { id: found.id, file: found.file }),
      ...{ active: t('yes'), inactive: t('no'), initialValue: false },
    });
    if (isCancel(answer) || !answer) return tell(`${t('undoLeft')}\n`);
  }
  const undone = await workspace.imports.undo(id, owner);
  if (o.json) return sayJson(undone);
  for (const line of undoLines(undone, lang, t)) say(`${line}\n`);
}

async function listImports(
  workspace: Workspace,
  owner: string | null,
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const imports: ImportBatchItem[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Workspace['imports']['list']>> = await workspace.imports.list(owner, {
      limit: 1_000,
      ...(cursor !== undefined && { cursor }),
    });
    imports.push(...page.items);
    cursor = page.nextCursor;
  }
  if (o.json) {
    const { currency } = await workspace.settings();
    return sayJson({ schema: 1, currency, imports });
  }
  say(imports.length === 0 ? `${t('importsNone')}\n` : `${table(imports, lang, t)}\n`);
}

function table(imports: readonly ImportBatchItem[], lang: Lang, t: Translate): string {
  return renderTable(
    [
      // To the right, it is never cut: it is what `undo` takes.
      { title: 'ID', right: true },
      { title: t('when') },
      { title: t('importFile'), spare: 1 },
      { title: t('importKind') },
      { title: t('importRows'), right: true },
      { title: t('importReplaced'), right: true },
      { title: t('importAdded'), right: true },
      { title: t('importSpan'), spare: 2 },
      { title: t('who'), spare: 3 },
      { title: '' },
    ],
    imports.map((batch) => [
      batch.id,
      momentWord(batch.at, lang),
      batch.file,
      t(KIND_WORDS[batch.kind]),
      number(lang, batch.accepted, 0),
      number(lang, batch.replaced, 0),
      number(lang, batch.added, 0),
      spanWord(batch.from, batch.to, lang),
      actorWords(batch.actor, batch.by, lang),
      batch.undoneAt === null ? '' : t('importUndone'),
    ]),
  );
}

function details(batch: ImportBatchItem, lang: Lang, t: Translate): string {
  const shown = (count: number): string => number(lang, count, 0);
  const read = Object.entries(batch.options).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const rows: [string, string][] = [
    ['ID', batch.id],
    [t('importFile'), batch.file],
    [t('importKind'), t(KIND_WORDS[batch.kind])],
    [t('when'), momentWord(batch.at, lang)],
    [t('who'), actorWords(batch.actor, batch.by, lang)],
    [t('merchant'), batch.merchant ?? t('importSeveral', { merchants: batch.merchants })],
    [t('importProducts'), shown(batch.products)],
    [t('importSpan'), spanWord(batch.from, batch.to, lang)],
    [t('importRows'), shown(batch.accepted)],
    [t('importRejected'), shown(batch.rejected)],
    [t('importReplaced'), t('importReplacedOf', { n: shown(batch.replaced), same: shown(batch.unchanged) })],
    [t('importAdded'), shown(batch.added)],
    ['SHA-256', batch.digest ?? '–'],
    ...(read.length === 0 ? [] : [[t('importOptions'), read.join(' ')] as [string, string]]),
  ];
  const { undoneAt, undoneBy } = batch;
  if (undoneAt !== null) rows.push([t('importUndone'), `${momentWord(undoneAt, lang)}, ${undoneBy ?? '–'}`]);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function undoLines(undone: ImportUndoDocument, lang: Lang, t: Translate): string[] {
  const { id, file, removed, restored, cellsRemoved, models, recommendations } = undone;
  const shown = { shownRemoved: number(lang, removed, 0), shownRestored: number(lang, restored, 0) };
  const lines = [t('undone', { id, file, removed, restored, ...shown })];
  if (cellsRemoved > 0) lines.push(`  ${t('undoneCells', { cells: cellsRemoved })}`);
  if (models > 0) lines.push(`  ${t('undoneModels', { models })}`);
  if (recommendations > 0) lines.push(`  ${t('undoneRecommendations', { recommendations })}`);
  return lines;
}
