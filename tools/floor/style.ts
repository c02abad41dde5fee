/** The at-rules, selectors, properties, values and units that a style uses and a browser of the floor lacks. */
import { type Features, featureAt, lacking } from './features.ts';

/** Where the data has a name: each path is tried, and what none has is not known to it. */
type Use = readonly [written: string, ...paths: (readonly string[])[]];

export function newerInStyle(features: Features, css: string): readonly string[] {
  const found = usesIn(css).flatMap(([written, ...paths]) => {
    const known = paths.map((path) => featureAt(features, ...path)).find((each) => each?.__compat !== undefined);
    const lack = known === undefined ? [] : lacking(known);
    return lack.length === 0 ? [] : [`${written}: ${[...lack].sort().join(', ')}`];
  });
  return [...new Set(found)].sort();
}

/** A style that esbuild has minified: blocks, declarations and at-rules, without comments. */
function usesIn(css: string): readonly Use[] {
  const plain = css.replace(/"[^"]*"/g, '""');
  const uses: Use[] = [];
  let start = 0;
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain.charAt(at);
    if (!'{};'.includes(sign)) continue;
    const text = plain.slice(start, at).trim();
    start = at + 1;
    if (text.startsWith('@')) uses.push(...ofAtRule(text));
    else if (sign === '{') uses.push(...ofSelector(text));
    else if (text !== '') uses.push(...ofDeclaration(text));
  }
  return uses;
}

function ofAtRule(text: string): readonly Use[] {
  const name = /^@([\w-]+)/.exec(text)?.[1] ?? '';
  const media = [...text.matchAll(/\(([a-z-]+)/g)].map(
    ([, feature = '']): Use => [`@${name} ${feature}`, ['css', 'at-rules', name, feature]],
  );
  const range: Use[] = /[<>]/.test(text) ? [[`@${name} <`, ['css', 'at-rules', name, 'range_syntax']]] : [];
  return [[`@${name}`, ['css', 'at-rules', name]], ...media, ...range, ...ofUnits(text)];
}

const ofSelector = (text: string): readonly Use[] =>
  [...text.matchAll(/:{1,2}([a-z-]+)/g)].map(([, name = '']): Use => [`:${name}`, ['css', 'selectors', name]]);

function ofDeclaration(text: string): readonly Use[] {
  const [name = '', value = ''] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  const words = [...value.matchAll(/(?<![\w-])[a-z][a-z-]*/g)].map(([word]) => word);
  return [
    [name, ['css', 'properties', name]],
    ...words.map(
      (word): Use => [
        `${name}: ${word}`,
        ['css', 'properties', name, word.replaceAll('-', '_')],
        ['css', 'properties', name, word],
      ],
    ),
    ...[...value.matchAll(/([a-z][a-z-]*)\(/g)].map(
      ([, word = '']): Use => [`${word}()`, ['css', 'types', word], ['css', 'types', 'color', word]],
    ),
    ...ofUnits(value),
  ];
}

const ofUnits = (text: string): readonly Use[] =>
  [...text.matchAll(/\d([a-z]+)\b/g)].map(([, unit = '']): Use => [unit, ['css', 'types', 'length', unit]]);
