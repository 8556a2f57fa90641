/** Files that are imported with the settings of the workspace. */

import type { ImportDocument } from '../contract/documents.ts';
import type { ImportChoice } from '../contract/file-understanding.ts';
import { checkOptions } from '../contract/options/check-options.ts';
import { READ_FILE, READ_OWN_FILE } from '../contract/options/import.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { CommandDays } from './command-days.ts';
import { deedNow, header, settingsOf, type WorkspaceContext } from './context.ts';
import { importChoices } from './import-choices.ts';
import { type ImportContext, type ImportOptions, type StagedFile, stageFile } from './import-file.ts';

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
    return { ...(await header(context)), files: done };
  } finally {
    for (const file of staged) await file.drop();
  }
}

export async function importOne(
  context: WorkspaceContext,
  file: string,
  options: ImportOptions,
): Promise<ImportDocument['files'][number]> {
  const staged = await stageOne(context, file, options, null);
  try {
    return await settled(context, file, staged, options, () => staged.commit());
  } finally {
    await staged.drop();
  }
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
  const { unit: usualUnit = '' } = await settingsOf(context);
  const { store, lang } = context;
  try {
    const deed: ImportContext['deed'] = (merchant, detail) => deedNow(context, 'import.commit', merchant, detail);
    return await stageFile({ store, lang, usualUnit, deed, earlier }, file, options);
  } catch (error) {
    const answer = error instanceof DemandaError ? await answerTo(context, file, error, options) : null;
    if (answer === null) throw error;
    // An answer settles its question for good: no file asks twice for one option.
    return stageOne(context, file, { ...options, [answer.option]: answer.value }, earlier);
  }
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
