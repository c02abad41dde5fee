/**
 * Runs before `npm pack`: bundles the command line into one file of plain JavaScript for Node 20 without dependencies,
 * because Node strips no types below node_modules. Writes the licenses of the bundled packages beside it.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { COMMAND } from '../shared/base/command.ts';
import { licenseTexts, packagesAmong } from '../web/licenses.ts';

const root = join(import.meta.dirname, '..');
const output = join(root, '.build/cli');
/** The command that npm installs. */
const INSTALLED = 'fuda';

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['cli/main.ts'],
  outfile: join(output, 'main.mjs'),
  write: false,
  metafile: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  inject: ['cli/node20.ts'],
  mainFields: ['module', 'main'],
  // Printing a PDF needs a browser, which is not bundled.
  external: ['./pdf.ts'],
  // Bundled CommonJS packages require Node's modules with it.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'error',
});

mkdirSync(output, { recursive: true });
replace('main.mjs', renamed(outputFiles[0]?.text ?? ''));
replace('LICENSES.txt', licenseTexts(root, packagesAmong(Object.keys(metafile.inputs))));

/** Replaces the command in texts by the installed one. */
function renamed(text: string): string {
  const [before, after, ...more] = text.split(JSON.stringify(COMMAND));
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error('the bundle does not name the command line in one place');
  }
  return before + JSON.stringify(INSTALLED) + after;
}

/** Renames a complete file, because another process may pack at the same time. */
function replace(name: string, text: string): void {
  const draft = join(output, `${name}.${process.pid}`);
  writeFileSync(draft, text);
  renameSync(draft, join(output, name));
}
