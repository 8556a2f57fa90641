/** `models`: versions of models, and what is done with them. */

import { errorShare, number } from '../../charts/number-text.ts';
import type { CellName } from '../../contract/cell-name.ts';
import { momentWord } from '../../contract/date-words.ts';
import type { DeletedModelItem, ModelsDocument } from '../../contract/documents.ts';
import { oneOf, whole } from '../../contract/options/option.ts';
import { ALIASES, type Lang } from '../../core/vocabulary.ts';
import { DemandaError } from '../../errors/demanda-error.ts';
import type { Translate } from '../../i18n/messages.ts';
import { modelsTable } from '../../workspace/tables/list-tables.ts';
import type { Workspace } from '../../workspace.ts';
import { actionNamed } from '../action-named.ts';
import { type CommandContext, cellOptions, choice, type Options } from '../context.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { renderTable } from '../table.ts';
import { exportTable, tableOptions, wantedFile } from '../table-export.ts';

/** Actions of `models`, in both languages. `show` lists the versions of one cell. */
const MODEL_ACTIONS: Readonly<Record<string, 'list' | 'show' | 'alias' | 'rollback' | 'delete' | 'export' | 'import'>> =
  {
    list: 'list',
    listar: 'list',
    show: 'show',
    ver: 'show',
    alias: 'alias',
    rollback: 'rollback',
    revertir: 'rollback',
    delete: 'delete',
    borrar: 'delete',
    export: 'export',
    exportar: 'export',
    import: 'import',
    importar: 'import',
  };

const MODELS = {
  version: whole({ flag: '--version-number', help: 'version', least: 1, most: 1e9 }),
  alias: oneOf({
    flag: '--alias',
    taken: `<${ALIASES.join('|')}>`,
    help: 'optAlias',
    of: ALIASES,
    usual: 'live',
  }),
} as const;

export function addModels({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = cellOptions(command('models [action] [target]', 'modelos', 'cmdModels'), t);
  tableOptions(addOptions(made, MODELS, t), t).action(
    (action: string | undefined, target: string | undefined, o: Options) =>
      withWorkspace(o, async (workspace) => {
        const act = actionNamed(MODEL_ACTIONS, action ?? 'list', t);
        const wanted = wantedFile(o);
        const cell = await chosenCell(workspace, act, target, o, t);
        const done = act === 'list' || cell === null ? { deleted: null } : await actOn(workspace, act, cell, o);
        if (done === 'shown') return;
        const document = await workspace.models({ ...choice(o), ...cell });
        const { deleted } = done;
        await exportTable(wanted, (view) => modelsTable(document.models, view), { ...document, lang, t });
        if (o.json) return sayJson(deleted ? { ...document, deleted } : document);
        if (deleted) say(`${deletedText(deleted, t)}\n`);
        if (document.models.length > 0)
          say(`${modelTable(document.models, lang, t)}\n${o.quiet ? '' : `${t('modelsNote')}\n`}`);
        else if (!deleted) say(`${t('noModels')}\n`);
      }),
  );
}

type ModelAction = (typeof MODEL_ACTIONS)[string];

/** The cell that an action is about: the one of an imported file, the one that is named, or null for none. */
async function chosenCell(
  workspace: Workspace,
  act: ModelAction,
  target: string | undefined,
  o: Options,
  t: Translate,
): Promise<CellName | null> {
  if (act === 'import') {
    if (target === undefined) throw new DemandaError('OPTION_MISSING', { option: t('argumentFile').toUpperCase() });
    const { merchant, product } = await workspace.importModel(target);
    return { merchant, product };
  }
  if (target !== undefined) {
    const cell = await workspace.cellNamed(target);
    if (!cell) throw new DemandaError('USAGE', { detail: t('modelName', { name: target }) });
    return { merchant: cell.merchant, product: cell.product };
  }
  if (act === 'list') return null;
  if (typeof o.merchant !== 'string' || typeof o.product !== 'string')
    throw new DemandaError('USAGE', { detail: t('needCell') });
  return { merchant: o.merchant, product: o.product };
}

/** Does what an action says to a cell's models; 'shown' where its own answer is all that is shown. */
async function actOn(
  workspace: Workspace,
  act: ModelAction,
  { merchant, product }: CellName,
  o: Options,
): Promise<'shown' | { readonly deleted: DeletedModelItem | null }> {
  const { version, alias = MODELS.alias.usual } = readOptions(MODELS, o);
  if (act === 'export') {
    sayJson(await workspace.exportModel(merchant, product, version));
    return 'shown';
  }
  if (act === 'rollback') await workspace.rollback(merchant, product, version);
  if (act !== 'alias' && act !== 'delete') return { deleted: null };
  if (version === undefined) throw new DemandaError('OPTION_MISSING', { option: '--version-number' });
  if (act === 'delete') return { deleted: await workspace.deleteModel(merchant, product, version) };
  await workspace.setAlias(merchant, product, alias, version);
  return { deleted: null };
}

function modelTable(models: ModelsDocument['models'], lang: Lang, t: Translate): string {
  const percent = new Intl.NumberFormat(lang, {
    style: 'percent',
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  });
  /** Change of sales at a price 10 % higher. */
  const response = (elasticity: number): string => percent.format(1.1 ** elasticity - 1);
  return renderTable(
    [
      { title: t('merchant') },
      { title: t('product') },
      { title: t('version'), right: true },
      { title: t('iterations'), right: true, spare: 2 },
      { title: t('rows'), right: true, spare: 1 },
      { title: t('modelError'), right: true },
      { title: t('modelResponse'), right: true },
      { title: t('trainedAt'), spare: 3 },
    ],
    models.map((m) => [
      m.merchant,
      m.product,
      `${m.version}${m.aliases.length > 0 ? ` ${m.aliases.join(' ')}` : ''}`,
      m.iterations === 0 ? '–' : number(lang, m.iterations, 0),
      number(lang, m.ownRows, 0),
      errorShare(lang, m.error.wape),
      m.elasticity
        ? `${response(m.elasticity.value)} [${response(m.elasticity.low)}, ${response(m.elasticity.high)}]`
        : '–',
      momentWord(m.trainedAt, lang),
    ]),
  );
}

/** What was deleted, and which version is live now. */
function deletedText({ live, promoted, ...deleted }: DeletedModelItem, t: Translate): string {
  if (live === null) return t('modelsGone', { ...deleted });
  return t(promoted === null ? 'modelDeleted' : 'modelPromoted', { ...deleted, live });
}
