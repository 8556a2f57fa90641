/** The programs of the original system, with its flags: each says what to do, and the commands of demanda do it. */

import type { Lang } from '../core/vocabulary.ts';
import { DemandaError } from '../errors/demanda-error.ts';
import { chooseLang, type MessageKey, type Translate, translator } from '../i18n/messages.ts';
import { flagsIn, normalizedArguments, optionValue, partShared } from './arguments.ts';
import { commandHelp, endInOneSentence, main, report } from './main.ts';
import { say } from './output.ts';
import { watchOutput } from './standard-output.ts';

export { endInOneSentence };

export type OriginalProgram =
  | 'entrenar_masivamente'
  | 'entrenar_modelo_personalizado'
  | 'visualizador_convergencia'
  | 'gestor_historial_entrenamiento';

/** Runs one of them as the command line was given. */
export async function runOriginal(program: OriginalProgram, argv: readonly string[]): Promise<void> {
  const args = normalizedArguments(argv);
  const lang = chooseLang(optionValue(args, '--lang'), process.env);
  const t = translator(lang);
  watchOutput(lang);
  if (args.includes('--help') || args.includes('-h')) {
    say(program === 'entrenar_modelo_personalizado' ? commandHelp('train', program, lang) : help(program, lang, t));
    return;
  }
  try {
    const command = commandOf(program, args);
    await (command === null ? main(args, { menu: true }) : main(command));
  } catch (error) {
    report(error, lang);
  }
}

/**
 * What demanda is asked to do by the arguments of one of them.
 *
 * @param args normalised
 * @returns arguments of `demanda`; null for the menu
 * @throws DemandaError USAGE for arguments that the menu does not take
 */
export function commandOf(program: OriginalProgram, args: readonly string[]): string[] | null {
  switch (program) {
    case 'entrenar_masivamente':
      if (partShared(args).rest.length > 0)
        throw new DemandaError('USAGE', {
          detail: translator(chooseLang(optionValue(args, '--lang'), process.env))('menuTakesNothing'),
        });
      return null;
    case 'entrenar_modelo_personalizado':
      return [
        'train',
        ...(['--iterations', '--resume', '--solver'].some((flag) => has(args, flag)) ? [] : ['--solver', 'stochastic']),
        ...args,
      ];
    case 'visualizador_convergencia':
      if (has(args, '--list')) return ['models', ...without(args, '--list')];
      if (has(args, '--compare')) return ['compare', ...without(args, '--compare')];
      return ['show', ...args];
    case 'gestor_historial_entrenamiento':
      return has(args, '--analyze')
        ? ['history', 'analyze', ...without(args, '--analyze')]
        : ['history', 'list', ...without(args, '--list')];
  }
}

/** Given alone or with `=value`. */
function has(args: readonly string[], flag: string): boolean {
  return args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
}

function without(args: readonly string[], flag: string): string[] {
  return args.filter((arg) => arg !== flag);
}

/** What a program can do: flags by their English names, and what they do. */
interface ProgramHelp {
  readonly about: MessageKey;
  readonly lines: readonly (readonly [flags: string, what: MessageKey])[];
}

const SHARED_LINES: ProgramHelp['lines'] = [
  ['--json', 'optJson'],
  ['--lang es|en', 'optLang'],
  ['--workspace DIR', 'optWorkspace'],
  ['--help', 'optHelp'],
];

const HELP: Readonly<Record<Exclude<OriginalProgram, 'entrenar_modelo_personalizado'>, ProgramHelp>> = {
  entrenar_masivamente: {
    about: 'cmdMenu',
    lines: [
      ['--lang es|en', 'optLang'],
      ['--workspace DIR', 'optWorkspace'],
      ['--help', 'optHelp'],
    ],
  },
  visualizador_convergencia: {
    about: 'cmdVisualize',
    lines: [
      ['--list', 'optListModels'],
      ['--merchant X --product Y', 'optShowModel'],
      ['--compare --models "X:Y,X:Z"', 'optCompare'],
      ['--svg|--png|--html|--csv FILE', 'optFile'],
      ...SHARED_LINES,
    ],
  },
  gestor_historial_entrenamiento: {
    about: 'cmdHistory',
    lines: [['--list', 'optListHistories'], ['--analyze --merchant X --product Y', 'optAnalyze'], ...SHARED_LINES],
  },
};

function help(program: keyof typeof HELP, lang: Lang, t: Translate): string {
  const { about, lines } = HELP[program];
  const flags = lines.map(([text]) => flagsIn(text, lang));
  const width = Math.max(...flags.map((text) => text.length));
  const head = `${t('usage')} ${program} ${t('helpTakesOptions')}`;
  return [
    head,
    '',
    t(about),
    '',
    ...lines.map(([, what], i) => `  ${(flags[i] as string).padEnd(width)}  ${t(what)}`),
    '',
  ].join('\n');
}
