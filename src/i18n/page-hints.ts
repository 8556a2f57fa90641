/**
 * What a page says in the place of a command: of some sentences of the error table, the words about the command line and
 * those that stand for them. `{key}` is a page, a field or a button by its name on the dashboard.
 */

import type { Lang } from '../core/vocabulary.ts';
import type { ErrorCode } from '../errors/table.ts';

/** Words of the sentence, in which a parameter stands for whatever it was filled with, and what a page says instead. */
type Hint = readonly [said: string, instead: string];

/**
 * One for each place in a sentence. What is not here follows from the names of the fields and pages alone (page-text.ts).
 */
export const PAGE_HINTS: Readonly<Partial<Record<ErrorCode, Readonly<Record<Lang, readonly Hint[]>>>>> = {
  ALERT_URL: {
    en: [[', with --allow-private yes', ', where whoever runs the server allows it']],
    es: [[', con --permitir-red-propia yes', ', si lo permite quien lleva el servidor']],
  },
  ALERT_HOST_PRIVATE: {
    en: [['or allow it with demanda alerts set --allow-private yes', 'or ask whoever runs the server to allow it']],
    es: [
      [
        'o permítalo con demanda avisos ajustar --permitir-red-propia yes',
        'o pida a quien lleva el servidor que lo permita',
      ],
    ],
  },
  KNOWLEDGE_DAMAGED: {
    en: [['knowledge that `demanda prepare` wrote', 'knowledge of demanda']],
    es: [['un conocimiento escrito por `demanda preparar`', 'un conocimiento de demanda']],
  },
  COLLECT_NOTHING: {
    en: [[': name the folder that was given to `demanda train --output`', '']],
    es: [[': indique la carpeta que se dio a `demanda entrenar --salida`', '']],
  },
  GUARDRAILS_OF_FILES: {
    en: [['goes with --input alone', 'is for files alone']],
    es: [['va solo con --entrada', 'es solo para archivos']],
  },
  PLAN_NOTE_BESIDE: {
    en: [[' (see --horizon)', '']],
    es: [[' (vea --horizonte)', '']],
  },
  FORECAST_NOTE_COVARIATES: {
    en: [['; --plan gives their own', '']],
    es: [['; --plan da los suyos', '']],
  },
  IMPORT_NOTE_RENAMED: {
    en: [
      [
        '"demanda products forget NAME", or "demanda merchants forget NAME"',
        '{nameForget}, under {namesFormer}, on the page {navData}',
      ],
    ],
    es: [
      [
        '«demanda productos olvidar NOMBRE», o «demanda comerciantes olvidar NOMBRE»',
        '{nameForget}, en {namesFormer}, de la página {navData}',
      ],
    ],
  },
  IMPORT_NOTE_REMEMBERED: {
    en: [[': {options}. --forget-mapping reads it anew and forgets that', '']],
    es: [[': {options}. --olvidar-mapa lo lee de nuevo y olvida eso', '']],
  },
  IMPORT_REMEMBERED: {
    en: [
      [
        'It was read as told for {last} on {date}: {options}. Give the option that holds now, or --forget-mapping to ' +
          'read it anew',
        'It was read as told for an earlier file with the same titles: say what holds now, or press {importForget}',
      ],
    ],
    es: [
      [
        'Se leyó como se indicó para {last} el {date}: {options}. Indique la opción que vale ahora, o --olvidar-mapa ' +
          'para leerlo de nuevo',
        'Se leyó como se indicó para un archivo anterior con los mismos títulos: indique lo que vale ahora, o pulse ' +
          '{importForget}',
      ],
    ],
  },
  IMPORT_CURRENCY_OTHER: {
    en: [['say so in the settings (demanda settings --currency)', 'say so in the settings ({currency})']],
    es: [['dígalo en los ajustes (demanda ajustes --moneda)', 'dígalo en los ajustes ({currency})']],
  },
  DATABASE_ADDRESS: {
    en: [[', and signs such as @, : and / of a password as %40, %3A and %2F', '']],
    es: [[', y los signos @, : y / de una contraseña como %40, %3A y %2F', '']],
  },
  EVALUATION_INTERVAL: {
    en: [['`--evaluate-every`', 'The distance between evaluations']],
    es: [['`--evaluar_cada`', 'La distancia entre evaluaciones']],
  },
  HISTORY_MISSING: {
    en: [['train it with `--iterations`', 'train it on the page {navTrain}, not with {depthExact}']],
    es: [['entrénelo con `--iteraciones`', 'entrénelo en la página {navTrain}, no con {depthExact}']],
  },
  CHECKPOINT_EXISTS: {
    en: [['go on with `--resume`, or begin anew with `--fresh`', 'go on with {resume}, or begin anew']],
    es: [['continúelo con `--reanudar` o empiece otro con `--desde_cero`', 'siga con {resume} o empiece otro']],
  },
  CHECKPOINT_DAMAGED: {
    en: [['train again with `--fresh`', 'train it anew on the page {navTrain}']],
    es: [['entrene de nuevo con `--desde_cero`', 'entrénelo de nuevo en la página {navTrain}']],
  },
  CHECKPOINT_MISSING: {
    en: [['train it without `--resume`', 'train it anew on the page {navTrain}']],
    es: [['entrénelo sin `--reanudar`', 'entrénelo de nuevo en la página {navTrain}']],
  },
  CHECKPOINT_DATA_CHANGED: {
    en: [['train again with `--fresh`', 'train it anew on the page {navTrain}']],
    es: [['entrene de nuevo con `--desde_cero`', 'entrénelo de nuevo en la página {navTrain}']],
  },
  RESUME_OPTION_DIFFERS: {
    en: [['go on without that option, or begin anew with `--fresh`', 'go on with it as it was, or begin anew']],
    es: [['continúelo sin esa opción o empiece otro con `--desde_cero`', 'continúelo como estaba o empiece otro']],
  },
  COMPARE_TOO_FEW: {
    en: [[' Example: `--models "MyShop:Meat,MyShop:Fish"`.', '']],
    es: [[' Ejemplo: `--modelos "MiTienda:Carne,MiTienda:Pescado"`.', '']],
  },
  EXPERIMENT_OVERLAPS: {
    en: [['begin after it with --from', 'begin after it']],
    es: [['empiece después con --desde', 'empiece después']],
  },
  EXPERIMENT_SHOPS: {
    en: [['test one with --design switchback', 'test one of them alone']],
    es: [['pruebe una con --diseno switchback', 'pruebe una sola']],
  },
  EXPERIMENT_FROM: {
    en: [[': --from ', ': ']],
    es: [[': --desde ', ': ']],
  },
  TOKEN_INVALID: {
    en: [['start `demanda serve` again for a new link', 'have the program started again for a new link']],
    es: [
      [
        'reinicie `demanda servir` para tener un enlace nuevo',
        'vuelva a iniciar el programa para tener un enlace nuevo',
      ],
    ],
  },
  SIGN_IN_NEEDED: {
    en: [['the link that `demanda serve` printed', 'the link that the program showed when it started']],
    es: [['el enlace que mostró `demanda servir`', 'el enlace que el programa mostró al iniciarse']],
  },
  HOST_UNKNOWN: {
    en: [['start `demanda serve` with --allow-host ', 'whoever runs the server can let it answer to ']],
    es: [['inicie `demanda servir` con --permitir-nombre ', 'quien lleva el servidor puede permitir ']],
  },
  NAME_NOT_ALIAS: {
    en: [
      [
        '"demanda products aliases" and "demanda merchants aliases" list those that do',
        'The page {navData} lists those that do',
      ],
    ],
    es: [
      [
        '«demanda productos alias» y «demanda comerciantes alias» listan los que sí',
        'La página {navData} lista los que sí',
      ],
    ],
  },
  COLD_START_NO_PRICE: {
    en: [['give --price and --cost, or import its sales', 'import its sales on the page {navData}']],
    es: [['indique --precio y --costo, o importe sus ventas', 'importe sus ventas en la página {navData}']],
  },
  COLD_START_HAS_SALES: {
    en: [
      [
        '--price, --cost and --daily-quantity serve only without them',
        'a price, cost and quantity of your own serve only without them',
      ],
    ],
    es: [
      [
        '--precio, --costo y --cantidad-diaria solo sirven sin ellas',
        'un precio, un costo y una cantidad propios solo sirven sin ellas',
      ],
    ],
  },
  MODEL_FILE_TOO_LARGE: {
    en: [['no model exported with `demanda models export`', 'no model of demanda']],
    es: [['un modelo exportado con `demanda modelos exportar`', 'un modelo de demanda']],
  },
  MODEL_FILE_UNREADABLE: {
    en: [['a model exported with `demanda models export`', 'a model of demanda']],
    es: [['un modelo exportado con `demanda modelos exportar`', 'un modelo de demanda']],
  },
  MODEL_FILE_INVALID: {
    en: [['Export it again with `demanda models export`', 'Export it again']],
    es: [['Expórtelo otra vez con `demanda modelos exportar`', 'Expórtelo otra vez']],
  },
};
