/** Loaded before a program: prints its peak resident memory in kB on leaving. */

process.on('exit', () => process.stderr.write(`peak-memory ${process.resourceUsage().maxRSS}\n`));
