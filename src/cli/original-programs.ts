/** The programs of the original system, with its flags: each says what to do, and the commands of demanda do it. */

import { DemandaError } from '../errors.ts';
import { chooseLang, type MessageKey, type Translate, translator } from '../i18n/messages.ts';
import { commandHelp, main, normalizedArguments, report } from './main.ts';

export type OriginalProgram = 'entrenar_masivamente' | 'entrenar_modelo_personalizado' | 'visualizador_convergencia' | 'gestor_historial_entrenamiento';

/** Runs one of them as the command line was given. */
export async function runOriginal(program: OriginalProgram, argv: readonly string[]): Promise<void> {
  const args = normalizedArguments(argv);
  const at = args.indexOf('--lang');
  const lang = chooseLang(at < 0 ? undefined : args[at + 1], process.env);
  const t = translator(lang);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(program === 'entrenar_modelo_personalizado' ? commandHelp('train', program, lang) : help(program, t));
    return;
  }
  try {
    switch (program) {
      case 'entrenar_masivamente':
        if (args.length > 0 && !(args.length === 2 && at === 0)) throw new DemandaError('USAGE', { detail: t('menuTakesNothing') });
        return await main(args, { menu: true });
      case 'entrenar_modelo_personalizado':
        return await main(['train', ...(args.includes('--iterations') || args.includes('--resume') ? [] : ['--solver', 'stochastic']), ...args]);
      case 'visualizador_convergencia':
        if (args.includes('--list')) return await main(['models', ...without(args, '--list')]);
        if (args.includes('--compare')) return await main(['compare', ...without(args, '--compare')]);
        return await main(['show', ...args]);
      case 'gestor_historial_entrenamiento':
        if (args.includes('--analyze')) return await main(['history', 'analyze', ...without(args, '--analyze')]);
        return await main(['history', 'list', ...without(args, '--list')]);
    }
  } catch (error) {
    report(error, lang);
  }
}

function without(args: readonly string[], flag: string): string[] {
  return args.filter((arg) => arg !== flag);
}

const HELP: Readonly<Record<Exclude<OriginalProgram, 'entrenar_modelo_personalizado'>, { about: MessageKey; lines: readonly [string, MessageKey][] }>> = {
  entrenar_masivamente: { about: 'cmdMenu', lines: [] },
  visualizador_convergencia: {
    about: 'cmdVisualize',
    lines: [
      ['--listar', 'optListModels'],
      ['--comerciante X --producto Y', 'optShowModel'],
      ['--comparar --modelos "X:Y,X:Z"', 'optModels'],
      ['--svg --png --html --csv FILE', 'optFile'],
    ],
  },
  gestor_historial_entrenamiento: {
    about: 'cmdHistory',
    lines: [
      ['--listar', 'optListHistories'],
      ['--analizar --comerciante X --producto Y', 'optAnalyze'],
      ['--json', 'optJson'],
    ],
  },
};

function help(program: keyof typeof HELP, t: Translate): string {
  const { about, lines } = HELP[program];
  const width = Math.max(0, ...lines.map(([flags]) => flags.length));
  return [`${program}: ${t(about)}`, ...lines.map(([flags, what]) => `  ${flags.padEnd(width)}  ${t(what)}`), ''].join('\n');
}
