#!/usr/bin/env node
// The command line's first file: starts cli/main.ts on the Node version of production, or the bundle in the npm
// package. Plain JavaScript, because it must start on any Node >= 20.
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const place = (path) => new URL(path, import.meta.url);

if (['--version', '-v'].includes(process.argv[2])) {
  process.stdout.on('error', () => process.exit(1));
  process.stdout.write(`${JSON.parse(readFileSync(place('../package.json'), 'utf8')).version}\n`);
} else if (existsSync(place('main.ts'))) {
  // Half of a short command's time is Node compiling TypeScript. The cache, by file content, serves this process and
  // the one it may start.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(place('../.cache/compiled'));
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  process.argv.splice(2, 0, 'cli/main.ts');
  await import('../tools/with-node.mjs');
} else {
  // The bundled SDK runs on Node 20, so its warning about a later version does not apply.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  await import('../.build/cli/main.mjs');
}
