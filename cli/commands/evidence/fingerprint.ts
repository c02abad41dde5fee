/** Reads the fingerprint of a signing key from the command line. */
import { UsageError } from '../../core/command.ts';

/** Accepts the forms that people copy: with colons, spaces or upper case. Undefined where there is none. */
export function readFingerprint<Value extends string | undefined>(option: string, value: Value): Value | string {
  if (value === undefined) return value;
  const plain = value.replaceAll(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain)) throw new UsageError(`--${option} must be 64 hexadecimal digits.`);
  return plain;
}
