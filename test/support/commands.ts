/**
 * Runs many commands of the command line in one process, as each start of a process costs more than most of them:
 * argument lists as JSON on stdin, what became of each as a JSON line.
 */

import { text } from 'node:stream/consumers';
import { main } from '../../src/cli/main.ts';

const commands = JSON.parse(await text(process.stdin)) as string[][];
const write = process.stdout.write.bind(process.stdout);
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
for (const args of commands) {
  [out, err] = ['', ''];
  process.exitCode = 0;
  await main(args);
  write(`${JSON.stringify({ out, err, code: process.exitCode })}\n`);
}
process.exitCode = 0;
