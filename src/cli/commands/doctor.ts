/** `doctor`: whether everything is as it should be. */

import { codeWords } from '../../i18n/code-words.ts';
import type { CommandContext, Shared } from '../context.ts';
import { say, sayJson } from '../output.ts';

export function addDoctor({ command, lang, withWorkspace }: CommandContext): void {
  command('doctor', 'diagnostico', 'cmdDoctor').action((o: Shared) =>
    withWorkspace(o, async (workspace) => {
      const document = await workspace.doctor();
      if (o.json) return sayJson(document);
      for (const { ok, name, found, advice } of document.checks)
        say(
          `${ok ? '✓' : '✗'} ${codeWords(lang).checks[name] ?? name}: ${found}${advice === undefined ? '' : ` — ${advice}`}\n`,
        );
    }),
  );
}
