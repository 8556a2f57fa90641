/** Files that are imported with the settings of the workspace. */

import type { ImportDocument } from '../contract/documents.ts';
import type { ImportChoice, RememberedMapping } from '../contract/file-understanding.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { READ_FILE, READ_OWN_FILE } from '../contract/options/import.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { CommandDays } from './command-days.ts';
import { deedNow, header, settingsOf, type WorkspaceContext } from './context.ts';
import { Experiments } from './experiments.ts';
import { importChoices } from './import-choices.ts';
import { type ImportContext, type ImportOptions, type StagedFile, stageFile } from './import-file.ts';
import { noteIn } from './import-notes.ts';
import { mappingText, recall, remember, shownMapping } from './remembered-mapping.ts';

/** Imports files, each all or nothing; nothing of any when a row of one is bad, unless `skipBad`. */
export async function importFiles(
  context: WorkspaceContext,
  files: readonly string[],
  options: ImportOptions = {},
): Promise<ImportDocument> {
  checkOptions({ ...READ_FILE, ...READ_OWN_FILE }, options);
  if (options.add === true && options.replace === true)
    throw new DemandaError('OPTIONS_CONFLICT', {
      first: context.optionName('add'),
      second: context.optionName('replace'),
    });
  const earlier = files.length > 1 ? new CommandDays() : null;
  const staged: StagedFile[] = [];
  try {
    for (const file of files) staged.push(await stageOne(context, file, options, earlier));
    // What one of them contradicts is settled before any is written.
    if (staged.length > 1)
      for (const [i, file] of staged.entries())
        await settled(context, files[i] as string, file, options, () => file.check());
    const done: ImportDocument['files'][number][] = [];
    for (const [i, file] of staged.entries())
      done.push(await settled(context, files[i] as string, file, options, () => file.commit()));
    const last = done.pop();
    if (last) done.push(await withAborts(context, last, options));
    const { schema, currency } = await header(context);
    return { schema, currency: dryCurrency(options) ?? currency, files: done };
  } finally {
    for (const file of staged) await file.drop();
  }
}

/** Another currency than the workspace's. */
function dryCurrency({ dryRun, currency }: ImportOptions): string | undefined {
  return dryRun === true ? currency?.toUpperCase() : undefined;
}

export async function importOne(
  context: WorkspaceContext,
  file: string,
  options: ImportOptions,
): Promise<ImportDocument['files'][number]> {
  const staged = await stageOne(context, file, options, null);
  try {
    const done = await settled(context, file, staged, options, () => staged.commit());
    return await withAborts(context, done, options);
  } finally {
    await staged.drop();
  }
}

/** Price tests that turn out to cost too much are aborted as soon as their sales are there, which the import says. */
async function withAborts(
  context: WorkspaceContext,
  done: ImportDocument['files'][number],
  options: ImportOptions,
): Promise<ImportDocument['files'][number]> {
  if (options.dryRun === true || done.kind !== 'sales') return done;
  const aborted = await new Experiments(context).abortCostly();
  if (aborted.length === 0) return done;
  return { ...done, notes: [...done.notes, ...aborted.map((abort) => noteIn(abort, context.lang))] };
}

/** Work that a file's contradictions refuse, after whoever is asked has said which rows hold. */
async function settled<T>(
  context: WorkspaceContext,
  file: string,
  staged: StagedFile,
  options: ImportOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const answer = error instanceof DemandaError ? await answerTo(context, file, error, options) : null;
    if (answer?.option !== 'add' && answer?.option !== 'replace') throw error;
    staged.settle(answer.option);
    return work();
  }
}

async function stageOne(
  context: WorkspaceContext,
  file: string,
  options: ImportOptions,
  earlier: CommandDays | null,
): Promise<StagedFile> {
  const recalled = await recall(context, file, options);
  const { mapping, form } = recalled;
  const remembered = mapping === null ? null : shownMapping(mapping, options);
  const used = { ...mapping?.options, ...options };
  try {
    const staged = await stageFile(await importContext(context, remembered, earlier, options), file, {
      ...used,
      ...(form !== null && { form }),
    });
    const commit = async (): ReturnType<StagedFile['commit']> => {
      const done = await staged.commit();
      if (options.dryRun !== true) await remember(context, recalled, options.fileName ?? file, done.kind, options);
      return done;
    };
    return { ...staged, commit };
  } catch (error) {
    if (!(error instanceof DemandaError)) throw error;
    const answer = await answerTo(context, file, error, used);
    // An answer settles its question for good: no file asks twice for one option.
    if (answer !== null) return stageOne(context, file, answered(options, answer), earlier);
    if (remembered === null || !mayBeOf(remembered, error)) throw error;
    const refusal = new DemandaError(
      'IMPORT_REMEMBERED',
      {
        problem: namedAs(options.fileName, error).messageIn(context.lang),
        last: remembered.file,
        date: remembered.date,
        options: mappingText(remembered, context.optionName),
      },
      { cause: error },
    );
    const anew = await answerTo(context, file, refusal, options);
    if (anew === null) throw refusal;
    return stageOne(context, file, answered(options, anew), earlier);
  }
}

/** Whether a refusal may come from what was said of an earlier file. */
function mayBeOf({ options }: RememberedMapping, { code }: DemandaError): boolean {
  if (code === 'IMPORT_ONLY_NONE') return 'only' in options;
  if (/^IMPORT_(MISSING|WIDE)/.test(code)) return 'map' in options || 'kind' in options || 'sheet' in options;
  const ofReading = /^IMPORT_(?!NO_FILE|EMPTY|DIRECTORY|FILES_OVERLAP|REMEMBERED)/.test(code);
  return ofReading && Object.keys(options).length > 0;
}

/** A refusal that names the file as who sent it does. */
function namedAs(fileName: string | undefined, error: DemandaError): DemandaError {
  return fileName === undefined || !('file' in error.parameters)
    ? error
    : new DemandaError(error.code, { ...error.parameters, file: fileName } as never, { cause: error });
}

function answered(options: ImportOptions, { option, value }: ImportChoice): ImportOptions {
  return { ...options, [option]: option === 'forgetMapping' ? true : value };
}

async function importContext(
  context: WorkspaceContext,
  remembered: RememberedMapping | null,
  earlier: CommandDays | null,
  options: ImportOptions,
): Promise<ImportContext> {
  const { store, lang, optionName } = context;
  const { unit: usualUnit = '', timezone = '', currency } = await settingsOf(context);
  const deed: ImportContext['deed'] = (merchant, detail) => deedNow(context, 'import.commit', merchant, detail);
  const read = { usualUnit, timezone, currency: dryCurrency(options) ?? currency };
  return { store, lang, optionName, ...read, deed, earlier, remembered };
}

/** What settles a refused file; null where nothing does, or nobody answers. */
async function answerTo(
  { lang }: WorkspaceContext,
  file: string,
  refusal: DemandaError,
  options: ImportOptions,
): Promise<ImportChoice | null> {
  const choices = importChoices(refusal).filter(({ option }) => options[option] === undefined);
  if (choices.length === 0) return null;
  const told: Readonly<Record<string, string | number>> = refusal.parameters;
  const at =
    told.line === undefined
      ? null
      : { value: String(told.value), column: String(told.column), line: Number(told.line) };
  const question = { file, code: refusal.code, message: refusal.messageIn(lang), at, choices };
  return (await options.choose?.(question)) ?? null;
}
