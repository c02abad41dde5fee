#!/usr/bin/env node
// `npx fuda …`: hands over to cli/main.ts on the Node that production runs. Plain JavaScript, because it must start on
// whatever Node >= 20 the machine has.
process.argv.splice(2, 0, 'cli/main.ts');
await import('../local/with-node.mjs');
