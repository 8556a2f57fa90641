/** For the processes of a server that read files: the same watch as where Parquet is decoded. */

export { verdictOf, watchProcess } from '../data/process-watch.ts';
