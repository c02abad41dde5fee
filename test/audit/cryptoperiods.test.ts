/** The table of cryptoperiods speaks of every key that is there, and of its rotation as the template has it. */
import { describe, expect, test } from '@jest/globals';
import { CRYPTOPERIODS, OTHER_CRYPTOPERIODS } from '../../audit/controls/cryptoperiods.ts';
import { keyInventory } from '../../audit/key-inventory.ts';
import { KEYS } from '../../shared/base/tables.ts';
import { ROTATE_AFTER_MS } from '../../shared/vault/intake/capture-keys.ts';
import { templatesOf } from '../setup/assembly.ts';
import { synthesizedApp } from '../setup/synthesized.ts';

const deployed = keyInventory(templatesOf(synthesizedApp()));

describe('cryptoperiods', () => {
  test('are stated for each key of the vault, and for no other', () => {
    const keys = new Set([...Object.keys(KEYS), 'FormerPanKey', ...deployed.map(({ name }) => name)]);
    expect(CRYPTOPERIODS.map(({ key }) => key).toSorted()).toEqual([...keys].toSorted());
  });

  test('are those of the template', () => {
    const stated = new Map(CRYPTOPERIODS.map(({ key, days }) => [key, days]));
    for (const { name, rotationDays } of deployed)
      expect([name, stated.get(name)]).toEqual([name, rotationDays ?? null]);
  });

  test('of the keys that browsers encrypt to are those of the code', () => {
    const pairs = OTHER_CRYPTOPERIODS.find(({ key }) => key === 'capture key pairs');
    expect(pairs?.days).toBe(ROTATE_AFTER_MS / (24 * 3_600_000));
  });
});
