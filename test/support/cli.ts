/** The command line from source, for tests. */

import { main } from '../../src/cli/main.ts';

await main(process.argv.slice(2));
