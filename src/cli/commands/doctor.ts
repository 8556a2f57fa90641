/** `doctor`: whether everything is as it should be. */

import type { CommandContext, Shared } from '../context.ts';
import { say, sayJson } from '../output.ts';

export function addDoctor({ command, withWorkspace }: CommandContext): void {
  command('doctor', 'diagnostico', 'cmdDoctor').action((o: Shared) =>
    withWorkspace(o, async (workspace) => {
      const document = await workspace.doctor();
      if (o.json) return sayJson(document);
      for (const { ok, name, found, advice } of document.checks)
        say(`${ok ? '✓' : '✗'} ${name}: ${found}${advice === undefined ? '' : ` — ${advice}`}\n`);
    }),
  );
}
