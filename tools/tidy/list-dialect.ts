/**
 * Lists the dialect in the repository, or in one folder, and its share of the comments, texts and sentences: `node
 * tools/with-node.mjs tools/tidy/list-dialect.ts [folder]`.
 */
import { join } from 'node:path';
import { dialectIn, quotesDialect } from './dialect.ts';
import { proseOf } from './prose.ts';
import { isScript, parseModule } from './syntax.ts';
import { readTree } from './tree.ts';

const [folder = ''] = process.argv.slice(2);
const tree = readTree(join(import.meta.dirname, '../..'));
const files = tree.filter((file) => file.path.startsWith(folder) && !quotesDialect(file));
const prose = Object.entries(proseOf(files, files.filter(isScript).map(parseModule))).map(([kind, passages]) => ({
  kind,
  ...dialectIn(passages),
}));
for (const { kind, found } of prose) for (const line of found) console.log(`${kind} ${line}`);
for (const { kind, share } of prose) console.log(`${kind}: ${(share * 100).toFixed(1)} %`);
