/** What tests stand on is there for each of them, and gone after the last. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { use, useInEach } from './use.ts';

const told: string[] = [];

class Part {
  readonly #name: string;
  size = 1;

  constructor(name: string) {
    this.#name = name;
    told.push(`${name} is made`);
  }
  get name(): string {
    return this.#name;
  }
  say(): string {
    return `I am ${this.#name}`;
  }
  [Symbol.dispose](): void {
    told.push(`${this.#name} is gone`);
  }
}

describe('what is used', () => {
  const base = use(async () => new Part('base'));
  const roof = use(() => ({ over: base.name, [Symbol.asyncDispose]: async () => void told.push('roof is gone') }));
  use(() => ({ stop: () => told.push('water is off') }));
  let seen = '';
  beforeAll(() => {
    seen = base.say();
  });

  test('is there in tests, and in the hooks below it', () => {
    expect([base.say(), seen, roof.over]).toEqual(['I am base', 'I am base', 'base']);
    base.size = 2;
    expect(base).toHaveProperty('size', 2);
  });

  test('is copied and searched as if it were itself', () => {
    expect({ ...roof }).toMatchObject({ over: 'base' });
    expect('size' in base).toBe(true);
  });

  afterAll(() => {
    expect(told.splice(0)).toEqual(['base is made', 'water is off', 'roof is gone', 'base is gone']);
  });
});

describe('what each test uses', () => {
  const own = useInEach(() => new Part(`part ${told.length}`));

  test.each([1, 2])('is its own (%d)', () => {
    expect(own.size).toBe(1);
    own.size = 2;
  });

  afterAll(() => {
    expect(told.splice(0)).toEqual(['part 0 is made', 'part 0 is gone', 'part 2 is made', 'part 2 is gone']);
  });
});
