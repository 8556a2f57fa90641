/**
 * Runs the commands of a test file in one process, as each start of a process costs more than most of them: lists of
 * arguments come as messages, and what became of each goes back.
 */

import { main } from '../../src/cli/main.ts';

// Commands that listen for signals do so once a process.
process.setMaxListeners(0);
let [out, err] = ['', ''];
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  out += chunk;
  return true;
};
process.stderr.write = (chunk: string | Uint8Array): boolean => {
  err += chunk;
  return true;
};
process.on('disconnect', () => process.exit());
process.on('message', async (commands: readonly (readonly string[])[]) => {
  const ended = [];
  for (const args of commands) {
    [out, err] = ['', ''];
    process.exitCode = 0;
    await main(args);
    ended.push({ out, err, code: process.exitCode });
  }
  process.send?.(ended);
});
