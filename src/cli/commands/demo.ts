/** `demo`: the whole way, on simulated shops. */

import type { CommandContext, Shared } from '../context.ts';
import { runDemo } from '../demo.ts';

export function addDemo({ command, lang, t }: CommandContext): void {
  command('demo', null, 'cmdDemo').action((options: Shared) =>
    runDemo(options.workspace ?? null, lang, t, options.json ?? false, options.quiet ?? false),
  );
}
