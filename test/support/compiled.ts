/**
 * Loads what the process of a Parquet file loads: that one is killed when its file is read, and so leaves nothing
 * compiled for the next.
 */

process.argv[3] = '{}';
await import('../../src/data/parquet-process.ts').catch(() => {});
await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
process.exit();
