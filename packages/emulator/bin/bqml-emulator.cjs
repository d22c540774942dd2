#!/usr/bin/env node
// The only file that an old Node must be able to read: it looks at the version before anything native is loaded.
'use strict';

var MINIMUM = [22, 18];
var version = process.versions.node.split('.').map(Number);
if (version[0] < MINIMUM[0] || (version[0] === MINIMUM[0] && version[1] < MINIMUM[1])) {
  process.stderr.write(
    'bqml-emulator needs Node.js ' +
      MINIMUM.join('.') +
      ' or newer (24 LTS is recommended), and this is ' +
      process.version +
      '; install it from https://nodejs.org or run `npm install --save-dev node@24`, which brings it for npm scripts.\n',
  );
  process.exit(1);
}

// libuv reads the size of its thread pool once, when the pool is first used: a running DuckDB query and an image being
// decoded each hold a thread, and file reads must not wait for them.
if (!process.env.UV_THREADPOOL_SIZE) {
  process.env.UV_THREADPOOL_SIZE = String(Math.max(16, 2 * require('node:os').availableParallelism()));
}
require('node:module').enableCompileCache?.();
void import('#cli').then(function (cli) {
  return cli.main();
});
