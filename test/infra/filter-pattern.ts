/**
 * Whether a filter pattern of CloudWatch Logs matches a record: the part of its language that the alarms use. A comparison
 * with a member that is not there is false, whatever it compares. Source: CloudWatch Logs user guide, "Filter pattern
 * syntax for metric filters", JSON log events.
 */

type Test = (record: unknown) => boolean;

const TOKEN = /\s*(\(|\)|&&|\|\||!=|=|NOT EXISTS|\$[A-Za-z0-9_.[\]]+|"[^"]*")/y;

export function matcherOf(pattern: string): Test {
  const body = /^\{ (.*) \}$/.exec(pattern)?.[1];
  if (body === undefined) throw new Error('a pattern stands in braces');
  const tokens = tokensOf(body);
  const { test, at } = either(tokens, 0);
  if (at !== tokens.length) throw new Error(`the pattern has ${tokens[at]} where it should end`);
  return test;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; end < text.trimEnd().length; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`the pattern cannot be read from ${text.slice(end, end + 20)}`);
    tokens.push(token);
  }
  return tokens;
}

interface Parsed {
  readonly test: Test;
  readonly at: number;
}
type Parser = (tokens: readonly string[], at: number) => Parsed;

const chain =
  (operator: string, part: Parser, join: (tests: readonly Test[]) => Test): Parser =>
  (tokens, from) => {
    const tests: Test[] = [];
    let at = from - 1;
    do {
      const next = part(tokens, at + 1);
      tests.push(next.test);
      at = next.at;
    } while (tokens[at] === operator);
    return { test: join(tests), at };
  };

const either: Parser = (tokens, at) =>
  chain('||', both, (tests) => (record) => tests.some((each) => each(record)))(tokens, at);
const both: Parser = (tokens, at) =>
  chain('&&', single, (tests) => (record) => tests.every((each) => each(record)))(tokens, at);

function single(tokens: readonly string[], at: number): Parsed {
  const [head = '', operator, value = ''] = tokens.slice(at, at + 3);
  if (head === '(') {
    const inner = either(tokens, at + 1);
    if (tokens[inner.at] !== ')') throw new Error('a bracket of the pattern is not closed');
    return { test: inner.test, at: inner.at + 1 };
  }
  if (operator === 'NOT EXISTS') return { test: (record) => memberOf(record, head) === undefined, at: at + 2 };
  const wanted = new RegExp(
    `^${value
      .slice(1, -1)
      .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')}$`,
  );
  return {
    test(record) {
      const found = memberOf(record, head);
      return found !== undefined && found !== null && wanted.test(String(found)) === (operator === '=');
    },
    at: at + 3,
  };
}

/** `$.requestParameters.names[0]` */
const memberOf = (record: unknown, selector: string): unknown =>
  (selector.slice(2).match(/[^.[\]]+/g) ?? []).reduce<unknown>(
    (inside, name) => (inside as Readonly<Record<string, unknown>> | null | undefined)?.[name],
    record,
  );
