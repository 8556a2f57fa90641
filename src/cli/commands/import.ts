/** `import`: sales, costs and market prices into the workspace. */

import { setFlagsFromString } from 'node:v8';
import type { ImportDocument, ImportIssue } from '../../contract/documents.ts';
import { HELD_CODES } from '../../contract/held-codes.ts';
import { READ_FILE, READ_OWN_FILE } from '../../contract/options/import.ts';
import { WORKSPACE_SETTINGS } from '../../contract/options/settings.ts';
import { visibleText } from '../../contract/visible-text.ts';
import type { Lang } from '../../core/vocabulary.ts';
import type { Translate } from '../../i18n/messages.ts';
import { assumptionWords } from '../../i18n/reading-words.ts';
import type { CommandContext, Options } from '../context.ts';
import { askImport, canAsk } from '../import-question.ts';
import { importText } from '../import-text.ts';
import { addOptions, readOptions } from '../options.ts';
import { say, sayJson, tell } from '../output.ts';
import { clearStatus, showsProgress, status } from '../progress.ts';
import { understandingText } from '../understanding-text.ts';

const { country, currency } = WORKSPACE_SETTINGS;
const SETTINGS_TOO = { country, currency };

/** Rows that are wrong, and values that are held: the first of each. */
function tellIssues({ issues, heldCount }: ImportDocument['files'][number], t: Translate): void {
  const isHeld = ({ code }: ImportIssue): boolean => HELD_CODES.has(code);
  const held = issues.filter(isHeld);
  for (const { message } of issues.filter((issue) => !isHeld(issue)).slice(0, MOST_ISSUES)) tell(`  ${message}\n`);
  for (const { message } of held.slice(0, MOST_HELD)) tell(`  ${message}\n`);
  if (held.length > MOST_HELD) tell(`  ${t('heldMore', { values: heldCount })}\n`);
  if (held.length > 0) tell(`  ${t('heldNext')}\n`);
}

function tellAssumptions({ understanding, notes }: ImportDocument['files'][number], lang: Lang): void {
  for (const assumed of assumptionWords(understanding, lang)) tell(`  ${visibleText(assumed)}\n`);
  for (const { message } of notes) tell(`  ${message}\n`);
}

const MOST_ISSUES = 5;
const MOST_HELD = 10;

export function addImport({ command, lang, t, withWorkspace }: CommandContext): void {
  const made = command('import <files...>', 'importar', 'cmdImport');
  addOptions(made, { ...READ_FILE, ...SETTINGS_TOO, ...READ_OWN_FILE }, t).action((files: string[], o: Options) =>
    withWorkspace(o, async (workspace) => {
      // Rows die young. V8 takes the places that make them for such as make lasting ones, after some of them lived on,
      // and then sweeps them no sooner than 100 MB later.
      setFlagsFromString('--no-allocation-site-pretenuring');
      const options = readOptions({ ...READ_FILE, ...READ_OWN_FILE }, o);
      const settings = readOptions(SETTINGS_TOO, o);
      if (settings.currency !== undefined) await workspace.requireCurrency(settings.currency);
      const dryRun = options.dryRun === true;
      await workspace.setSettings(settings, { dryRun });
      const document = await workspace.importFiles(files, {
        ...options,
        ...(dryRun && settings.currency !== undefined && { currency: settings.currency }),
        ...(canAsk() && !o.json && { choose: (question) => askImport(question, t) }),
        ...(showsProgress(o) && { onProgress: (rows: number) => status(`${rows}`) }),
      });
      clearStatus();
      if (o.json) return sayJson(document);
      for (const file of document.files) {
        say(`${importText(file, dryRun, lang, t)}\n`);
        if (file.sameAs !== null) continue;
        if (!o.quiet) say(understandingText(file, lang));
        // What was assumed is told whoever listens.
        else tellAssumptions(file, lang);
        tellIssues(file, t);
      }
      if (o.quiet || dryRun || !document.files.some((file) => file.kind === 'sales' && file.sameAs === null)) return;
      const { stages } = await workspace.overview.summary({});
      if (stages.outdated > 0) tell(`${t('salesNewer')}\n`);
      tell(`${t('nextTrain')}\n`);
    }),
  );
}
