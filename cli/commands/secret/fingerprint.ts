/** `fuda secret fingerprint`: the name of a live credential in the deployment's list of destinations. */
import { FINGERPRINTED_LENGTH_MIN } from '../../../shared/merchants/secret.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { readSecretInput } from './input.ts';

export const secretFingerprint: PlainCommand = {
  name: 'secret fingerprint',
  summary: 'Print the fingerprint by which a deployment names a live credential, read from standard input.',
  positionals: [],
  options: {},
  notes: [
    'Connects to nothing. It is the first 32 digits of SHA-256, as sha256sum prints them, so a credential that a person',
    `made up could be guessed from it: use one that the receiver drew, of at least ${FINGERPRINTED_LENGTH_MIN} characters.`,
  ],
  examples: ['secret fingerprint < key.txt'],
  async run() {
    const fingerprint = (await readSecretInput()).fingerprint();
    if (fingerprint === null) {
      throw new UsageError(`A credential that a deployment names has at least ${FINGERPRINTED_LENGTH_MIN} characters.`);
    }
    return { text: fingerprint, json: { fingerprint } };
  },
};
