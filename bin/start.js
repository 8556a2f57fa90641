/** Starts a program: whatever stops it ends in one sentence and code 1. DEMANDA_STACK=1 shows where it came from. */

export function start(load, run) {
  function end(error) {
    var text = error instanceof Error ? error.message : String(error);
    var tooMany = /\b(EMFILE|ENFILE)\b|too many open files/i.test(text) || (error && (error.code === 'EMFILE' || error.code === 'ENFILE'));
    var said = tooMany
      ? 'demanda: el sistema no deja abrir más archivos: suba el límite (ulimit -n 1024). / The system lets no more files be opened: raise the limit (ulimit -n 1024).'
      : 'demanda: ' + text.split('\n')[0];
    console.error(process.env.DEMANDA_STACK === '1' && error instanceof Error ? said + '\n' + error.stack : said);
    process.exit(1);
  }
  // Until the command line itself can tell in the user's language.
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  load().then(function (cli) {
    process.off('uncaughtException', end);
    process.off('unhandledRejection', end);
    cli.endInOneSentence(process.argv.slice(2));
    return run(cli);
  }).catch(end);
}
