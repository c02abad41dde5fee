/** What finds and judges command lines finds what it is for: a fault is planted, and it is named; the sound neighbor passes. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cloneOf } from '../../../../tools/docs/commands/clone.ts';
import { commandsInFile } from '../../../../tools/docs/commands/corpus.ts';
import { commandsInMarkdown, commandsInProse } from '../../../../tools/docs/commands/find.ts';
import { type JudgedCommand, judge } from '../../../../tools/docs/commands/judge.ts';
import { readShell, ShellError } from '../../../../tools/docs/commands/shell.ts';
import { readTree } from '../../../../tools/tidy/tree.ts';

const root = join(import.meta.dirname, '../../../..');
const clone = cloneOf(root, readTree(root));

const onPage = (text: string): readonly JudgedCommand[] =>
  commandsInMarkdown('page.md', text).flatMap((found) => judge(found, clone));
const inShell = (line: string): readonly JudgedCommand[] => onPage(`\`\`\`sh\n${line}\n\`\`\`\n`);
const faultsOf = (judged: readonly JudgedCommand[]): readonly string[] => judged.flatMap(({ fault }) => fault ?? []);

describe('a shell line', () => {
  const words = (text: string) => readShell(text).map((typed) => typed.words.join('|'));

  test.each([
    ['quotes keep spaces', `say "Chaya Kyoto" 'a b'`, ['say|Chaya Kyoto|a b']],
    ['a quote within a word', 'say --name="a b"', ['say|--name=a b']],
    ['an escaped quote', String.raw`say "a \"b\"" a\ b`, ['say|a "b"|a b']],
    ['a comment ends it', 'say a # b "c', ['say|a']],
    ['a # within a word is text', 'say a#b', ['say|a#b']],
    ['a continued line is one', 'say a \\\n  --b c\nsay d', ['say|a|--b|c', 'say|d']],
    ['a pipe begins another', `say a | grep 'b | c' && say d; say e`, ['say|a', 'grep|b | c', 'say|d', 'say|e']],
    ['redirections are no words', 'say a > out.txt 2>&1', ['say|a']],
    ['what is substituted is another', 'say "$(output X)"', ['say|$(output X)', 'output|X']],
    ['single quotes substitute nothing', "say '$(output X)'", ['say|$(output X)']],
    ['arithmetic is no command', 'say "$((1 + 2))"', ['say|$((1 + 2))']],
    ['a function is its body', 'f() { say "$1"; }', ['f', 'say|$1']],
    ['an empty text says nothing', '  # nothing', []],
  ])('%s', (_name, text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('knows the variables set for it, the file it reads, and where it begins', () => {
    expect(readShell('A=1 B="x y" say a < key.txt\nsay b')).toEqual([
      { variables: ['A', 'B'], words: ['say', 'a'], input: 'key.txt', offset: 0 },
      { variables: [], words: ['say', 'b'], offset: 28 },
    ]);
  });

  test.each([
    ['an open quote', 'say "a'],
    ['a redirection without a file', 'say --signer <fingerprint>'],
  ])('is refused with %s', (_name, text) => {
    expect(() => readShell(text)).toThrow(ShellError);
  });
});

describe('a sound command line passes', () => {
  test.each([
    'node cli/fuda.mjs merchant show mer_…',
    'node cli/fuda.mjs merchant create --name "Chaya" --origin https://chaya.example   # four keys',
    'node cli/fuda.mjs evidence verify report --signer FINGERPRINT | grep VERIFIED > out.txt',
    'node cli/fuda.mjs evidence --stack "$STACK" --from "$(ago \'2 hours\')"',
    'node cli/fuda.mjs key rotate --help',
    'node cli/fuda.mjs secret set mer_… stripe-key --use processor:stripe/test < key.txt',
    'node cli/fuda.mjs webhook replay mer_… we_… \\\n  --event evt_…',
    'PORT=9000 npm start -- --dir vault',
    'npm test -- test/payments/charges -t "a title"',
    'SLOW=1 npm test -- test/api',
    'npm run sim -- --seed 7',
    'npm run --silent bench -- --quick calls',
    'npm run check',
    'npm ci',
    'npm pack',
    'node package/cli/fuda.mjs evidence verify report',
    'npm run cdk -- deploy --all -c env=prod',
    'npm run cdk -- bootstrap aws://ACCOUNT/REGION',
    'FUDA_WEBHOOK_SECRET=whsec_… node tools/with-node.mjs examples/webhook-receiver/server.ts',
    'aws kms disable-key --key-id "$(output PanKeyArn)"',
  ])('%s', (line) => {
    expect(inShell(line)).not.toEqual([]);
    expect(faultsOf(inShell(line))).toEqual([]);
  });
});

describe('a command line with a fault is named for it', () => {
  test.each([
    ['a stranger’s package', 'npx fuda evidence', 'fetches a package'],
    ['a package of the CDK’s short name', 'npx cdk synth', 'fetches a package'],
    ['a package by npm exec', 'npm exec cdk', 'fetches a package'],
    ['a package that is installed', 'npm install fuda', 'fetches a package'],
    ['a package of another manager', 'pnpm dlx fuda', 'fetches a package'],
    ['a program of node_modules', 'tsc -p tsconfig.json', 'tsc is no program'],
    ['an unknown program', 'fuda merchant show mer_…', 'fuda is no program'],
    ['an unknown command', 'node cli/fuda.mjs merchant paint mer_…', 'no such command'],
    ['an unknown option', 'node cli/fuda.mjs merchant show mer_… --verbose', 'no option --verbose'],
    ['an option without its value', 'node cli/fuda.mjs evidence --from', '--from needs a value'],
    ['a missing argument', 'node cli/fuda.mjs merchant show', '<merchant> is missing'],
    ['an argument too many', 'node cli/fuda.mjs merchant show mer_… mer_…', 'more arguments'],
    ['an unknown placeholder', 'node cli/fuda.mjs merchant show …', 'no value is known for …'],
    ['a placeholder that a shell reads as a file', 'node cli/fuda.mjs merchant show <merchant>', 'names no file'],
    [
      'a fault on a continued line',
      'node cli/fuda.mjs merchant show \\\n  mer_… \\\n  --verbose',
      'no option --verbose',
    ],
    ['a fault behind a pipe', 'grep 4242 numbers.txt | node cli/fuda.mjs honey paint', 'no such command'],
    ['a fault within a substitution', 'aws logs tail "$(npm run paint)"', 'no such script: paint'],
    ['an unknown script', 'npm run paint', 'no such script: paint'],
    ['a script npm does not know by itself', 'npm bench', 'no such script: bench'],
    ['an option npm would take', 'npm run cdk deploy --all', '-- must stand before it'],
    ['an unknown option of a script', 'npm start -- --folder x', "Unknown option '--folder'"],
    ['an argument a script does not take', 'npm run sim -- 7', 'Unexpected argument'],
    ['an option of a script that takes none', 'npm run rehearse -- --fast', "Unknown option '--fast'"],
    ['a test that is not there', 'npm test -- test/paint', 'no test lies under test/paint'],
    ['an unread variable', 'PROT=9000 npm start', 'no program reads PROT'],
    ['a file that is not there', 'node cli/paint.mjs', 'no file cli/paint.mjs'],
    ['a script that is not there', 'node tools/with-node.mjs web/paint.ts', 'no file web/paint.ts'],
    ['two spaces before TypeScript', 'PORT=1 node  examples/till/server.ts', 'Node 20 reads no TypeScript'],
    ['TypeScript on any Node', 'node web/build.ts --keep', 'Node 20 reads no TypeScript'],
    ['an unknown command of the CDK', 'npm run cdk -- paint', 'no command paint'],
    ['an unknown option of the CDK', 'npm run cdk -- deploy --everything', "Unknown option '--everything'"],
    ['an unread context', 'npm run cdk -- deploy --all -c evn=prod', 'no context evn'],
    ['an open quote', 'node cli/fuda.mjs merchant create --name "Chaya', 'not closed'],
  ])('%s', (_name, line, fault) => {
    expect(faultsOf(inShell(line)).join('\n')).toContain(fault);
  });

  test('at its own line', () => {
    expect(onPage('# Page\n\n```sh\nnpm start\n\nnpm run paint\n```\n').at(-1)?.at).toBe('page.md:6');
  });
});

describe('on a page', () => {
  test.each([
    ['a code span', 'Type `npm run paint` first.', 'paint'],
    ['a code span broken across lines', 'Type `npm run\n  paint` first.', 'paint'],
    ['a code span in a table', '| a | `npm run paint` |', 'paint'],
    ['a code span in Japanese', '最初に「`npm run paint`」を実行します（`npm run check`）。', 'paint'],
    ['a name without the form', 'Then `key paint`.', 'key paint'],
    ['a name after fuda', '`fuda honey paint` says where.', 'honey paint'],
    ['a name with arguments and without the form', 'Type `merchant show mer_…`.', 'must be typed as'],
    ['an option alone', 'With `--paint` it is red.', '--paint'],
    ['a block of another language', '```\nnpx fuda evidence\n```\n', 'fetches'],
    ['a comment in code', '```ts\n// npx fuda evidence\n```\n', 'fetches'],
    ['an indented block', '1. Type\n   ```sh\n   npm run paint\n   ```\n', 'paint'],
  ])('%s is read', (_name, page, fault) => {
    expect(faultsOf(onPage(page)).join('\n')).toContain(fault);
  });

  test.each([
    ['a named command in a sentence', '`node cli/fuda.mjs key rotate`, then `key revoke`, says `fuda evidence`.', 3],
    ['an option alone', 'With `--stack` it is a deployment’s.', 1],
    ['words that look like commands', '`fuda.js`, `aws:SourceArn`, `node:crypto`, `npm`, `key`, `npm-shrinkwrap`', 0],
    ['prose about npm and Node', 'A clone, Node 20 and npm are all they need; npm was tried first; a node is one.', 0],
    ['a cell beside a command', '| `npm start` | the vault |\n| npm start | the vault |', 2],
  ])('%s pass', (_name, page, count) => {
    const judged = onPage(page);
    expect(faultsOf(judged)).toEqual([]);
    expect(judged).toHaveLength(count);
  });
});

describe('in running text a command ends', () => {
  test.each([
    ['with the sentence', 'List them with: node cli/fuda.mjs merchant show mer_…. Then go on.'],
    ['with the line', 'node cli/fuda.mjs merchant show mer_…\nand so on'],
    ['at a comma', 'Say node cli/fuda.mjs merchant show mer_…, then wait.'],
    ['at a bracket', 'Say it (node cli/fuda.mjs merchant show mer_…) and wait.'],
    ['at a quote', `He said 'node cli/fuda.mjs merchant show mer_…' to me.`],
    ['at a Japanese full stop', '実行：node cli/fuda.mjs merchant show mer_…。次へ。'],
    ['at a Japanese bracket', '「node cli/fuda.mjs merchant show mer_…」を実行します。'],
    ['at a Japanese word', 'node cli/fuda.mjs merchant show mer_… を実行します。'],
    ['at a Japanese word without a space', 'node cli/fuda.mjs merchant show mer_…を実行します。'],
    ['at full-width punctuation', 'node cli/fuda.mjs merchant show mer_…、（次）'],
    ['at what a picture draws', 'node cli/fuda.mjs merchant show mer_… ◄─ the trail'],
  ])('%s', (_name, text) => {
    expect(commandsInProse('text', text).map((found) => found.text)).toEqual(['node cli/fuda.mjs merchant show mer_…']);
  });

  test.each([
    ['what follows a colon must be whole', 'Set it first with: fuda secret set', 'fuda is no program'],
    ['a package is fetched', 'Register it: npx fuda merchant origins', 'fetches'],
    ['a name is unknown', 'as fuda secret paint does', 'secret paint'],
    ['a sentence goes on after arguments', 'node cli/fuda.mjs merchant show mer_… shows it', 'more arguments'],
  ])('and is refused where %s', (_name, text, fault) => {
    const judged = commandsInProse('text', text).flatMap((found) => judge(found, clone));
    expect(faultsOf(judged).join('\n')).toContain(fault);
  });

  test.each([
    'fuda: npm ci failed; see above.',
    'the folder that fuda evidence wrote',
    'Usage: fuda key rotate <merchant>',
  ])('and is no command to type in “%s”', (text) => {
    expect(faultsOf(commandsInProse('text', text).flatMap((found) => judge(found, clone)))).toEqual([]);
  });
});

describe('in a program', () => {
  const inProgram = (text: string) => commandsInFile({ path: 'a.ts', text }).flatMap((found) => judge(found, clone));

  test.each([
    ['a string', "const a = 'Run npx fuda evidence.';", 'fetches'],
    ['a template', `const a = \`Run npm run paint -- \${b}.\`;`, 'paint'],
    ['a sum', "const a = 'npm run ' + 'paint';", 'paint'],
    ['a call of fuda', "const a = fuda('merchant paint');", 'no such command'],
    ['a call of fuda within a template', `const a = \`List: \${fuda(\`merchant show \${b} --paint\`)}\`;`, '--paint'],
    ['a comment', '/** Asks `npm run paint`. */', 'paint'],
  ])('%s is read', (_name, text, fault) => {
    expect(faultsOf(inProgram(text)).join('\n')).toContain(fault);
  });

  test.each([
    ['a value that only the program knows', `const a = fuda(\`key revoke \${id}\`);`],
    ['an option that only the program knows', `const a = fuda(\`evidence\${local}\`);`],
    ['a whole command that only the program knows', 'const a = fuda(example);'],
    ['code outside a text', 'const node = cli / fuda; import x from "node:fs";'],
  ])('%s passes', (_name, text) => {
    expect(faultsOf(inProgram(text))).toEqual([]);
  });

  test('nothing is run that only the program knows', () => {
    expect(inProgram(`const a = fuda(\`key revoke \${id}\`);`).map(({ runnable }) => runnable)).toEqual([undefined]);
    expect(inProgram("const a = fuda('honey list --json');").map(({ runnable }) => runnable?.args)).toEqual([
      ['--json'],
    ]);
  });
});
