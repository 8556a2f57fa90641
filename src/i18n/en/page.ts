/** Everything that the dashboard says in English: loaded as one script, where this is the language in use. */

export { charts } from './charts.ts';
export { codes } from './codes.ts';
export { guardrailFields } from './guardrails.ts';
export { reading } from './reading.ts';
export { watch } from './watch.ts';
export { web } from './web.ts';
