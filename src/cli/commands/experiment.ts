/** `demanda experiment`: price tests, from proposal to answer. */

import { CELLS } from '../../contract/options/cells.ts';
import { LIST_TESTS, PROPOSE_TEST, START_TEST } from '../../contract/options/experiment.ts';
import type { Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import { writeOutput } from '../../workspace/output-file.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import { type CommandContext, choice, type Options, requireCells } from '../context.ts';
import { experimentText, listText, planText, proposalsText } from '../experiment-text.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { wrapped } from '../table.ts';
import { wantedFile } from '../table-export.ts';

type Action = 'propose' | 'start' | 'plan' | 'list' | 'show' | 'stop';

const ACTIONS: Readonly<Record<string, Action>> = {
  ...{ propose: 'propose', proponer: 'propose' },
  ...{ start: 'start', empezar: 'start' },
  ...{ plan: 'plan' },
  ...{ list: 'list', listar: 'list' },
  ...{ show: 'show', ver: 'show', analyse: 'show', analizar: 'show' },
  ...{ stop: 'stop', detener: 'stop' },
};

const ALL = { ...CELLS, ...START_TEST, ...LIST_TESTS };

export function addExperiment({ command, lang, t, withWorkspace }: CommandContext): void {
  addOptions(command('experiment [action] [id]', 'experimento', 'cmdExperiment'), ALL, t)
    .option('--all', t('optAll'))
    .option('--export <file>', t('optTestExport'))
    .option('--for-machines', t('optForMachines'))
    .action((action: string | undefined, id: string | undefined, o: Options) =>
      withWorkspace(o, (workspace) => experimentCommand(workspace, { action, id }, o, lang, t)),
    );
}

/** @throws DemandaError USAGE, OPTION_MISSING, and those of experiments */
async function experimentCommand(
  workspace: Workspace,
  { action = 'list', id }: { readonly action?: string | undefined; readonly id?: string | undefined },
  o: Options,
  lang: Lang,
  t: Translate,
): Promise<void> {
  const act = actionNamed(ACTIONS, action, t);
  switch (act) {
    case 'propose': {
      requireCells(o, t);
      const document = await workspace.experiments.propose({ ...choice(o), ...readOptions(PROPOSE_TEST, o) });
      return o.json ? sayJson(document) : say(`${proposalsText(document, lang, t)}\n`);
    }
    case 'start': {
      const document = await workspace.experiments.start({
        ...(id === undefined ? choice(o) : await cellOf(workspace, id, t)),
        ...readOptions(START_TEST, o),
      });
      if (o.json) return sayJson(document);
      say(`${experimentText(document, lang, t)}\n`);
      if (!o.quiet) tell(`${wrapped(t('testNextPlan', { id: document.id }))}\n`);
      return;
    }
    case 'list': {
      const items = await all(workspace, o);
      if (o.json) return sayJson({ schema: 1, currency: (await workspace.settings()).currency, experiments: items });
      return say(`${items.length === 0 ? t('testNone') : listText(items, lang, t)}\n`);
    }
    case 'plan':
      return planCommand(workspace, required(id), o, lang, t);
    case 'show': {
      const document = await workspace.experiments.show(required(id));
      if (o.json) return sayJson(document);
      for (const { message } of document.warnings) tell(`${wrapped(message)}\n`);
      return say(`${experimentText(document, lang, t)}\n`);
    }
    case 'stop': {
      const document = await workspace.experiments.stop(required(id));
      return o.json ? sayJson(document) : say(`${experimentText(document, lang, t)}\n`);
    }
  }
}

function required(id: string | undefined): string {
  if (id === undefined) throw new DemandaError('OPTION_MISSING', { option: 'ID' });
  return id;
}

/** The cell that "merchant:product" names. @throws DemandaError USAGE */
async function cellOf(workspace: Workspace, target: string, t: Translate) {
  const cell = await workspace.cellNamed(target);
  if (cell === null) throw new DemandaError('USAGE', { detail: t('needCell') });
  return cell;
}

type Listed = Awaited<ReturnType<Workspace['experiments']['list']>>['items'];

async function all(workspace: Workspace, o: Options): Promise<Listed> {
  const { merchant, product } = choice(o);
  const wanted = {
    ...(merchant !== undefined && { merchant: await workspace.merchantNamed(merchant) }),
    ...(product !== undefined && { product }),
    ...readOptions(LIST_TESTS, o),
  };
  const items: Listed = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<Workspace['experiments']['list']>> = await workspace.experiments.list(wanted, {
      limit: 1_000,
      ...(cursor !== undefined && { cursor }),
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function planCommand(workspace: Workspace, id: string, o: Options, lang: Lang, t: Translate): Promise<void> {
  const wanted = wantedFile(o);
  if (wanted) {
    const { file, format, style } = wanted;
    await writeOutput(file, (await workspace.experiments.plan(id, format, null, style)).bytes);
    return tell(`${t('written', { file })}\n`);
  }
  const document = await workspace.experiments.show(id);
  return o.json ? sayJson(document) : say(`${planText(document, lang, t)}\n`);
}
