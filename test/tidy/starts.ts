/** Command lines that pages and comments tell people to type: each must work on a clone and on any Node from 20 on. */
import type { SourceFile } from './tree.ts';

const NODE = /(?<![\w./-])node +(?!local\/with-node\.mjs\b)([\w./-]+\.ts)\b/g;
const NPM_RUN = /\bnpm run (?:--silent )?([a-z][a-z:-]*)/g;

/** TypeScript started by a Node that may be too old for it, and scripts that package.json does not have. */
export function wrongStarts(files: readonly SourceFile[], scripts: readonly string[]): string[] {
  return files.flatMap(({ path, text }) => [
    ...[...text.matchAll(NODE)].map(
      ([, file]) => `${path} starts ${file} on any Node; say node local/with-node.mjs ${file}, or an npm script`,
    ),
    ...[...text.matchAll(NPM_RUN)].flatMap(([, name = '']) =>
      scripts.includes(name) ? [] : [`${path} says npm run ${name}, which package.json does not have`],
    ),
  ]);
}
