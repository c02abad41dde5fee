/** The table of errors, as a table: what every row must have so that a caller can act on it. */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { toVaultError } from '../../functions/runtime/problems.ts';
import { ERRORS, type ErrorCode, needs, VaultError } from '../../shared/base/errors.ts';
import { problem } from '../../shared/base/problem.ts';

describe.each(Object.entries(ERRORS))('%s', (code, { status, title, next, ...rest }) => {
  test('says in a sentence what happened and what to do, and nothing of who asked', () => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(title).toMatch(/^[A-Z].*\.$/);
    expect(next).toMatch(/^[A-Z¥].*\.$/);
    expect(title + next).not.toMatch(/\||<|>|\bplease\b|\d{13}/i);
  });

  test('has a status that says which side must act, and is retryable only where time can help', () => {
    expect([400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 431, 500, 503]).toContain(status);
    if ('retryable' in rest) expect([409, 429, 500, 503]).toContain(status);
    if (status >= 500) expect(rest).toEqual({ retryable: true });
  });

  test('becomes a problem document of RFC 9457 under its own name', () => {
    const { statusCode, headers, body } = problem(new VaultError(code as ErrorCode), 'req-1');
    expect(statusCode).toBe(status);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(JSON.parse(body)).toEqual({
      type: `urn:fuda:error:${code}`,
      title,
      status,
      detail: next,
      code,
      request_id: 'req-1',
    });
  });
});

test('A refusal shows its details by name, and never its cause', () => {
  const cause = new Error('connect ECONNREFUSED 10.0.0.1');
  const error = new VaultError('token_spent', { param: 'source', spentBy: 'ch_a', charge: 'ch_b', cause });
  const { body } = problem(error, 'req-1');
  expect(JSON.parse(body)).toMatchObject({ param: 'source', spent_by: 'ch_a', charge: 'ch_b' });
  expect(body).not.toContain('ECONNREFUSED');
});

test.each([
  [new TypeError('x')],
  ['x'],
  [null],
  [undefined],
  [{ name: 'ThrottlingException' }],
  [{ code: 'token_spent' }],
])('What is no VaultError is internal: %p', (thrown) => {
  expect(toVaultError(thrown)).toMatchObject({ code: 'internal' });
});

test('A VaultError is an Error with a name, a message from the table and a stack', () => {
  const error = new VaultError('card_locked');
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error)).toContain('VaultError: The stored card is locked.');
});

test('A need that is not met is our bug, and no refusal', () => {
  expect(() => needs(true, 'x')).not.toThrow();
  expect(() => needs(0, 'the write is there')).toThrow('needs: the write is there');
  expect(() => needs(null, 'x')).not.toThrow(VaultError);
});
