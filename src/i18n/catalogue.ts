/** Every language's words: a language without a catalogue, or a catalogue without a word, does not compile. */

import type { Lang } from '../core/vocabulary.ts';
import type { CodeWords } from './codes.ts';
import { charts as chartsEn } from './en/charts.ts';
import { type CommandWords, cli as cliEn, commands as commandsEn, type FlagWords, flags as flagsEn } from './en/cli.ts';
import { codes as codesEn } from './en/codes.ts';
import { guardrailFields as guardrailFieldsEn } from './en/guardrails.ts';
import { reading as readingEn } from './en/reading.ts';
import { type TableWords, tables as tablesEn } from './en/tables.ts';
import { watch as watchEn } from './en/watch.ts';
import { web as webEn } from './en/web.ts';
import { charts as chartsEs } from './es/charts.ts';
import { cli as cliEs, commands as commandsEs, flags as flagsEs } from './es/cli.ts';
import { codes as codesEs } from './es/codes.ts';
import { guardrailFields as guardrailFieldsEs } from './es/guardrails.ts';
import { reading as readingEs } from './es/reading.ts';
import { tables as tablesEs } from './es/tables.ts';
import { watch as watchEs } from './es/watch.ts';
import { web as webEs } from './es/web.ts';
import type { GuardrailFieldWords } from './guardrail-words.ts';
import type { WatchWords } from './watch-codes.ts';

/** Keys of the command line's, the dashboard's and the charts' words are those that English has. */
export type CliKey = keyof typeof cliEn;
export type WebKey = keyof typeof webEn;
export type ChartKey = keyof typeof chartsEn;
export type ReadingKey = keyof typeof readingEn;

type Catalogue<Words> = Readonly<Record<Lang, Words>>;

// One constant each, so that the dashboard's script does not carry the command line's words.
export const CLI_WORDS: Catalogue<Readonly<Record<CliKey, string>>> = { es: cliEs, en: cliEn };
export const COMMAND_WORDS: Catalogue<CommandWords> = { es: commandsEs, en: commandsEn };
export const FLAG_WORDS: Catalogue<FlagWords> = { es: flagsEs, en: flagsEn };
export const WEB_WORDS: Catalogue<Readonly<Record<WebKey, string>>> = { es: webEs, en: webEn };
export const CHART_WORDS: Catalogue<Readonly<Record<ChartKey, string>>> = { es: chartsEs, en: chartsEn };
export const READING_WORDS: Catalogue<Readonly<Record<ReadingKey, string>>> = { es: readingEs, en: readingEn };
export const CODE_WORDS: Catalogue<CodeWords> = { es: codesEs, en: codesEn };
export const WATCH_WORDS: Catalogue<WatchWords> = { es: watchEs, en: watchEn };
export const GUARDRAIL_FIELDS: Catalogue<GuardrailFieldWords> = { es: guardrailFieldsEs, en: guardrailFieldsEn };
export const TABLE_WORDS: Catalogue<TableWords> = { es: tablesEs, en: tablesEn };
