/* long: the error table's words are one list. */
/** What errors say in Spanish. */

import type { ErrorWords } from './table.ts';

export const es: ErrorWords = {
  sentences: {
    // --- vigilancia (src/workspace/watch.ts)
    WATCH_RUNNING: 'Otro proceso está vigilando los modelos en este momento: espere a que termine.',
    // --- avisos (src/alerts)
    ALERT_URL:
      'La dirección del webhook debe empezar por https:// y no llevar usuario ni contraseña: revísela (http:// solo ' +
      'dentro de la propia red, con --permitir-red-propia yes).',
    ALERT_HOST_UNKNOWN: 'No se encontró ninguna dirección de {host}: compruebe el nombre y la conexión.',
    ALERT_HOST_PRIVATE:
      '{host} es una dirección de este equipo o de la propia red, y no se llama: use una de internet, o permítalo con ' +
      'demanda avisos ajustar --permitir-red-propia yes.',
    ALERT_ANSWER: '{host} contestó {status} en lugar de 2xx: compruebe la dirección con quien recibe los avisos.',
    ALERT_NO_ANSWER: '{host} no contestó ({detail}): se intentará de nuevo más tarde.',
    ALERT_MAIL_REFUSED:
      'El servidor SMTP {host} no aceptó el correo ({detail}): compruebe servidor, puerto, usuario y contraseña.',
    ALERT_MAIL_PARTS:
      'El correo necesita servidor, remitente y destinatario: indique --smtp-servidor, --correo-de y --correo-para.',
    ALERT_VALUE: '{option} no puede ser "{value}": {rule}.',
    // --- import (src/data)
    IMPORT_NO_FILE: 'No existe el archivo {file}: compruebe el nombre y la carpeta.',
    IMPORT_DIRECTORY: '{file} es una carpeta: indique un archivo CSV, XLSX, Parquet o JSON.',
    DATASET_URL:
      '{input} es una dirección, y no se lee: monte el almacén como carpeta (s3fs, un volumen CSI), o copie los ' +
      'archivos que lee un trabajo.',
    DATASET_EMPTY: 'No hay ningún archivo Parquet ni CSV en la carpeta {folder} ni en las que contiene.',
    DATASET_NO_MATCH: 'Ningún archivo encaja con {pattern}: compruebe la carpeta, y ponga el patrón entre comillas.',
    DATASET_OTHER_FILE:
      '{file} no es Parquet ni CSV: sáquelo de {folder}, o indique los archivos con un patrón como "*.parquet".',
    DATASET_NO_SALES: '{input} contiene costos o precios de mercado, no ventas: indique los archivos de ventas.',
    KNOWLEDGE_DAMAGED:
      '{file} no es un conocimiento escrito por `demanda preparar`, o está dañado: escríbalo de nuevo.',
    KNOWLEDGE_DIFFERS:
      '{file} se hizo con {there}, y esto es {here}: los resultados serían otros. Ejecute aquí `demanda preparar`, o ' +
      'entrene con lo mismo con que se hizo.',
    KNOWLEDGE_COLUMNS:
      '{input} tiene otras columnas que los archivos de los que se aprendió {file}, entre ellas {column}: ejecute ' +
      '`demanda preparar` para estos archivos.',
    SHARD_STOPPED: 'La parte {shard} se detuvo antes de su fin y no se guardó nada de ella: empiécela otra vez.',
    COLLECT_NOTHING:
      'Ninguna parte de {folder} está hecha: indique la carpeta que se dio a `demanda entrenar --salida`.',
    COLLECT_NO_SALES:
      'El espacio de trabajo {workspace} no tiene ventas de los productos de {folder}: impórtelas antes ' +
      '(`demanda importar`).',
    COLLECT_CURRENCY:
      'Los precios de {folder} están en {there}, y este espacio de trabajo en {here}: reúnalos en otro espacio ' +
      'de trabajo.',
    SHARD_INVALID: 'No existe la parte {value}: de 7 partes la primera es 0/7 y la última 6/7.',
    SHARD_COUNT_MISSING:
      '{variable} dice qué parte es esta, pero no de cuántas: añada --fragmentos, o defina DEMANDA_SHARDS.',
    SHARD_OTHER_COUNT:
      '{folder} tiene resultados de {there} partes, y esta es una de {here}: indique otra carpeta en --salida.',
    SHARD_OTHER_RUN:
      '{folder} tiene resultados de otras ventas, de otro conocimiento o de otras opciones: indique otra ' +
      'carpeta en --salida.',
    SHARD_KNOWLEDGE_MISSING:
      'Las partes necesitan de un mismo archivo lo que todos los productos comparten: ejecute una vez `demanda ' +
      'preparar --entrada {input} --salida ARCHIVO`, y dé a cada parte --conocimiento ARCHIVO.',
    GUARDRAILS_OF_FILES:
      '{option} va solo con --entrada: los precios de un espacio de trabajo guardan sus propios límites ' +
      '(`demanda ajustes {option} …`), o los que se den a `demanda recomendar`.',
    SHARD_DAMAGED:
      '{file} falta o no es lo que se escribió: borre la nota de su parte en _done y entrene esa parte otra vez.',
    DATASET_MIXED:
      'A {file} le falta la columna {column}, que {other} tiene: todos los archivos de un conjunto deben tener las ' +
      'mismas columnas.',
    IMPORT_EMPTY: 'El archivo {file} está vacío: debe tener una línea de títulos y al menos una venta.',
    IMPORT_ONLY_NONE:
      'Ninguna fila de {file} cumple --solo {wanted}; compruebe el valor, con sus mayúsculas y acentos.',
    IMPORT_NO_ROWS: 'El archivo {file} solo tiene títulos: debe tener al menos una venta.',
    IMPORT_BINARY: '{file} no es un archivo de texto (contiene bytes nulos): expórtelo como CSV, XLSX, Parquet o JSON.',
    IMPORT_ENCODING: 'No se conoce la codificación {encoding} para {file}: pruebe utf-8 o windows-1252.',
    IMPORT_START: 'El primer día {start} debe ser una fecha como 2024-01-01.',
    IMPORT_TIMEZONE: 'No hay zona horaria {timezone}: indique una como Europe/Madrid o America/Lima.',
    IMPORT_MOSTLY_NEGATIVE:
      '{file}: casi todas las cantidades de la columna {column} son negativas: son movimientos de existencias y no ' +
      'ventas. Cambie su signo o elija una columna con lo vendido.',
    IMPORT_FILES_OVERLAP:
      '{file} comparte {days} días con un archivo anterior de la orden y {same} son iguales: puede ser otra exportación ' +
      'de las mismas ventas, u otra caja. Indique cuál: --reemplazar o --sumar.',
    IMPORT_DAYS_THERE:
      '{file} trae otras cifras para días que ya están en el espacio de trabajo: {days}, sobre todo {merchant} / {product} ' +
      'el {date}, {figure} {before} allí (importación {earlier}) y {after} con el archivo. Diga qué vale: --reemplazar ' +
      '(el archivo trae estos días enteros) o --sumar (más tickets de esos días).',
    IMPORT_PRICES_THERE:
      '{file} trae otros costos o precios de mercado para días que ya están en el espacio de trabajo: {days}, sobre todo ' +
      '{name} el {date}, {before} allí (importación {earlier}) y {after} con el archivo. Si vale el archivo, ' +
      'diga --reemplazar.',
    IMPORT_PRICES_DIFFER:
      '{file} y un archivo anterior de la orden traen costos o precios de mercado distintos para los mismos días: {days}, el ' +
      'primero {name} el {date}, {before} y {after}. Importe solo el que vale, o diga --reemplazar: cuenta el último.',
    IMPORT_NOTE_PRICES_SEVERAL:
      'Días para los que el archivo trae varios valores de un producto: {days}. De varios costos cuenta el último, de ' +
      'varios precios de mercado su media.',
    IMPORT_NOTE_PRICE_FAR:
      '{name} {date}: {value}, cuando lo habitual es {usual}. Cuenta hasta el siguiente de la lista: si está mal, importe ' +
      'el correcto con --reemplazar o deshaga la importación.',
    IMPORT_NOTE_PRICE_ZERO:
      '{name} {date}: un costo de 0 (días del archivo: {days}). Cuenta como si no costara nada: si no se conoce, deshaga la ' +
      'importación y deje esas filas fuera.',
    IMPORT_NOTE_UNENDED:
      'Series cuya última semana o mes aún no terminó: {cells}, como {merchant} / {product}, cuya fila del {date} cuenta ' +
      'hasta el {to}. Lo que le falta se lee como una caída: déjela fuera hasta entonces, o vuelva a importarla con ' +
      '--reemplazar. Las filas fechadas en el último día de su semana están completas.',
    IMPORT_NOTE_SAME_FILE:
      '{file} es el mismo archivo que la importación {id} del {date}, leído igual: no se escribió nada. --sumar lo cuenta ' +
      'otra vez, --reemplazar lo escribe de nuevo.',
    IMPORT_BATCH_UNKNOWN: 'No hay ninguna importación {id}. «demanda importaciones» las lista.',
    IMPORT_BATCH_UNDONE:
      'La importación {id} se deshizo el {at}. Para tener de nuevo sus filas, importe otra vez el archivo.',
    IMPORT_UNDO_LATER:
      'La importación {id} ({file}) no se deshace: importaciones posteriores volvieron a escribir las mismas filas. ' +
      'Deshaga antes estas, en este orden: {later}.',
    IMPORT_UNDO_OTHERS:
      'La importación {id} ({file}) no se deshace: una importación de varios comerciantes volvió a escribir las mismas ' +
      'filas. Quien lleva el espacio de trabajo puede deshacer antes esa.',
    IMPORT_NOTE_SAME_DAYS:
      'Días iguales que en un archivo anterior de la orden: {days}. Se cuentan una vez; con ' +
      '--sumar se cuentan dos veces.',
    IMPORT_NOTE_ADDED_UP:
      'Días que también trae un archivo anterior de la orden, con otras ventas: {days}. Se sumaron, como ' +
      'de dos cajas. Con --reemplazar cuenta solo el último archivo.',
    IMPORT_NOTE_MENDED:
      '{file} contiene filas que una importación dejó fuera: se sumaron a los días que ya estaban. Con --reemplazar ' +
      'ocupan su lugar.',
    IMPORT_NOTE_RETURNS:
      'Filas con cantidad negativa: {rows}. Lo devuelto se restó de las ventas ' +
      'de su día, o del último día con ventas anterior.',
    IMPORT_NOTE_UNCOVERED: 'Se devolvieron {units} unidades sin ninguna venta anterior en el archivo: no se contaron.',
    IMPORT_NOTE_LOWERED:
      'Días que ya estaban y ahora tienen menos: {days}, como {merchant} / {product} ' +
      '{date}: {before} → {after}. Un archivo ocupa el lugar de los días que trae; --sumar los suma.',
    IMPORT_NOTE_TWINS:
      'Los nombres que solo difieren en mayúsculas, acentos o espacios se guardan aparte: {names}. Escríbalos igual si ' +
      'son uno.',
    IMPORT_NOTE_RENAMED:
      'Los nombres anteriores del archivo cuentan con los nuevos: {names}. Si uno debe volver a ser él mismo: ' +
      '«demanda productos olvidar NOMBRE», o «demanda comerciantes olvidar NOMBRE».',
    IMPORT_NOTE_COPIES:
      'Líneas que son copia exacta de otra: {count}, la primera {file}:{line}. Cada una cuenta como una ' +
      'venta. Quítelas si el archivo repite sus líneas.',
    IMPORT_NOTE_BLOCKS:
      'Las líneas {from} a {to} de {file} dicen lo mismo que las {rows} líneas desde la {of}, en el mismo orden, como cuando ' +
      'se pega dos veces una parte (partes así: {blocks}, sus líneas: {all}). Cada una cuenta como una venta. Quítelas si ' +
      'son la misma.',
    CURRENCY_HELD:
      'Este espacio de trabajo tiene importes en {held}, y --moneda dice {currency}: no se convertiría nada. Omita --moneda ' +
      'si el archivo está en {held}, impórtelo en un espacio propio (--espacio), o diga que todo lo que hay está en ' +
      '{currency}: demanda ajustes --moneda {currency}.',
    IMPORT_NOTE_COVARIATE_TEXT:
      '{count} valores de la columna {column} son palabras («{value}», línea {line}) entre números: cuentan ' +
      'como no dados.',
    IMPORT_NOTE_CATEGORIES:
      'La columna {column} tiene {all} categorías: se distinguen las {kept} más frecuentes y las demás cuentan ' +
      'como «other».',
    IMPORT_NOTE_COVARIATE_CONSTANT:
      'La columna {column} es {value} siempre que se da: no tiene efecto hasta que cambie.',
    IMPORT_NOTE_COVARIATE_COPY: 'La columna {column} repite la columna {other} en todas las filas: se deja fuera.',
    IMPORT_NOTE_COVARIATE_EMPTY:
      'La columna {column} tiene valor en {filled} de {rows} filas, muy pocas para decir algo: se deja fuera. Si una ' +
      'celda vacía quiere decir no, escriba ahí 0.',
    IMPORT_WIDE:
      '{file} parece tener una columna por producto o por día ({columns}): escriba una fila por venta, con columnas ' +
      'fecha, tienda, producto, cantidad y precio.',
    IMPORT_NOTE_PRICE_TOTAL:
      'La columna {column} se lee como precio de una unidad, como se indicó; por su nombre contiene importes de línea: ' +
      'en tal caso --mapa "total={column}" los divide por la cantidad.',
    IMPORT_NOTE_PROMO_DISCOUNT:
      'La columna {column} se lee como promoción y no se resta del precio; --mapa "discount={column}" la resta.',
    IMPORT_NOTE_TOTAL_DIFFERS:
      'Filas en que la columna {column} no es precio × cantidad: {rows}, la primera {file}:{line}. El precio se lee de ' +
      '{price}; --mapa "total={column}" toma lo que se pagó.',
    IMPORT_EXTREME:
      '{merchant} / {product} {date}: {column} {value}, donde lo habitual es {usual}. Se retiene: no entra en ' +
      'modelos, pronósticos ni precios hasta que se corrija o se acepte.',
    IMPORT_EXTREME_DAYS:
      '{merchant} / {product}: {column} de {days} días, del {from} al {to}, está lejos de lo habitual ({usual}); ' +
      'el primero es {value}. Se retienen: no entran en modelos, pronósticos ni precios hasta que se corrijan o ' +
      'se acepten.',
    IMPORT_TOTALS_AMONG_DAYS:
      '{merchant} / {product}: {days} filas, del {from} al {to}, parecen totales de periodos más largos que las ' +
      'demás ({value} en vez de {usual}). Se retienen: no entran en modelos ni pronósticos hasta que se importen ' +
      'como lo que son, o se acepten.',
    IMPORT_IMPOSSIBLE:
      '{merchant} / {product} {date}: {column} {value} no permite calcular. Se retiene: cuenta como no dado hasta ' +
      'que se corrija o se acepte.',
    IMPORT_IMPOSSIBLE_DAYS:
      '{merchant} / {product}: {column} {value} en {days} días, del {from} al {to}, no permite calcular. Se ' +
      'retienen: cuentan como no dados hasta que se corrijan o se acepten.',
    IMPORT_NOTE_RELEASED:
      'Valores que estaban retenidos y cuentan desde ahora, porque lo que siguió los confirma: {values}; el ' +
      'primero, {merchant} / {product} {date}.',
    IMPORT_NOTE_COST_ABOVE_PRICE:
      'Días cuyo costo supera tres veces su precio: {days}; el primero, {merchant} / {product} {date}: {cost} ' +
      'frente a {price}. Busque el costo de una caja, u otra unidad.',
    IMPORT_PRICE_NEGATIVE:
      'El precio no puede ser negativo; se encontró «{value}»: un descuento en línea propia no es una venta ' +
      '({file}:{line}, columna {column}).',
    PORTFOLIO_SPANS:
      'Los productos de {merchant} no tienen precio para los mismos días: {first} y {second} tienen filas de períodos ' +
      'distintos, como días y semanas, y sus ganancias no se pueden sumar. Pida un tipo de producto cada vez.',
    LINES_COLUMNS:
      '{file} no dice qué productos van juntos: necesita una columna producto y al menos una de familia, línea con tamaño, ' +
      'por debajo de, o peso; se encontró: {columns}.',
    LINES_VALUE:
      'No es un valor para la columna {column}: «{value}» ({file}:{line}). Tamaños y pesos son números mayores que 0; las ' +
      'diferencias, partes como 0,1 o 10 %, la máxima no menor que la mínima; cada fila nombra su producto.',
    LINES_TWICE:
      '{product} está en las filas {line} y {again} de {file} con dos valores de {column}: {first} y {second}. Deje el ' +
      'correcto.',
    LINES_GIVEN: 'Indique las reglas de {merchant} como lines o como texto de un archivo (csv), una de las dos cosas.',
    LINES_NOTE_KEPT: 'Valen las reglas guardadas de {merchants}. Un archivo (--lineas) ocupa su lugar.',
    LINES_NOTE_UNKNOWN:
      'Productos de {file} que no vende ningún comerciante de los pedidos: {names}. Sus reglas no se usaron.',
    TOTALS_NOTE_UNKNOWN: 'No se usaron precios de productos que no están en ningún total: {names}.',
    PRICES_COLUMNS: '{file} necesita las columnas producto y precio; se encontró: {columns}.',
    PRICES_VALUE:
      'No es un valor para la columna {column}: «{value}» ({file}:{line}). Cada fila tiene un producto y un precio mayor ' +
      'que 0.',
    PRICES_TWICE: '{product} tiene un segundo precio ({file}:{line}): deje uno de los dos.',
    SCENARIO_PRICE: 'No es un precio para {product}: {price}. Dé un número mayor que 0.',
    SCENARIO_PRODUCT:
      '{merchant} no tiene ningún {product} con modelo, así que no se sabe cuánto vende a otro precio: revise el ' +
      'nombre, o entrénelo.',
    TOTALS_TWICE: 'Hay dos precios previstos de {product}: deje uno.',
    SCENARIO_TWICE: 'El plan tiene dos precios de {product} de {merchant}: deje uno.',
    SCENARIO_NOTE_NO_COMPETITORS:
      '{merchant}: ningún plan en que la competencia siga: de ningún producto se sabe qué hacen sus precios a ' +
      'la demanda.',
    SCENARIO_NOTE_REACTION:
      '{merchant}: con los precios de la competencia no se puede saber si sigue los nuestros; ' +
      '--sigue-competencia 50% enseña planes en que sigue la mitad de cada cambio.',
    SCENARIO_PLAN: 'No hay ningún plan llamado «{name}» entre los dados.',
    SCENARIO_LIMIT:
      'No se propone el plan «{name}»: los límites no permiten sus precios de {products}. Planee otros, cambie los ' +
      'límites, o decida esos precios uno a uno con un motivo.',
    PLAN_NOTE_UNKNOWN: 'Filas de {file} de comerciantes o productos sin pronóstico: {rows} ({names}). No se usaron.',
    PLAN_NOTE_PAST: 'Filas de {file} de días hasta la última venta: {rows}, la primera {date}. No se usaron.',
    PLAN_NOTE_BESIDE:
      'Filas de {file} de días que no son los de los precios: {rows}, la primera {date}. Están más allá del horizonte (vea ' +
      '--horizonte), o la tienda no abre entonces; no se usaron.',
    PLAN_NOTE_PRICES: 'Los precios de {file} no se usaron: qué precio poner es lo que se pregunta aquí.',
    PLAN_NOTE_TWICE: 'Días que {file} planea más de una vez: {rows}, como {date}. Cuenta la última fila de cada uno.',
    PLAN_NOTE_COLUMNS: 'Columnas de {file} que ningún modelo conoce: {columns}. No influyen.',
    PLAN_NOTE_CATEGORIES: 'Categorías de {file} que ninguna venta tiene: {categories}. No tienen efecto propio.',
    FORECAST_NOTE_COVARIATES:
      'Conocidas de antemano, pero no dadas para ninguno de estos días: {columns}. Vale para todos su último valor; ' +
      '--plan da los suyos.',
    FORECAST_NOTE_UNTRIED:
      'Precios que nunca se cobraron, con los que sí entre paréntesis: {names}. Ninguna venta dice qué se vende a ' +
      'esos precios: el pronóstico solo prolonga el efecto del precio, y su intervalo no sabe cuánto puede errar con ello.',
    PLAN_NOTE_WITHOUT: '{file} no planea nada para: {names}. No tienen pronóstico aquí.',
    IMPORT_NOTE_LINE_TOTALS:
      'Los valores de la columna {column} crecen con la cantidad, unidad por unidad, como los importes de línea; ' +
      'se leyeron como precios, como se indicó.',
    IMPORT_LINE_TOTALS:
      '{file}: los valores de la columna {column} crecen con la cantidad, unidad por unidad: son importes de ' +
      'línea y no precios. Indíquelo: --mapa "total={column}", o --mapa "price={column}" si son precios.',
    IMPORT_UNIT_INVALID:
      'La unidad debe ser kg, g, lb, oz, l, ml o unidades; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_UNIT_MIXED:
      'Un producto tiene una unidad: «{value}» está en {second} y antes estaba en {first}; dé a cada una ' +
      'un producto propio ({file}:{line}, columna {column}).',
    IMPORT_NAME_DAMAGED:
      'El nombre tiene letras que ya se perdieron (�); se encontró «{value}»: expórtelo de nuevo en UTF-8 ' +
      '({file}:{line}, columna {column}).',
    IMPORT_DATE_FUTURE:
      'Una venta no puede ser posterior a hoy; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_TWIN_COLUMNS:
      '{file} tiene dos columnas llamadas {column} (#{first} y #{second}): diga cuál con --mapa, por su lugar, por ' +
      'ejemplo --mapa price=#{second}.',
    IMPORT_NOTE_REMEMBERED:
      'Leído como se indicó para {file} el {date}: {options}. --olvidar-mapa lo lee de nuevo y olvida eso.',
    IMPORT_REMEMBERED:
      '{problem} Se leyó como se indicó para {last} el {date}: {options}. Indique la opción que vale ahora, o ' +
      '--olvidar-mapa para leerlo de nuevo.',
    IMPORT_OTHERWISE:
      '{file}: la columna {column} está escrita aquí como {found} («{value}», línea {line}), no como {remembered}.',
    IMPORT_CURRENCY_OTHER:
      '{file} contiene importes en {currency} («{value}» en la columna {column}, línea {line}) y este espacio está ' +
      'en {expected}. Si todos sus importes están en {currency}, dígalo en los ajustes (demanda ajustes --moneda); ' +
      'si no, conviértalos o importe el archivo en un espacio propio (--espacio).',
    IMPORT_NOTE_UTC:
      'Las horas de la columna {column} están en UTC («{value}», línea {line}): los días se cuentan en UTC; ' +
      '--zona-horaria indica la zona de la tienda, y demanda ajustes --zona-horaria la de cada importación.',
    IMPORT_NOTE_STOCK_TODAY: 'Ninguna columna dice cuándo se contaron las existencias: cuentan como de hoy, {date}.',
    IMPORT_NOTE_STOCK_UNSOLD:
      'Existencias de productos sin ventas aquí: {count}, el primero {merchant} / {product}. Revise los nombres.',
    IMPORT_NOTE_COMPETITOR_UNKNOWN:
      'Productos que aquí nadie vende: {count} ({names}). Sus precios se guardan y no se comparan con ' +
      'nada: diga cuál de los ' +
      'suyos es cada uno en una columna «nuestro producto».',
    IMPORT_NOTE_COMPETITOR_NAMES: 'Como dijo un archivo anterior: {names}.',
    IMPORT_NOTE_COMPETITOR_UNIT:
      'Precios de otra unidad que la del producto, que se dejan fuera: {count} ({names}). Revise la unidad y ' +
      'el envase.',
    IMPORT_COMPETITOR_MISSING: 'Cada fila debe nombrar a un competidor; falta ({file}:{line}, columna {column}).',
    IMPORT_COMPETITOR_FUTURE:
      'El precio de un competidor no se puede ver después de hoy; se encontró «{value}» ({file}:{line}, ' +
      'columna {column}).',
    IMPORT_PACK_INVALID:
      'El tamaño del envase debe ser mayor que 0; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_NOTE_THREE_DECIMALS:
      'Los números de la columna {column} llevan siempre tres cifras tras «{mark}», como los kilos de una ' +
      'balanza: «{value}» (línea {line}) se lee con tres decimales; --decimal dice lo contrario.',
    IMPORT_UNIT_UNKNOWN:
      '{file}: no se conoce la unidad de «{value}» en la columna {column} (línea {line}): se conocen kg, g, lb, ' +
      'l, ml y unidades.',
    IMPORT_SHARE_MONEY:
      '{file}: «{value}» en la columna {column} (línea {line}) no es sí, no, una fracción ni un porcentaje: ' +
      'parece dinero. Quite la columna o indíquela con --mapa discount={column}.',
    IMPORT_PERCENT:
      '{file}: «{value}» en la columna {column} (línea {line}) es un porcentaje, y no una cantidad ni un precio.',
    IMPORT_CURRENCIES:
      '{file} tiene precios en {first} y en {second} («{value}» en la columna {column}, línea {line}): importe ' +
      'una moneda cada vez, por ejemplo con --solo.',
    IMPORT_DECIMAL_UNCLEAR:
      '{file}: «{value}» en la columna {column} (línea {line}) puede ser {byComma} o {byPoint}, y ninguna ' +
      'otra fila lo aclara. Indique el signo decimal: --decimal , ({byComma}) o --decimal . ({byPoint}).',
    IMPORT_NOT_COUNTED:
      '{file}: --inicio y --cada son para una columna de fecha con números enteros que cuentan; {column} ' +
      'contiene «{value}» (línea {line}).',
    IMPORT_NO_DATES:
      '{file}: la columna {column} no contiene fechas («{value}», línea {line}). Indique la que sí con --mapa ' +
      'date=COLUMNA.',
    IMPORT_DATE_INDEX:
      '{file}: la columna {column} cuenta días o semanas («{value}», línea {line}) sin decir desde cuándo. ' +
      'Indique el primer día y el paso: --inicio 2024-01-01 --cada week.',
    IMPORT_DATE_SWAPPED:
      '{file}: las fechas propias de la hoja en la columna {column} solo tienen días hasta el 12 y «{value}» ' +
      '(fila {line}) es texto: al hacer la hoja se cambiaron día y mes. Expórtela de nuevo con fechas aaaa-mm-dd.',
    IMPORT_DATE_MIXED:
      '{file}: la columna {column} escribe las fechas de más de una manera: «{value}» (línea {line}) no encaja ' +
      'con las demás. Escríbalas todas igual, como aaaa-mm-dd.',
    IMPORT_DATE_UNCLEAR:
      '{file}: «{value}» en la columna {column} (línea {line}) puede ser el {firstDay} ({first}) o el ' +
      '{secondDay} ({second}), y ninguna otra fila lo aclara. Indíquelo: --formato-fecha {first} o ' +
      '--formato-fecha {second}.',
    IMPORT_SHEETS_DIFFER: '{file} tiene varias hojas que podrían ser la buena: {sheets}. Indique una con --hoja.',
    IMPORT_FORMAT_OTHER: '{file} es un archivo {format}: ábralo en una hoja de cálculo y guárdelo como XLSX o CSV.',
    IMPORT_FIELDS:
      'Una fila debe tener tantos campos como títulos hay ({expected}) y tiene {found}: un valor con un ' +
      'separador dentro va entre comillas ({file}:{line}, columna {column}).',
    IMPORT_QUOTE:
      'En la línea {line} de {file} se abren unas comillas que no se cierran: se perderían las líneas siguientes. ' +
      'Ciérrelas o quítelas.',
    IMPORT_ENCODING_WRONG:
      'La línea {line} de {file} no es {encoding}: quite --codificacion o indique la codificación en que se ' +
      'guardó el archivo.',
    IMPORT_ENCODING_UNCLEAR:
      '{file}: la línea {line} puede ser «{first}» ({firstEncoding}) o «{second}» ({secondEncoding}): indique cuál ' +
      'con --codificacion.',
    IMPORT_ENCODING_MIXED:
      '{file} mezcla UTF-8 con otra codificación: la línea {line} no es UTF-8 y otras sí. Guárdelo en una sola ' +
      'codificación o indique --codificacion.',
    OPTION_SWITCH: '{option} debe ser true o false, se recibió «{value}».',
    OPTION_TEXT: '{option} debe ser un texto de {least} a {most} caracteres.',
    IMPORT_LINE_TOO_LONG: 'Una línea de {file} pasa de {limit} bytes: compruebe que el archivo tiene saltos de línea.',
    IMPORT_TOO_MANY_COLUMNS: '{file} tiene {found} columnas y el máximo es {limit}: deje solo las que hacen falta.',
    IMPORT_TOO_LARGE: '{file} ocupa más de {limit} MB al descomprimirse: divídalo o expórtelo como CSV.',
    IMPORT_UNREADABLE:
      'No se puede leer {file}: está dañado o no es del formato que dice; compruebe que se abre con su ' +
      'programa y vuelva a exportarlo o a copiarlo.',
    IMPORT_CUT_SHORT: '{file} termina antes de tiempo: no se copió entero; vuelva a copiarlo o a exportarlo.',
    IMPORT_NO_ACCESS: 'No se permite leer {file}: compruebe sus permisos.',
    IMPORT_TOO_PACKED:
      '{file} ocupa más de {limit} veces su tamaño al descomprimirse: unas ventas nunca llegan a tanto; ' +
      'descomprímalo y compruebe lo que contiene.',
    IMPORT_TOO_MANY_ROWS: '{file} tiene más de {limit} filas: divídalo e importe las partes.',
    IMPORT_TOO_MANY_CELLS: '{file} tiene más de {limit} celdas: deje solo las columnas que hacen falta o divídalo.',
    IMPORT_TOO_DEEP:
      '{file}:{line} tiene más de {limit} niveles, uno dentro de otro: exporte un objeto simple por venta.',
    IMPORT_BLANK:
      '{file} tiene más de {limit} MB seguidos sin nada escrito: compruebe lo que contiene y vuelva a exportarlo.',
    IMPORT_HEADER_TOO_LONG:
      'El título de la columna {column} de {file} tiene más de {limit} caracteres: compruebe que la primera ' +
      'línea lleva los títulos.',
    IMPORT_CELL_OUTSIDE:
      'La celda {cell} de {file} está más allá de lo que se lee ({rows} filas, {columns} columnas): borre lo ' +
      'que haya allí y vuelva a guardar el libro.',
    IMPORT_CELL_DAMAGED:
      'La celda {cell} de {file} está dañada: su lugar, su texto o su formato no existen en el libro; ábralo y ' +
      'vuelva a guardarlo.',
    IMPORT_TEXTS_TOO_LARGE: 'Los textos de {file} pasan de {limit} MB: divídalo o expórtelo como CSV.',
    IMPORT_HEADER_ROW:
      'No hay nada en la línea {line} de {file}: indique la de los títulos de las columnas, o 0 si no los hay.',
    IMPORT_SHEET_UNKNOWN: '{file} no tiene la hoja «{sheet}»; tiene: {sheets}.',
    IMPORT_ROW_GROUP_TOO_LARGE:
      'Un grupo de filas de {file} tiene más de {limit} celdas: vuelva a escribirlo con grupos de filas más pequeños.',
    IMPORT_TOO_SLOW:
      'Leer {file} tardó más de {seconds} s y se interrumpió: no se importó nada; divídalo o compruebe que no ' +
      'está dañado.',
    IMPORT_TOO_MUCH_MEMORY:
      'Leer {file} necesita más de {limit} MB de memoria y se interrumpió: no se importó nada; divídalo o ' +
      'compruebe que no está dañado.',
    IMPORT_STOPPED: 'El servidor se detuvo durante la importación: no se importó nada; repítala cuando vuelva.',
    IMPORT_JSON_SHAPE: '{file} debe ser una lista de objetos JSON, uno por venta.',
    IMPORT_JSON_ROW: '{file}:{line} debe ser un objeto JSON, con un valor por columna.',
    IMPORT_JSON_DAMAGED: '{file}:{line} no es JSON válido: compruebe las comillas y las comas, o vuelva a exportarlo.',
    IMPORT_MAP_FIELD: '--mapa nombra el campo {field}, que no existe; el más parecido es {nearest}. Campos: {fields}.',
    IMPORT_MAP_COLUMN: '{file} no tiene la columna «{column}»; la más parecida es «{nearest}».',
    IMPORT_MISSING_COLUMN:
      'Ninguna columna de {file} se reconoce como {field}. Nómbrelas: --mapa "{example}". Columnas: {columns}.',
    IMPORT_DATE_FORMAT: 'El formato de fecha {format} debe nombrar día, mes y año, como dd/mm/yyyy.',
    IMPORT_DATE_MISSING: 'Falta la fecha ({file}:{line}, columna {column}).',
    IMPORT_DATE_INVALID: 'La fecha debe existir; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_DATE_RANGE:
      'La fecha debe estar entre 1970 y dentro de un año; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_PRODUCT_MISSING: 'Falta el producto ({file}:{line}, columna {column}).',
    IMPORT_MERCHANT_MISSING: 'Falta el comerciante ({file}:{line}, columna {column}).',
    IMPORT_QUANTITY_MISSING: 'Falta la cantidad ({file}:{line}, columna {column}).',
    IMPORT_NUMBER_TOO_LARGE:
      'Debe ser menor que un billón (10^12); se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_NAME_TOO_LONG:
      'El nombre debe tener 500 caracteres como mucho; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_NUMBER_INVALID: 'Debe ser un número; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_PRICE_INVALID:
      'El precio debe ser mayor que 0 cuando se vendió algo; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_COST_INVALID:
      'El costo debe ser un número de 0 o más; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_STOCK_NEGATIVE:
      'Las existencias deben ser 0 o más; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_STOCK_FUTURE:
      'Las existencias no se pueden contar después de hoy; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_SHARE_INVALID:
      'Debe ser sí o no, una parte entre 0 y 1 o un porcentaje; se encontró «{value}» ({file}:{line}, columna ' +
      '{column}).',
    IMPORT_MERCHANT_OTHER:
      'El comerciante debe ser el de esta clave; se encontró «{value}» ({file}:{line}, columna {column}).',
    IMPORT_UNKNOWN: 'No hay ninguna importación {importId}: los archivos subidos se guardan un día.',
    IMPORT_ENDED: 'Esta importación ya terminó: comience otra.',
    IMPORT_COVARIATE_NAME: 'Una covariable no puede llamarse «{name}» ({file}): dé otro encabezado a su columna.',
    IMPORT_COVARIATE_DIFFERS:
      '{merchant} / {product} {date}: las ventas del día no coinciden en {covariate}; se toma su media, ' +
      'ponderada por cantidad.',
    IMPORT_REJECTED:
      '{rejected} de {rows} filas de {file} no son válidas: {first} No se importó nada: corríjalas o ' +
      'use --omitir-malas.',
    // --- store (src/store)
    STORE_NEWER:
      'El almacén {file} es de una versión más nueva del programa (esquema {found}; este conoce hasta el ' +
      '{known}): actualice demanda.',
    STORE_BUSY:
      'Otro proceso está escribiendo en {file} desde hace más de {seconds} s: espere a que termine y repita la orden.',
    STORE_DISK_FULL: 'No queda espacio en disco para {file}: este paso no se guardó; libere espacio y repita la orden.',
    STORE_WRITE_FAILED:
      'El disco falló al escribir {file} ({detail}): este paso no se guardó y lo anterior sigue a salvo; ' +
      'compruebe el disco y repita la orden.',
    STORE_UNREADABLE:
      'No se puede abrir el almacén {file} ({detail}): compruebe la carpeta y los permisos, o indique otra con ' +
      '--espacio.',
    STORE_DAMAGED:
      'El almacén {file} está dañado ({detail}): no se hizo la copia; restaure una anterior con `demanda restaurar`.',
    DATABASE_ADDRESS:
      'La dirección de la base de datos no es válida: escríbala como ' +
      'postgres://usuario:contraseña@servidor:puerto/base en DEMANDA_DATABASE_URL o --base-de-datos, y los ' +
      'signos @, : y / de una contraseña como %40, %3A y %2F.',
    DATABASE_UNREACHABLE:
      'La base de datos {database} no responde ({detail}): de este paso no se guardó nada; compruebe que el servidor ' +
      'funciona y se llega a él, y repita la orden.',
    DATABASE_LOGIN:
      'La base de datos {database} rechaza el usuario o la contraseña: corrija DEMANDA_DATABASE_URL o --base-de-datos.',
    DATABASE_MISSING: 'No existe la base de datos {database}: créela (`createdb`) o indique otra con --base-de-datos.',
    DATABASE_RIGHTS:
      'Al usuario de {database} le falta un permiso que demanda necesita ({detail}): que su dueño se lo dé, como dice ' +
      'docs/guide/es/base-de-datos.md.',
    DATABASE_CONNECTIONS:
      'La base de datos {database} no admite más conexiones: cierre alguna, suba su max_connections o ponga delante ' +
      'un pooler.',
    DATABASE_POOLER:
      'El pooler delante de {database} no conserva sentencias preparadas: añada ?prepared=off a la dirección o use ' +
      'PgBouncer 1.21 o posterior.',
    TRAINING_OVERTAKEN:
      'Otro trabajador sigue con la parte {number} del entrenamiento {trainingId}: de esta no se guardó nada.',
    TRAINING_CELL_LOST:
      '{merchant}:{product} se dio por perdido: {attempts} trabajadores acabaron sin avisar mientras lo entrenaban; ' +
      'mire qué acabó con ellos (a menudo la memoria) y reinténtelo.',
    TRAINING_BATCH_LOST:
      'La parte {number} del entrenamiento se dio por perdida: {attempts} trabajadores acabaron sin avisar mientras ' +
      'la hacían; mire qué acabó con ellos (a menudo la memoria) y reinténtela.',
    TRAINING_NONE_LOST: 'En el entrenamiento {trainingId} no hay nada dado por perdido.',
    SCHEDULE_CRON:
      '«{cron}» no es una hora: escriba minuto, hora, día, mes y día de la semana, como «0 3 * * *» para las tres de ' +
      'cada noche.',
    SCHEDULE_TIMEZONE: 'No existe la zona horaria {timezone}: escriba una como Europe/Madrid.',
    SCHEDULE_UNKNOWN: 'No hay ninguna programación {id}: `demanda programar list` dice cuáles hay.',
    QUEUE_MISSING:
      'Un espacio de trabajo en una carpeta no tiene cola: indique una base de datos PostgreSQL con --base-de-datos o ' +
      'DEMANDA_DATABASE_URL.',
    STORE_UNFINISHED:
      'Lo que guarda {from} se está trasladando a {place} y no ha terminado: repita `demanda trasladar`, que sigue ' +
      'donde estaba.',
    TRANSFER_TARGET_USED:
      '{place} ya guarda algo y no se sobrescribe: indique con --destino una carpeta o una base de datos vacías.',
    TRANSFER_OTHER:
      'Lo que guarda {from} se está trasladando a {place} y no ha terminado: continúelo o indique otro con --destino.',
    TRANSFER_PLACE: 'Falta {option}: indique una carpeta o una dirección postgres://, o ponga DEMANDA_DATABASE_URL.',
    TRANSFER_SAME: '{place} no se puede trasladar a sí mismo: indique dos lugares con --desde y --destino.',
    TRANSFER_NOTHING: 'No hay ningún espacio de trabajo en {place}: indique con --desde el lugar que se traslada.',
    TRANSFER_CHANGED:
      'La tabla {table} no es igual en los dos lugares: {place} cambió entretanto. Cierre lo que escribe en él y repita ' +
      'la orden, que empieza de nuevo.',
    BACKUP_DATABASE:
      'El espacio de trabajo está en la base de datos {database}: cópielo con pg_dump y recupérelo con pg_restore; ' +
      'las copias de demanda son de carpetas.',
    BACKUP_NOTHING: 'No hay nada que copiar en {folder}: indique la carpeta del espacio de trabajo con --espacio.',
    BACKUP_EXISTS: 'Ya existe {file}: elija otro nombre, o use --forzar para reemplazarlo.',
    BACKUP_INSIDE:
      '{file} está dentro del espacio de trabajo {folder} o es su propio almacén: guarde las copias en otra ' +
      'carpeta, mejor en otro disco.',
    BACKUP_MISSING: 'No existe el archivo {file}: indique una copia hecha con `demanda copia`.',
    BACKUP_NO_STORE:
      '{file} no es una copia de demanda: indique un archivo hecho con `demanda copia`. No se cambió nada.',
    BACKUP_DAMAGED: 'La copia {file} está dañada ({detail}): no se cambió nada; use otra copia.',
    WORKSPACE_IN_USE:
      'Otro proceso tiene abierto el espacio de trabajo {folder} (un servidor, un entrenamiento u otra orden): ' +
      'ciérrelo o espere a que termine. No se cambió nada.',
    // --- what the system refuses, to whichever part
    DISK_FULL: 'No queda espacio en el disco de {folder} para {file}: no se guardó; libere espacio y repita la orden.',
    TEMP_DISK_FULL:
      'No queda espacio en la carpeta temporal {folder}: no se guardó nada; libere espacio o indique otra ' +
      'carpeta con la variable TMPDIR, y repita la orden.',
    FILE_UNWRITABLE: 'No se puede escribir {file} ({detail}): compruebe el nombre, la carpeta y los permisos.',
    FILES_TOO_MANY:
      'El sistema deja a este proceso {limit} archivos abiertos a la vez y no bastan: suba el límite (ulimit -n ' +
      '1024) o use menos procesos con --procesos.',
    THREAD_UNAVAILABLE:
      'El sistema no deja iniciar otro hilo ({detail}): libere memoria, suba el límite de procesos (ulimit -u) o ' +
      'use menos con --procesos.',
    EXECUTOR_ENDED:
      'El hilo que calcula terminó por sí solo ({detail}), y con él la orden: lo hecho hasta entonces está ' +
      'guardado. Libere memoria o use menos con --procesos, y repita la orden.',
    OUTPUT_UNWRITABLE:
      'No se pudo escribir la salida ({detail}): lo escrito está incompleto y no sirve; compruebe el disco y ' +
      'repita la orden.',
    TRAINING_LOST:
      'El proceso del entrenamiento terminó sin avisar: lo mató el sistema o se apagó el equipo. Lo hecho está ' +
      'guardado: reanúdelo.',
    TRAINING_DIED:
      'El proceso del entrenamiento terminó antes de tiempo: {words} (registro: {log}). Lo hecho está ' +
      'guardado: reanúdelo.',
    MODEL_CORRUPT:
      'El modelo {version} de {merchant} / {product} está dañado: vuelva a entrenar o pase a otra versión con ' +
      '`demanda modelos revertir`.',
    MODEL_VERSION_UNKNOWN:
      '{merchant} / {product} no tiene la versión {version}: vea las que hay con `demanda modelos`.',
    CHECKPOINT_EXISTS:
      '{merchant} / {product} tiene un entrenamiento interrumpido en la iteración {iteration}: continúelo con ' +
      '`--reanudar` o empiece otro con `--desde_cero`.',
    CHECKPOINT_INTERVAL:
      '`--guardar_cada` debe ser como mucho el número de iteraciones ({iterations}); se encontró {every}.',
    EVALUATION_INTERVAL:
      '`--evaluar_cada` debe ser al menos {least}, para que el historial no pase de {most} puntos; se encontró ' +
      '{every}.',
    TRAIN_NOT_FINITE:
      '{merchant} / {product}: el cálculo dejó de dar números finitos en la iteración {iteration}; busque ' +
      'cantidades y precios desmesurados. El modelo anterior y el último punto de control se conservan.',
    TRAIN_UNEXPECTED:
      '{merchant} / {product}: el cálculo terminó en un error que no debería darse ({detail}); los demás productos ' +
      'siguen. Comuníquelo, con lo que muestra NODE_DEBUG=demanda. El modelo anterior y el último punto de control ' +
      'se conservan.',
    TRAIN_INVALID_VALUE:
      '{merchant} / {product}: el {date} tiene {value} en {column}, un valor que ninguna venta puede tener; ' +
      'corríjalo e importe ese día de nuevo.',
    HISTORY_MISSING: '{merchant} / {product} no tiene historial de errores: entrénelo con `--iteraciones`.',
    COMPARE_TOO_FEW:
      'Para comparar hacen falta al menos dos modelos; se encontró {count}. Ejemplo: `--modelos ' +
      '"MiTienda:Carne,MiTienda:Pescado"`.',
    COMPARE_TOO_MANY: 'Se pueden comparar {most} modelos como mucho; se encontraron {count}.',
    CHECKPOINT_OVERTAKEN:
      '{merchant} / {product}: otro proceso ha continuado este entrenamiento; lo que hizo este no se guarda.',
    CHECKPOINT_DAMAGED:
      '{merchant} / {product}: ningún punto de control se puede leer (la suma de comprobación no coincide); ' +
      'entrene de nuevo con `--desde_cero`.',
    CHECKPOINT_MISSING:
      '{merchant} / {product} no tiene ningún entrenamiento interrumpido que continuar; entrénelo sin `--reanudar`.',
    CHECKPOINT_DATA_CHANGED:
      '{merchant} / {product}: las ventas han cambiado desde el punto de control de la iteración {iteration}; ' +
      'entrene de nuevo con `--desde_cero`.',
    RESUME_OPTION_DIFFERS:
      '{merchant} / {product}: el entrenamiento interrumpido empezó con {option} {kept}, no {given}: ' +
      'continúelo sin esa opción o empiece otro con `--desde_cero`.',
    HISTORY_DAMAGED: 'El historial del entrenamiento {runId} no se puede leer: la suma de comprobación no coincide.',
    RUN_HELD_BY_OTHER: '{merchant} / {product} se está entrenando en otro proceso (pid {pid}, desde {since}).',
    // --- training and fleet (src/core, src/fleet)
    TRAIN_NO_OWN_SALES: '{merchant} / {product} no tiene ventas: importe alguna antes de entrenar.',
    TRAIN_NOTHING_SOLD:
      '{merchant} / {product} nunca vendió nada (todas las cantidades son 0): no hay demanda que aprender.',
    TRAIN_NO_PRICE: '{merchant} / {product} no tiene ningún precio: añada la columna de precio e importe de nuevo.',
    // --- recommendations, the API and its door (src/store, src/workspace, src/api)
    EXPERIMENT_UNKNOWN:
      'No hay ningún experimento con el número {id}: «demanda experimento listar» muestra los que hay.',
    EXPERIMENT_ENDED: 'El experimento {id} ya se terminó; su último día que cuenta es el {date}.',
    EXPERIMENT_OVERLAPS:
      '{merchant} / {product} tiene el experimento {id} del {from} al {to}: empiece después con --desde, o deténgalo ' +
      '(demanda experimento detener {id}).',
    EXPERIMENT_REFUSED: 'No se empezó ningún experimento con {merchant} / {product}: {why}.',
    EXPERIMENT_SHOPS:
      'Una prueba entre tiendas necesita al menos dos que vendan {product} y a las que convenga probar; hay {count}: ' +
      'pruebe una con --diseno switchback.',
    EXPERIMENT_FROM:
      'Un experimento empieza después del último día con ventas, y como mucho un año después: --desde {from} no ' +
      'encaja con ventas hasta el {lastDay}.',
    HOLDOUT_FEW_SHOPS:
      'Un grupo de control pide al menos dos tiendas cuyas ventas lleguen bastante atrás y sigan hasta ahora. Tiendas que quedan: {count}; tiendas que se dejan fuera: {left}. Con una sola tienda, vea qué ganó cada cambio (demanda resultados).',
    HOLDOUT_SHOPS:
      'Las tiendas nombradas son todas las que se comparan (tiendas: {count}): al menos una tiene que seguir recibiendo precios recomendados.',
    HOLDOUT_NOT_COMPARED:
      'Estas tiendas no se pueden comparar, porque sus ventas empiezan demasiado tarde, han terminado o tienen huecos: {shops}. Quítelas de --tiendas.',
    HOLDOUT_FROM:
      'Un grupo de control empieza después del último día con ventas, y como mucho un año después: --desde {from} no encaja con ventas hasta el {lastDay}.',
    HOLDOUT_RUNNING:
      'Ya hay un grupo de control desde el {from}. Guarde lo que dijo (demanda control ver --json) y deténgalo (demanda control detener); después empiece otro.',
    HOLDOUT_NONE:
      'No hay grupo de control. Vea qué tiendas elegir (demanda control proponer), o compare con tiendas que siguieron como estaban (demanda control ver --tiendas A,B --desde 2026-07-01).',
    HOLDOUT_STOPPED: 'El grupo de control ya se detuvo; su último día es el {date}.',
    HOLDOUT_OPTIONS: 'Para comparar con tiendas que nadie sorteó hacen falta --tiendas y --desde, los dos.',
    HOLDOUT_NOTE_REVENUE:
      'Se comparan las ventas, no la ganancia: del {percent} % de las ventas no se sabe el costo (productos: {cells}). Importe los costos para comparar la ganancia.',
    HOLDOUT_NOTE_UNCOSTED:
      'Fuera de la ganancia, porque no se sabe su costo: el {percent} % de las ventas (productos: {cells}).',
    HOLDOUT_NOTE_FILLED: 'Periodos en que una tienda no vendió nada, contados según fueron las demás: {count}.',
    HOLDOUT_NOTE_ONE:
      'El grupo de control es una sola tienda: lo que le pase a ella parecerá obra de los precios. Dos o más dicen mucho más.',
    HOLDOUT_NOTE_CHANGED:
      'Precios cambiados en tiendas del grupo de control desde el comienzo: {count}. Por eso lo que ganaron de más las otras parece menos.',
    HOLDOUT_NOTE_CHOSEN:
      'Estas tiendas se eligieron, no se sortearon: pueden diferir de las otras en algo más que los precios.',
    EXPERIMENT_ABORT:
      'El experimento {id} se abortó: con una probabilidad del {percent} % costó a {merchant} / {product} más del ' +
      '{limit} % de la ganancia o de las ventas. Vuelva a poner el precio {price}.',
    RECOMMENDATION_UNKNOWN: 'No hay ninguna recomendación con el número {id}.',
    RECOMMENDATION_CHANGED:
      'La recomendación de {merchant} / {product} cambió mientras tanto (estado «{status}», por {by} ({kind}), ' +
      '{at}): vuelva a mirarla antes de decidir.',
    RECOMMENDATIONS_MOVED:
      'Se eligieron {count} recomendaciones y la lista ha cambiado desde entonces (ahora son {found}): vuelva a ' +
      'mirarla antes de decidir.',
    VIEWS_FULL: 'Ya hay {most} vistas guardadas: quite alguna que nadie necesite.',
    RECOMMENDATION_STEP: 'La recomendación de {merchant} / {product} está en «{status}» y no puede pasar a «{to}».',
    RECOMMENDATION_STALE:
      'El modelo de {merchant} / {product} cambió después de aprobar su precio: reabra la recomendación y ' +
      'recalcule los precios antes de exportarla.',
    RECOMMENDATION_REASON: 'Para rechazar una recomendación o cambiar su precio hace falta un motivo (reason).',
    RECOMMENDATION_PRICE:
      'Un precio propio vale para una sola recomendación que se aprueba o se revisa; se encontraron {count} ' +
      'con destino «{to}».',
    BATCH_DIFFERENT: 'El lote {batchId} ya se exportó con otro contenido: use otro identificador.',
    TABLE_FORMAT: '{file} no termina como se escriben las tablas: {formats}.',
    TABLE_TOO_LONG: 'La tabla tiene {rows} filas y en una hoja caben {most}: escríbala como .csv o .parquet.',
    BATCH_OF_SEVERAL: 'Varios comerciantes tienen un lote {batchId}: indique de cuál con ?merchant= ({merchants}).',
    BATCH_UNKNOWN: 'No hay ningún lote {batchId}.',
    IDEMPOTENCY_DIFFERENT: 'La clave de idempotencia «{key}» ya se usó para otra petición: use una nueva.',
    IDEMPOTENCY_UNDER_WAY:
      'La petición con la clave «{key}» se está atendiendo todavía: espere a su respuesta o repítala dentro de ' +
      '{seconds} s.',
    IDEMPOTENCY_OUTCOME_UNKNOWN:
      'Esta petición empezó antes y no se sabe si se hizo, y repetirla podría hacerla dos veces: mire cómo ' +
      'está y pídalo con otra clave de idempotencia.',
    CURSOR_INVALID: 'El cursor debe ser el «nextCursor» de la página anterior de la misma lista.',
    RUN_UNKNOWN: 'No hay ningún entrenamiento {runId}.',
    RUN_NOTE:
      'Un entrenamiento debe tener como mucho {tags} etiquetas, de {letters} letras como mucho cada una, y una nota de ' +
      '{note} letras como mucho: acórtelas.',
    TRAINING_UNKNOWN: 'No hay ningún entrenamiento {trainingId}.',
    TRAINING_ENDED: 'El entrenamiento {trainingId} ya terminó.',
    TRAINING_RUNNING: 'El entrenamiento {trainingId} está en marcha.',
    TOKEN_INVALID:
      'El enlace ya se usó o caducó, o la clave no vale: reinicie `demanda servir` para tener un enlace nuevo, o ' +
      'pida otra clave.',
    KEY_UNKNOWN: 'No hay ninguna clave {id} en vigor.',
    CELL_AMBIGUOUS:
      '«{target}» puede leerse de varias maneras: {readings}. Nombre el producto con --comerciante y --producto.',
    KEY_MADE_BEFORE:
      'Esta petición ya se hizo, y el secreto que creó se mostró entonces, una sola vez (si es una clave de API, ' +
      '{id}): si se perdió, cree otro y revoque la clave.',
    KEY_NAME_TAKEN:
      'Ya hay una clave «{name}» en vigor (los acentos, las mayúsculas y los espacios no distinguen): dé otro ' +
      'nombre o revoque aquella.',
    KEY_NAME_RESERVED:
      'Una clave no puede llamarse «{name}»: pasaría por el propietario o por el propio programa. Use el ' +
      'nombre de quien la tendrá, como «caja 2».',
    KEY_NAME_UNSEEN:
      'El nombre de la clave contiene un carácter que no se ve o que da la vuelta al texto ({character}): ' +
      'escríbalo sin él.',
    KEY_EXPIRY_PAST: 'La clave caducaría en {instant}, que ya pasó: dé un momento futuro, o ninguno.',
    SESSION_UNKNOWN: 'No hay ninguna sesión {id} abierta.',
    CELL_UNKNOWN: 'No existe {merchant} / {product}.',
    SIGN_IN_NEEDED:
      'Hace falta entrar: abra el enlace que mostró `demanda servir`, o envíe una clave en la cabecera Authorization.',
    NOT_ALLOWED: 'Esta clave o sesión no permite hacer esto: hace falta el permiso «{scope}».',
    NOT_ALLOWED_MERCHANT: 'Esto vale para todo el espacio de trabajo, y esta clave es de un solo comerciante.',
    CSRF_INVALID:
      'Falta la cabecera x-csrf-token con el valor que da /api/session, o no es la de esta sesión: vuelva a ' +
      'cargar la página.',
    REQUEST_INVALID: 'La petición no es válida en «{where}»: {rule}.',
    REQUEST_UNREADABLE: 'No se puede leer la petición ({detail}).',
    REQUEST_MEDIA_TYPE:
      'La petición debe llevar JSON (Content-Type: application/json), o un archivo como multipart/form-data al ' +
      'importar.',
    REQUEST_MULTIPART:
      'El archivo no llegó entero o la petición no está bien formada: envíe un solo archivo como ' +
      'multipart/form-data, con su «boundary».',
    REQUEST_FILES_MANY:
      'La petición trae más de un archivo y no se tomó ninguno: envíe cada uno en una petición propia.',
    REQUEST_TOO_LARGE: 'La petición pasa de {limit} MB.',
    REQUESTS_TOO_MANY: 'Demasiadas peticiones: espere {seconds} s.',
    SIGN_IN_TOO_MANY: 'Demasiados intentos de entrar que no valieron desde esta dirección: espere {seconds} s.',
    HOST_UNKNOWN:
      'Este servidor no atiende el nombre «{host}»: si es suyo, inicie `demanda servir` con --permitir-nombre {host}.',
    ROUTE_UNKNOWN: 'No hay nada en {path}: /openapi.json describe lo que hay.',
    UNEXPECTED: 'Algo falló en el servidor; quedó anotado en su terminal ({id}).',
    SERVE_HOST:
      'No se puede escuchar en {host}, puerto {port}: compruebe que la dirección es de este equipo y que el ' +
      'puerto está permitido.',
    SERVE_PORT_BUSY: 'El puerto {port} está ocupado: use otro con --puerto.',
    SERVE_ALLOW_HOST:
      '--permitir-nombre {value} no es un nombre ni una dirección: dé solo el nombre, como precios.example.com, ' +
      'sin http:// ni puerto.',
    SERVE_TRUST_PROXY:
      '--proxy-de-confianza {value} no es una lista de direcciones: use direcciones o redes separadas por comas, ' +
      'como 10.0.0.5,172.16.0.0/12.',
    SERVE_TLS_FILE:
      '{option} {file}: no se puede leer, o no contiene lo que hace falta en formato PEM y sin contraseña; ' +
      'compruebe el archivo y sus permisos.',
    SERVE_TLS_PAIR: 'La clave {key} no es la del certificado {cert}: dé los dos archivos del mismo par.',
    SERVE_PLAIN:
      'Sin cifrar: en la red de {host} se pueden leer y copiar las claves de API, las sesiones, las ventas, los ' +
      'costos y los precios. Use --tls-certificado y --tls-clave, o un proxy con TLS y --proxy-de-confianza.',
    // --- command line and workspace (src/cli, src/workspace.ts)
    OPTION_TOO_LARGE: '{option} debe ser como mucho {most}; se encontró {value}.',
    OPTION_HORIZON: '{option} debe ser de días, semanas o meses, como 14d, 8s o 3m; se encontró {value}.',
    FROM_BEFORE_LAST_SALE:
      '{merchant} · {product} tiene ventas hasta {lastDay}: el primer día debe ser posterior; se encontró {from}.',
    FROM_TOO_FAR:
      'De {from} no se sabe nada: la última venta de {merchant} es del {lastDay}, y el primer día no puede distar más ' +
      'de un año de ella.',
    OPTIONS_CONFLICT: '{first} y {second} no van juntas: use una de las dos.',
    MENU_NO_TERMINAL: 'El menú necesita una terminal; sin ella, use una orden: «demanda --ayuda» las muestra.',
    TRAINING_FAILED: 'El entrenamiento no terminó: {reason}',
    PICTURE_FORMAT: 'El archivo de una imagen debe acabar en .svg, .png, .html o .csv; se encontró {file}.',
    OPTION_WHOLE: '{option} debe ser un número entero de {least} o más; se encontró «{value}».',
    OPTION_SHARE: '{option} debe ser una parte de 0 a menos de 100 %, como 15 % o 0,15; se encontró «{value}».',
    OPTION_POSITIVE: '{option} debe ser un número mayor que 0; se encontró «{value}».',
    OPTION_NOT_NEGATIVE: '{option} debe ser un número de 0 o más; se encontró «{value}».',
    DELIVERY_UNTOLD: 'Indique cuándo llega la próxima entrega: {days} o {until}.',
    DELIVERY_TOO_EARLY:
      'La próxima entrega ({until}) debe llegar después del primer día del pedido ({from}) y dentro de {most} días.',
    STOCK_ONE_PRODUCT: '{option} son las existencias de un producto: indique el comerciante y el producto.',
    EXPIRY_UNTOLD: 'Indique cuántos días se pueden vender aún las existencias: {days}.',
    DISPLAY_UNKNOWN:
      'Ninguna venta tiene una columna {column} que diga qué se expuso; tienen: {known}. Impórtela con --covariables.',
    BLOCKED_DATES: '{option} recibe días como 2026-12-24 o 2026-12-20..2026-12-31, no {value}.',
    DAY_SHARES_SUM: 'Las partes del día deben sumar 100 %; suman {sum} %.',
    SALVAGE_NOT_BELOW:
      'Lo que caduca debe dar menos de lo que cuesta: {salvage} no es menor que {cost} ({merchant} / {product}).',
    GUARDRAILS_CONTRADICT:
      'Ningún precio puede cumplir a la vez {least} y {most}: cambie uno de los dos, o quítelo con «no».',
    PRICE_ENDING_COIN:
      'Un precio en {currency} no puede terminar en {ending}, su moneda es mayor: elija 90, 990 o 10, o quítelo con «no».',
    OPTION_CHOICE: '{option} debe ser uno de: {allowed}; se encontró «{value}».',
    OPTION_MAP:
      '{option} debe escribirse nombre=valor,nombre=valor; se encontró «{value}». Una columna puede nombrarse también ' +
      'por su lugar: fecha=#1.',
    OPTION_MISSING: 'Falta la opción {option}.',
    MODELS_NONE:
      'Ninguno de estos productos tiene modelo todavía: entrénelos con `demanda entrenar --todos` y pregunte de nuevo.',
    WORKSPACE_EMPTY: 'El espacio de trabajo {folder} no tiene ventas: empiece con `demanda importar ventas.csv`.',
    MERCHANT_UNKNOWN: 'No hay ningún comerciante «{name}»; el más parecido es «{nearest}».',
    PRODUCT_UNKNOWN: 'No hay ningún producto «{name}»; el más parecido es «{nearest}».',
    NAME_ITSELF: '«{name}» no se puede unir ni renombrar a sí mismo: dé dos nombres distintos.',
    NAME_EMPTY: 'Un nombre debe tener al menos un carácter visible.',
    NAME_TAKEN: 'Ya existe «{name}». Para que los dos sean uno, únalos: «unir» en lugar de «renombrar».',
    NAME_AMBIGUOUS: '«{name}» puede ser cualquiera de estos: {names}. Escriba el que quiere con sus mayúsculas.',
    NAME_UNITS_DIFFER:
      '«{product}» de «{merchant}» se vende por {unit}, y «{otherProduct}» de «{otherMerchant}» por {otherUnit}: no se ' +
      'unen. Si una de las unidades está mal, importe otra vez sus ventas con la correcta (--unidad, --reemplazar).',
    NAME_NOT_ALIAS:
      '«{name}» no significa otro nombre. «demanda productos alias» y «demanda comerciantes alias» listan los que sí.',
    IMPORT_UNDO_JOINED:
      'La importación {id} ({file}) no se deshace: el {date} «{name}» se unió a «{target}», y ya no se sabe cuáles de sus ' +
      'filas escribió. Importe un archivo con las filas correctas con --reemplazar, o restaure una copia de seguridad.',
    PRODUCT_TYPE_UNKNOWN: 'No hay ningún tipo de producto «{name}»; el más parecido es «{nearest}».',
    PRODUCT_IS_TYPE:
      '«{product}» es un tipo con varios productos: elija uno de ellos ({products}) o use --tipo-producto.',
    PLAN_TOO_LONG: 'El plan {file} pasa de {limit} filas: divídalo.',
    PLAN_NO_CELL:
      'El plan {file} no tiene ninguna fila posterior a la última venta de los productos elegidos: compruebe ' +
      'fechas y nombres.',
    CURRENCY_UNKNOWN: 'La moneda debe ser un código ISO 4217, como EUR o MXN; se encontró «{currency}».',
    COLD_START_NO_PRICE:
      'No hay ventas de {merchant} / {product} ni un precio de referencia para ese nombre: indique --precio y ' +
      '--costo, o importe sus ventas.',
    COLD_START_HAS_SALES:
      '{merchant} / {product} ya tiene ventas: --precio, --costo y --cantidad-diaria solo sirven sin ellas; ' +
      'importe los costos con `demanda importar`.',
    INSTRUMENT_UNKNOWN:
      'El instrumento debe ser «costo» o una columna importada con --covariables; «{instrument}» no está en ' +
      'ninguna venta elegida (hay: {columns}).',
    MODEL_NO_EARLIER: 'No hay una versión anterior a la {version} de {merchant} / {product} a la que volver.',
    MODEL_FILE_MISSING: 'No existe el archivo {file}: compruebe el nombre y la carpeta.',
    MODEL_FILE_TOO_LARGE: '{file} pasa de {limit} MB: no es un modelo exportado con `demanda modelos exportar`.',
    MODEL_FILE_UNREADABLE:
      '{file} debe ser un modelo exportado con `demanda modelos exportar` y no se puede leer ({detail}).',
    MODEL_FILE_INVALID:
      '{file} no es un modelo válido: {path}: {rule}. Expórtelo otra vez con `demanda modelos exportar`.',
    MODEL_MISSING: '{merchant} / {product} no tiene modelo: entrénelo con `demanda entrenar`.',
    DATE_INVALID: 'La fecha debe existir y escribirse aaaa-mm-dd; se encontró «{value}».',
    COUNTRY_UNKNOWN:
      'El país debe ser un código de dos letras con calendario de festivos, como ES o MX; se encontró «{country}».',
    USAGE: '{detail}',
  },
  codes: {
    proposed: 'propuesta',
    reviewed: 'revisada',
    approved: 'aprobada',
    rejected: 'rechazada',
    exported: 'exportada',
    superseded: 'sustituida',
    key: 'clave',
    session: 'sesión',
    owner: 'este equipo',
    command: 'línea de comandos',
    library: 'programa',
    schedule: 'horario',
    training: 'entrenamiento',
    address: 'dirección',
    computation: 'cálculo',
    quantity: 'cantidad',
    price: 'precio',
    cost: 'costo',
    promo: 'promoción',
    soldOut: 'agotado',
    waste: 'merma',
    marketPrice: 'precio de mercado',
    covariates: 'covariables',
  },
};
