#!/usr/bin/env node
// `npx fuda …`: hands over to cli/main.ts on the Node that production runs. Plain JavaScript, because it must start on
// whatever Node >= 20 the machine has.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// Half of a short command's time is Node reading TypeScript; what it made of each file is kept, by the file's content, for
// this process and for the one it may start.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache/compiled', import.meta.url));
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
process.argv.splice(2, 0, 'cli/main.ts');
await import('../local/with-node.mjs');
