/** Loaded before a program: prints its peak resident memory in kB and its CPU seconds, all threads, on leaving. */

import { peakMemoryKilobytes } from '../test/support/peak-memory.ts';
import { cpuSeconds } from './measures.ts';

process.on('exit', () => process.stderr.write(`peak-memory ${peakMemoryKilobytes()} cpu-seconds ${cpuSeconds().toFixed(2)}\n`));
