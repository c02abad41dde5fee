/**
 * Renders the block of ARCHITECTURE.md with the allowed imports between folders, from the rows of tools/tidy/house.ts.
 */
import { EVERYTHING, HOUSE, type House, TO_COME } from '../tidy/house.ts';

/** The folders of these are shown one by one; of others only the imports from the rest of the house. */
const IN_FULL: readonly string[] = ['shared', 'functions', 'web'];

const BLOCK = /(^```arrows\n).*?(^```$)/ms;

/** The page with its block updated from the rows; throws for a page without one. */
export function withArrows(page: string, house: House = HOUSE): string {
  if (!BLOCK.test(page)) throw new Error('the page has no block of arrows');
  return page.replace(BLOCK, (_, head: string, tail: string) => `${head}${arrows(house)}\n${tail}`);
}

function arrows(house: House): string {
  const rows = new Map<string, Set<string>>();
  for (const [name, targets] of Object.entries(house)) {
    if (name === '.') continue;
    const shown = IN_FULL.includes(topOf(name)) ? name : topOf(name);
    const known = rows.get(shown) ?? new Set();
    rows.set(shown, known);
    for (const target of targets) known.add(typeof target === 'string' ? target : target.file);
  }
  const width = Math.max(...[...rows.keys()].map((name) => name.length));
  return [...rows]
    .map(([name, targets]) => {
      const note = Object.hasOwn(TO_COME, name) ? ' (to come)' : '';
      return `${name.padEnd(width)} ──► ${shortened(name, [...targets])}${note}`;
    })
    .join('\n');
}

const topOf = (name: string): string => name.split('/')[0] ?? name;

/** Sibling folders by their names, those of another part of the house by their common folder. */
function shortened(name: string, targets: readonly string[]): string {
  if (targets.includes(EVERYTHING)) return 'everything';
  const mine = targets.filter((target) => IN_FULL.includes(name.split('/')[0] ?? '') && topOf(target) === topOf(name));
  const others = targets.filter((target) => topOf(target) !== topOf(name));
  const groups = [...Map.groupBy(others, topOf).values()].map(commonFolder);
  return [...groups, ...mine.map((target) => target.replace(/^shared\//, ''))].join(', ') || 'nothing';
}

function commonFolder(targets: readonly string[]): string {
  const [first = [], ...rest] = targets.map((target) => target.split('/'));
  const length = first.findIndex((part, index) => rest.some((other) => other[index] !== part));
  return first.slice(0, length === -1 ? first.length : length).join('/');
}
