#!/usr/bin/env node
var major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error('demanda necesita Node 24 o posterior (este es ' + process.versions.node + '): use «npx entrenar_masivamente» en la carpeta del proyecto. / demanda needs Node 24 or later (this is ' + process.versions.node + '): use "npx entrenar_masivamente" in the project folder.');
  process.exit(1);
}
import('./start.js').then(function (program) {
  program.start(function () {
    return import('../dist/cli/original-programs.js');
  }, function (cli) {
    return cli.runOriginal('entrenar_masivamente', process.argv.slice(2));
  });
});
