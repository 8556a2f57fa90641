/** The error table: one row is everything about an error (words in both languages, exit code, HTTP status). */

export interface ErrorEntry {
  readonly kind: 'input' | 'usage' | 'conflict' | 'missing' | 'system';
  /** Exit code of the command line: 1 failed, 2 usage, 3 finished with some cells failed. */
  readonly exit: 1 | 2 | 3;
  readonly status: number;
  readonly es: string;
  readonly en: string;
}

export const errors = {
  // --- import (src/data)
  IMPORT_NO_FILE: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'No existe el archivo {file}: compruebe el nombre y la carpeta.',
    en: 'There is no file {file}: check its name and folder.',
  },
  IMPORT_DIRECTORY: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{file} es una carpeta: indique un archivo CSV, XLSX, Parquet o JSON.',
    en: '{file} is a folder: name a CSV, XLSX, Parquet or JSON file.',
  },
  IMPORT_EMPTY: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El archivo {file} está vacío: debe tener una línea de títulos y al menos una venta.',
    en: 'The file {file} is empty: it must have a line of headers and at least one sale.',
  },
  IMPORT_ONLY_NONE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Ninguna fila de {file} cumple --only {wanted}; compruebe el valor, con sus mayúsculas y acentos.',
    en: 'No row of {file} has --only {wanted}; check the value, with its capitals and accents.',
  },
  IMPORT_NO_ROWS: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El archivo {file} solo tiene títulos: debe tener al menos una venta.',
    en: 'The file {file} has headers only: it must have at least one sale.',
  },
  IMPORT_BINARY: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{file} no es un archivo de texto (contiene bytes nulos): expórtelo como CSV, XLSX, Parquet o JSON.',
    en: '{file} is not a text file (it holds NUL bytes): export it as CSV, XLSX, Parquet or JSON.',
  },
  IMPORT_ENCODING: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'No se conoce la codificación {encoding} para {file}: pruebe utf-8 o windows-1252.',
    en: 'The encoding {encoding} is not known for {file}: try utf-8 or windows-1252.',
  },
  IMPORT_LINE_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Una línea de {file} pasa de {limit} bytes: compruebe que el archivo tiene saltos de línea.',
    en: 'A line of {file} is longer than {limit} bytes: check that the file has line ends.',
  },
  IMPORT_TOO_MANY_COLUMNS: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{file} tiene {found} columnas y el máximo es {limit}: deje solo las que hacen falta.',
    en: '{file} has {found} columns and the most is {limit}: keep the ones that are needed.',
  },
  IMPORT_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    es: '{file} ocupa más de {limit} MB al descomprimirse: divídalo o expórtelo como CSV.',
    en: '{file} unpacks to more than {limit} MB: split it or export it as CSV.',
  },
  IMPORT_UNREADABLE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'No se puede leer {file} ({detail}): compruebe que se abre con su programa y vuelva a exportarlo.',
    en: '{file} cannot be read ({detail}): check that it opens in its program and export it again.',
  },
  IMPORT_JSON_SHAPE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{file} debe ser una lista de objetos JSON, uno por venta.',
    en: '{file} must be a JSON list of objects, one a sale.',
  },
  IMPORT_MAP_FIELD: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '--map nombra el campo {field}, que no existe; el más parecido es {nearest}. Campos: {fields}.',
    en: '--map names the field {field}, which does not exist; the nearest is {nearest}. Fields: {fields}.',
  },
  IMPORT_MAP_COLUMN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{file} no tiene la columna «{column}»; la más parecida es «{nearest}».',
    en: '{file} has no column "{column}"; the nearest is "{nearest}".',
  },
  IMPORT_MISSING_COLUMN: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Falta la columna {field} en {file}; la más parecida es «{nearest}» (use --map {field}=COLUMNA o la opción correspondiente). Columnas: {columns}.',
    en: 'The column {field} is missing in {file}; the nearest is "{nearest}" (use --map {field}=COLUMN or the matching option). Columns: {columns}.',
  },
  IMPORT_DATE_FORMAT: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'El formato de fecha {format} debe nombrar día, mes y año, como dd/mm/yyyy.',
    en: 'The date format {format} must name day, month and year, as dd/mm/yyyy.',
  },
  IMPORT_DATE_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Falta la fecha ({file}:{line}, columna {column}).',
    en: 'The date is missing ({file}:{line}, column {column}).',
  },
  IMPORT_DATE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'La fecha debe existir; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'The date must exist, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_DATE_RANGE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'La fecha debe estar entre 1970 y dentro de un año; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'The date must lie between 1970 and a year from now, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_PRODUCT_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Falta el producto ({file}:{line}, columna {column}).',
    en: 'The product is missing ({file}:{line}, column {column}).',
  },
  IMPORT_MERCHANT_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Falta el comerciante ({file}:{line}, columna {column}).',
    en: 'The merchant is missing ({file}:{line}, column {column}).',
  },
  IMPORT_QUANTITY_MISSING: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Falta la cantidad ({file}:{line}, columna {column}).',
    en: 'The quantity is missing ({file}:{line}, column {column}).',
  },
  IMPORT_QUANTITY_NEGATIVE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'La cantidad debe ser 0 o más; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'The quantity must be 0 or more, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_NUMBER_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Debe ser menor que un billón (10^12); se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'It must be below 10^12, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_NAME_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El nombre debe tener 500 caracteres como mucho; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'The name must have at most 500 characters, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_NUMBER_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Debe ser un número; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'It must be a number, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_PRICE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El precio debe ser mayor que 0 cuando se vendió algo; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'The price must be above 0 when something was sold, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_COST_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El costo debe ser un número de 0 o más; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'The cost must be a number of 0 or more, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_SHARE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'Debe ser sí o no, una parte entre 0 y 1 o un porcentaje; se encontró «{value}» ({file}:{line}, columna {column}).',
    en: 'It must be yes or no, a share from 0 to 1 or a percentage, got "{value}" ({file}:{line}, column {column}).',
  },
  IMPORT_REJECTED: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{rejected} de {rows} filas de {file} no son válidas; la primera: {first} No se importó nada: corríjalas o use --skip-bad.',
    en: '{rejected} of {rows} rows of {file} are not valid; the first: {first} Nothing was imported: mend them or use --skip-bad.',
  },
  // --- store (src/store)
  STORE_NEWER: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    es: 'El almacén {file} es de una versión más nueva del programa (esquema {found}; este conoce hasta el {known}): actualice demanda.',
    en: 'The store {file} was made by a newer version of the program (schema {found}; this one knows up to {known}): update demanda.',
  },
  STORE_BUSY: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    es: 'Otro proceso está escribiendo en {file} desde hace más de {seconds} s: espere a que termine y repita la orden.',
    en: 'Another process has been writing to {file} for more than {seconds} s: wait until it ends and repeat the command.',
  },
  STORE_DISK_FULL: {
    kind: 'system',
    exit: 1,
    status: 507,
    es: 'No queda espacio en disco para {file}: este paso no se guardó; libere espacio y repita la orden.',
    en: 'The disk has no room left for {file}: this step was not saved; free some space and repeat the command.',
  },
  STORE_WRITE_FAILED: {
    kind: 'system',
    exit: 1,
    status: 500,
    es: 'El disco falló al escribir {file} ({detail}): este paso no se guardó y lo anterior sigue a salvo; compruebe el disco y repita la orden.',
    en: 'The disk failed while {file} was written ({detail}): this step was not saved and everything before it is safe; check the disk and repeat the command.',
  },
  STORE_UNREADABLE: {
    kind: 'system',
    exit: 1,
    status: 500,
    es: 'No se puede abrir el almacén {file} ({detail}): compruebe la carpeta y los permisos, o indique otra con --workspace.',
    en: 'The store {file} cannot be opened ({detail}): check the folder and its permissions, or name another with --workspace.',
  },
  MODEL_CORRUPT: {
    kind: 'system',
    exit: 1,
    status: 500,
    es: 'El modelo {version} de {merchant} / {product} está dañado: vuelva a entrenar o pase a otra versión con `demanda models rollback`.',
    en: 'Model {version} of {merchant} / {product} is damaged: train again or move to another version with `demanda models rollback`.',
  },
  MODEL_VERSION_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: '{merchant} / {product} no tiene la versión {version}: vea las que hay con `demanda models`.',
    en: '{merchant} / {product} has no version {version}: see those there are with `demanda models`.',
  },
  CHECKPOINT_EXISTS: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    es: '{merchant} / {product} tiene un entrenamiento interrumpido en la iteración {iteration}: continúelo con `--reanudar` o empiece otro con `--desde_cero`.',
    en: '{merchant} / {product} has a training interrupted at iteration {iteration}: go on with `--resume`, or begin anew with `--fresh`.',
  },
  CHECKPOINT_INTERVAL: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: '`--guardar_cada` debe ser como mucho el número de iteraciones ({iterations}); se encontró {every}.',
    en: '`--checkpoint-every` must be at most the number of iterations ({iterations}), got {every}.',
  },
  EVALUATION_INTERVAL: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: '`--evaluar_cada` debe ser al menos {least}, para que el historial no pase de {most} puntos; se encontró {every}.',
    en: '`--evaluate-every` must be at least {least}, so that the history has at most {most} points, got {every}.',
  },
  TRAIN_NOT_FINITE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{merchant} / {product}: el error dejó de ser un número finito en la iteración {iteration}; el modelo anterior y el último punto de control se conservan.',
    en: '{merchant} / {product}: the error stopped being a finite number at iteration {iteration}; the earlier model and the last checkpoint are kept.',
  },
  HISTORY_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: '{merchant} / {product} no tiene historial de errores: entrénelo con `--iteraciones`.',
    en: '{merchant} / {product} has no error history: train it with `--iterations`.',
  },
  COMPARE_TOO_FEW: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: 'Para comparar hacen falta al menos dos modelos; se encontró {count}. Ejemplo: `--modelos "MiTienda:Carne,MiTienda:Pescado"`.',
    en: 'A comparison needs at least two models, got {count}. Example: `--models "MyShop:Meat,MyShop:Fish"`.',
  },
  CHECKPOINT_OVERTAKEN: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    es: '{merchant} / {product}: otro proceso ha continuado este entrenamiento; lo que hizo este no se guarda.',
    en: '{merchant} / {product}: another process has gone on with this training; what this one did is not kept.',
  },
  CHECKPOINT_DAMAGED: {
    kind: 'system',
    exit: 1,
    status: 500,
    es: '{merchant} / {product}: ningún punto de control se puede leer (la suma de comprobación no coincide); entrene de nuevo con `--desde_cero`.',
    en: '{merchant} / {product}: no checkpoint can be read (their checksums differ); train again with `--fresh`.',
  },
  CHECKPOINT_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: '{merchant} / {product} no tiene ningún entrenamiento interrumpido que continuar; entrénelo sin `--reanudar`.',
    en: '{merchant} / {product} has no interrupted training to go on with; train it without `--resume`.',
  },
  CHECKPOINT_DATA_CHANGED: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    es: '{merchant} / {product}: las ventas han cambiado desde el punto de control de la iteración {iteration}; entrene de nuevo con `--desde_cero`.',
    en: '{merchant} / {product}: sales have changed since the checkpoint of iteration {iteration}; train again with `--fresh`.',
  },
  HISTORY_DAMAGED: {
    kind: 'system',
    exit: 1,
    status: 500,
    es: 'El historial del entrenamiento {runId} no se puede leer: la suma de comprobación no coincide.',
    en: 'The history of run {runId} cannot be read: its checksum differs.',
  },
  RUN_HELD_BY_OTHER: {
    kind: 'conflict',
    exit: 1,
    status: 409,
    es: '{merchant} / {product} se está entrenando en otro proceso (pid {pid}, desde {since}).',
    en: '{merchant} / {product} is being trained by another process (pid {pid}, since {since}).',
  },
  // --- training and fleet (src/core, src/fleet)
  TRAIN_NO_OWN_SALES: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{merchant} / {product} no tiene ventas: importe alguna antes de entrenar.',
    en: '{merchant} / {product} has no sales: import some before training.',
  },
  TRAIN_NOTHING_SOLD: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{merchant} / {product} nunca vendió nada (todas las cantidades son 0): no hay demanda que aprender.',
    en: '{merchant} / {product} never sold anything (every quantity is 0): there is no demand to learn.',
  },
  TRAIN_NO_PRICE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{merchant} / {product} no tiene ningún precio: añada la columna de precio e importe de nuevo.',
    en: '{merchant} / {product} has no price at all: add the price column and import again.',
  },
  // --- command line and workspace (src/cli, src/workspace.ts)
  OPTION_TOO_LARGE: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: '{option} debe ser como mucho {most}; se encontró {value}.',
    en: '{option} must be at most {most}, got {value}.',
  },
  OPTIONS_CONFLICT: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: '{first} y {second} no van juntas: use una de las dos.',
    en: '{first} and {second} do not go together: use one of them.',
  },
  MENU_NO_TERMINAL: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: 'El menú necesita una terminal; sin ella, use una orden: «demanda --help» las muestra.',
    en: 'The menu needs a terminal; without one, use a command: "demanda --help" shows them.',
  },
  TRAINING_FAILED: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El entrenamiento no terminó: {reason}',
    en: 'The training did not end well: {reason}',
  },
  PICTURE_FORMAT: {
    kind: 'usage',
    exit: 2,
    status: 422,
    es: 'El archivo de una imagen debe acabar en .svg, .png, .html o .csv; se encontró {file}.',
    en: 'The file of a picture must end in .svg, .png, .html or .csv, got {file}.',
  },
  OPTION_WHOLE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{option} debe ser un número entero de {least} o más; se encontró «{value}».',
    en: '{option} must be a whole number of {least} or more, got "{value}".',
  },
  OPTION_SHARE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{option} debe ser una parte entre 0 y 1, como 0.15; se encontró «{value}».',
    en: '{option} must be a share from 0 to 1, such as 0.15, got "{value}".',
  },
  OPTION_POSITIVE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{option} debe ser un número mayor que 0; se encontró «{value}».',
    en: '{option} must be a number above 0, got "{value}".',
  },
  OPTION_CHOICE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{option} debe ser uno de: {allowed}; se encontró «{value}».',
    en: '{option} must be one of: {allowed}, got "{value}".',
  },
  OPTION_MAP: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{option} debe escribirse nombre=valor,nombre=valor; se encontró «{value}».',
    en: '{option} must be written name=value,name=value, got "{value}".',
  },
  OPTION_MISSING: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'Falta la opción {option}.',
    en: 'The option {option} is missing.',
  },
  WORKSPACE_EMPTY: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'El espacio de trabajo {folder} no tiene ventas: empiece con `demanda import ventas.csv`.',
    en: 'The workspace {folder} has no sales: start with `demanda import sales.csv`.',
  },
  MERCHANT_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'No hay ningún comerciante «{name}»; el más parecido es «{nearest}».',
    en: 'There is no merchant "{name}"; the nearest is "{nearest}".',
  },
  PRODUCT_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'No hay ningún producto «{name}»; el más parecido es «{nearest}».',
    en: 'There is no product "{name}"; the nearest is "{nearest}".',
  },
  PRODUCT_TYPE_UNKNOWN: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'No hay ningún tipo de producto «{name}»; el más parecido es «{nearest}».',
    en: 'There is no product type "{name}"; the nearest is "{nearest}".',
  },
  PRODUCT_IS_TYPE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '«{product}» es un tipo con varios productos: elija uno de ellos ({products}) o use --product-type.',
    en: '"{product}" is a type of several products: choose one of them ({products}) or use --product-type.',
  },
  PLAN_TOO_LONG: {
    kind: 'input',
    exit: 1,
    status: 413,
    es: 'El plan {file} pasa de {limit} filas: divídalo.',
    en: 'The plan {file} has more than {limit} rows: split it.',
  },
  PLAN_NO_CELL: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: 'El plan {file} no tiene ninguna fila posterior a la última venta de los productos elegidos: compruebe fechas y nombres.',
    en: 'The plan {file} has no row after the last sale of the chosen products: check dates and names.',
  },
  CURRENCY_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'La moneda debe ser un código ISO 4217, como EUR o MXN; se encontró «{currency}».',
    en: 'The currency must be an ISO 4217 code, such as EUR or MXN, got "{currency}".',
  },
  COLD_START_NO_PRICE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'No hay ventas de {merchant} / {product} ni un precio de referencia para ese nombre: indique --price y --cost, o importe sus ventas.',
    en: 'There are no sales of {merchant} / {product} and no reference price for that name: give --price and --cost, or import its sales.',
  },
  COLD_START_HAS_SALES: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{merchant} / {product} ya tiene ventas: --price, --cost y --daily-quantity solo sirven sin ellas; importe los costos con `demanda import`.',
    en: '{merchant} / {product} has sales: --price, --cost and --daily-quantity serve only without them; import costs with `demanda import`.',
  },
  INSTRUMENT_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'El instrumento debe ser «cost» o una columna importada con --covariates; «{instrument}» no está en ninguna venta elegida (hay: {columns}).',
    en: 'The instrument must be "cost" or a column imported with --covariates; "{instrument}" is in none of the chosen sales (there are: {columns}).',
  },
  MODEL_NO_EARLIER: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'No hay una versión anterior a la {version} de {merchant} / {product} a la que volver.',
    en: 'There is no version before {version} of {merchant} / {product} to go back to.',
  },
  MODEL_FILE_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: 'No existe el archivo {file}: compruebe el nombre y la carpeta.',
    en: 'There is no file {file}: check its name and folder.',
  },
  MODEL_FILE_TOO_LARGE: {
    kind: 'input',
    exit: 1,
    status: 413,
    es: '{file} pasa de {limit} MB: no es un modelo exportado con `demanda models export`.',
    en: '{file} is larger than {limit} MB: it is no model exported with `demanda models export`.',
  },
  MODEL_FILE_UNREADABLE: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{file} debe ser un modelo exportado con `demanda models export` y no se puede leer ({detail}).',
    en: '{file} must be a model exported with `demanda models export` and cannot be read ({detail}).',
  },
  MODEL_FILE_INVALID: {
    kind: 'input',
    exit: 1,
    status: 422,
    es: '{file} no es un modelo válido: {path}: {rule}. Expórtelo otra vez con `demanda models export`.',
    en: '{file} is no valid model: {path}: {rule}. Export it again with `demanda models export`.',
  },
  MODEL_MISSING: {
    kind: 'missing',
    exit: 1,
    status: 404,
    es: '{merchant} / {product} no tiene modelo: entrénelo con `demanda train`.',
    en: '{merchant} / {product} has no model: train it with `demanda train`.',
  },
  DATE_INVALID: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'La fecha debe existir y escribirse aaaa-mm-dd; se encontró «{value}».',
    en: 'The date must exist and be written yyyy-mm-dd, got "{value}".',
  },
  COUNTRY_UNKNOWN: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: 'El país debe ser un código de dos letras con calendario de festivos, como ES o MX; se encontró «{country}».',
    en: 'The country must be a two-letter code with a holiday calendar, such as ES or MX, got "{country}".',
  },
  USAGE: {
    kind: 'usage',
    exit: 2,
    status: 400,
    es: '{detail}',
    en: '{detail}',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
/** Parameters of a code, typed from its English template. */
export type ErrorParameters<C extends ErrorCode> = Record<Placeholders<(typeof errors)[C]['en']>, string | number>;

/** The one error class: `message` is English; `messageIn(lang)` gives the user's language. */
export class DemandaError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly parameters: ErrorParameters<C>;
  constructor(code: C, parameters: ErrorParameters<C>, options?: { cause?: unknown }) {
    super(fillTemplate(errors[code].en, parameters), options);
    this.name = 'DemandaError';
    this.code = code;
    this.parameters = parameters;
  }
  messageIn(lang: 'es' | 'en'): string {
    return fillTemplate(errors[this.code][lang], this.parameters);
  }
  get entry(): ErrorEntry {
    return errors[this.code];
  }
}

/** Replaces every {name} of a template by its parameter. */
export function fillTemplate(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}
