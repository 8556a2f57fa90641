/** `demanda products` and `demanda merchants`: their names, which are listed, changed and joined. */

import { confirm, isCancel } from '@clack/prompts';
import { number } from '../../charts/number-text.ts';
import { spanWord } from '../../contract/date-words.ts';
import type { NameAliasesDocument, NameChangeDocument, NamesDocument } from '../../contract/documents.ts';
import { CELLS } from '../../contract/options/cells.ts';
import { onOff } from '../../contract/options/option.ts';
import { visibleText } from '../../contract/visible-text.ts';
import type { Lang, NamedKind } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import type { CommandContext, Options } from '../context.ts';
import { canAsk } from '../import-question.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { renderTable } from '../table.ts';

type Action = 'list' | 'rename' | 'merge' | 'aliases' | 'forget';

const ACTIONS: Readonly<Record<string, Action>> = {
  ...{ list: 'list', listar: 'list' },
  ...{ rename: 'rename', renombrar: 'rename' },
  ...{ merge: 'merge', unir: 'merge' },
  ...{ aliases: 'aliases', alias: 'aliases' },
  ...{ forget: 'forget', olvidar: 'forget' },
};

const CHANGES = {
  dryRun: onOff({ flag: '--dry-run', help: 'optNamesDryRun' }),
  /** Joins without asking. */
  yes: onOff({ flag: '--yes', help: 'optYes' }),
} as const;
const OF_PRODUCTS = { merchant: CELLS.merchant, ...CHANGES } as const;

export function addNames({ command, lang, t, withWorkspace }: CommandContext): void {
  const products = command('products [action] [names...]', 'productos', 'cmdProducts');
  const merchants = command('merchants [action] [names...]', 'comerciantes', 'cmdMerchants').alias('comercios');
  addOptions(products, OF_PRODUCTS, t).action((action: string | undefined, names: string[], o: Options) =>
    withWorkspace(o, (workspace) => namesCommand(workspace, { kind: 'product', action, names }, o, lang, t)),
  );
  addOptions(merchants, CHANGES, t).action((action: string | undefined, names: string[], o: Options) =>
    withWorkspace(o, (workspace) => namesCommand(workspace, { kind: 'merchant', action, names }, o, lang, t)),
  );
}

interface Asked {
  readonly kind: NamedKind;
  readonly action: string | undefined;
  readonly names: readonly string[];
}

/** @throws DemandaError USAGE, OPTION_MISSING, and those of the names */
async function namesCommand(
  workspace: Workspace,
  { kind, action = 'list', names }: Asked,
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const act = actionNamed(ACTIONS, action, t);
  const { merchant, dryRun = false, yes = false } = readOptions(OF_PRODUCTS, o);
  requireNames(act, action, names, t);
  const options = { merchant, dryRun };
  switch (act) {
    case 'list': {
      const document = await workspace.names.list(kind, options);
      return o.json ? sayJson(document) : say(namesText(document, lang, t));
    }
    case 'aliases': {
      const document = await workspace.names.aliases(kind, options);
      return o.json ? sayJson(document) : say(aliasesText(document, t));
    }
    case 'forget': {
      const document = await workspace.names.forget(kind, names[0] as string, options);
      return o.json ? sayJson(document) : say(`${t('nameForgotten', { name: shown(document.alias.name) })}\n`);
    }
    case 'rename':
      return sayChange(await workspace.names.rename(kind, names[0] as string, names[1] as string, options), o, lang, t);
    case 'merge': {
      const [from, into] = [names.slice(0, -1), names.at(-1) as string];
      // A script that names what it joins means it.
      if (!dryRun && !yes && !o.json && canAsk()) {
        const would = await workspace.names.merge(kind, from, into, { merchant, dryRun: true });
        for (const line of changeLines(would, lang, t)) tell(`${line}\n`);
        const answer = await confirm({
          message: t('askJoin', { name: shown(would.into) }),
          ...{ active: t('yes'), inactive: t('no'), initialValue: false },
        });
        if (isCancel(answer) || !answer) return tell(`${t('undoLeft')}\n`);
      }
      return sayChange(await workspace.names.merge(kind, from, into, options), o, lang, t);
    }
  }
}

/** How many names an action takes. @throws DemandaError OPTION_MISSING, USAGE */
function requireNames(act: Action, typed: string, names: readonly string[], t: Translate): void {
  const [least, most] = { list: [0, 0], aliases: [0, 0], forget: [1, 1], rename: [2, 2], merge: [2, names.length] }[
    act
  ] as [number, number];
  if (names.length < least) throw new DemandaError('USAGE', { detail: t('namesMissing', { action: typed, least }) });
  if (names.length > Math.max(least, most))
    throw new DemandaError('USAGE', {
      detail: t('namesTooMany', { action: typed, most, name: shown(names[most] ?? '') }),
    });
}

/** A name within a sentence, whatever it holds. */
function shown(name: string): string {
  return `«${visibleText(name)}»`;
}

function namesText({ kind, names, similar }: NamesDocument, lang: Lang, t: Translate): string {
  if (names.length === 0) return `${t('namesNone')}\n`;
  const table = renderTable(
    [
      { title: t(kind) },
      { title: t(kind === 'product' ? 'namesMerchants' : 'importProducts'), right: true },
      { title: t('importRows'), right: true },
      { title: t('importSpan') },
      { title: t('namesUnit') },
    ],
    names.map(({ name, cells, rows, from, to, units }) => [
      visibleText(name),
      number(lang, cells, 0),
      number(lang, rows, 0),
      spanWord(from, to, lang),
      units.join(', ') || '–',
    ]),
  );
  const suggestions = similar.map((group) => `  ${group.map(shown).join(' · ')}`);
  const hint =
    similar.length === 0 ? [] : [t(kind === 'product' ? 'similarProducts' : 'similarMerchants'), ...suggestions];
  return `${[table, ...hint].join('\n')}\n`;
}

function aliasesText({ aliases }: NameAliasesDocument, t: Translate): string {
  if (aliases.length === 0) return `${t('aliasesNone')}\n`;
  const lines = aliases.map(({ name, target, merchant }) =>
    [`${shown(name)} → ${shown(target)}`, ...(merchant === null ? [] : [`(${visibleText(merchant)})`])].join(' '),
  );
  return `${lines.join('\n')}\n`;
}

function sayChange(change: NameChangeDocument, o: Options, lang: Lang, t: Translate): void {
  if (o.json) {
    sayJson(change);
    return;
  }
  for (const line of changeLines(change, lang, t)) say(`${line}\n`);
  const names = { names: change.from.map(shown).join(', '), into: shown(change.into) };
  const command = t(change.kind === 'product' ? 'commandProducts' : 'commandMerchants');
  if (change.dryRun) tell(`${t('nothingChanged')}\n`);
  else if (!o.quiet) tell(`${t('aliasKept', { ...names, command })}\n`);
}

function changeLines(change: NameChangeDocument, lang: Lang, t: Translate): string[] {
  const { from, into, renamed, merged, rows, sameDays, dryRun } = change;
  const names = { from: from.map(shown).join(', '), into: shown(into) };
  const cells = renamed + merged;
  const counts = { cells, rows, shownCells: number(lang, cells, 0), shownRows: number(lang, rows, 0) };
  const lines = [t(dryRun ? 'nameWouldChange' : 'nameChanged', { ...names, ...counts })];
  const add = (key: Parameters<Translate>[0], count: number): void => {
    if (count > 0) lines.push(`  ${t(key, { count, shown: number(lang, count, 0) })}`);
  };
  add('joinedDays', sameDays);
  add('joinedModels', change.models);
  add('joinedRetired', change.retired);
  add('joinedTrainings', change.trainings);
  add('joinedRecommendations', change.recommendations);
  add('joinedHeld', change.held);
  add('joinedGuardrails', change.guardrails);
  add('joinedKeys', change.keys);
  add('joinedImports', change.imports);
  if (merged > 0) lines.push(`  ${t('joinedTrain')}`);
  return lines;
}
