/**
 * Adds the right to decrypt cards. No other file makes a CdeDeps, so the compiler refuses code outside functions/cde
 * that decrypts; the roles of infra/routes.ts make KMS refuse it too (V1, V5).
 */
import type { Resources } from '../../shared/base/config.ts';
import type { CdeDeps } from '../../shared/vault/cipher.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';

export const makeCdeDeps = (wanted: Resources): CdeDeps => ({ ...makeDeps(wanted, makeKms()), mayDecrypt: true });
