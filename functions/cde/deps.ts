/**
 * Adds the right to turn ciphertext back into a card. No other file makes a CdeDeps, so the compiler refuses a charge
 * from anywhere outside functions/cde; the roles in infra/routes.ts say the same to KMS (V1, V5).
 */
import type { Resources } from '../../shared/base/config.ts';
import type { CdeDeps } from '../../shared/vault/cipher.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';

export const makeCdeDeps = (wanted: Resources): CdeDeps => ({ ...makeDeps(wanted, makeKms()), mayReveal: true });
