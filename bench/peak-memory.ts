/** Loaded before a program: prints its peak resident memory in kB on leaving. */

import { peakMemoryKilobytes } from '../test/support/peak-memory.ts';

process.on('exit', () => process.stderr.write(`peak-memory ${peakMemoryKilobytes()}\n`));
