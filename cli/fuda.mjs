#!/usr/bin/env node
// The command line's first file: hands over to cli/main.ts on the Node that production runs, or in the npm package to
// the bundle made of it. Plain JavaScript, because it must start on whatever Node >= 20 the machine has.
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const place = (path) => new URL(path, import.meta.url);

if (['--version', '-v'].includes(process.argv[2])) {
  process.stdout.on('error', () => process.exit(1));
  process.stdout.write(`${JSON.parse(readFileSync(place('../package.json'), 'utf8')).version}\n`);
} else if (existsSync(place('main.ts'))) {
  // Half of a short command's time is Node reading TypeScript; what it made of each file is kept, by the file's content,
  // for this process and for the one it may start.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(place('../.cache/compiled'));
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  process.argv.splice(2, 0, 'cli/main.ts');
  await import('../tools/with-node.mjs');
} else {
  // The bundled SDK runs on Node 20; what its next version needs does not concern whoever runs a command today.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  await import('../.build/cli/main.mjs');
}
