/** A secret from standard input: never from an argument, which shells and lists of processes would keep. */
import { fuda } from '../../../shared/base/command.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { SECRET_BYTES_MAX } from '../../../shared/merchants/secret-store.ts';
import { UsageError } from '../../core/command.ts';

/** Throws UsageError at a terminal, where typing would show the secret, and for input that is empty or too long. */
export async function readSecretInput(): Promise<Secret> {
  if (process.stdin.isTTY)
    throw new UsageError(
      `The secret is read from standard input: ${fuda('secret set mer_… NAME --use processor:stripe/test < key.txt')}.`,
    );
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    length += (chunk as Buffer).length;
    if (length > SECRET_BYTES_MAX + 2) throw new UsageError(`A secret has at most ${SECRET_BYTES_MAX} bytes.`);
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '');
  if (text === '') throw new UsageError('Standard input is empty; the secret is read from there.');
  return new Secret(text);
}
