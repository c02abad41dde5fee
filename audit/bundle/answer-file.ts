/**
 * The file of answers to findings: each is signed (Ed25519) by the person who gives it, with a key as that of a bundle,
 * over the JSON of the answer without spaces. Everything in the file is untrusted, the public keys in it too: an answer
 * counts only where the auditor names the fingerprint of its key.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { GivenAnswer } from '../answers.ts';
import type { NamedFinding } from '../finding.ts';
import { BundleError, fingerprintOf, type SigningKey } from './signing-key.ts';

const ANSWERS_MAX = 1_000;
export const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const REASON_CHARS_MAX = 500;

const text = (max: number) => z.string().max(max);
/** Without characters that no person types: they could make a sentence look like another one. */
const isPlain = (words: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u.test(words) && words.trim() !== '';

const answerSchema = z.strictObject({
  object: z.literal('finding_answer'),
  version: z.literal(1),
  finding: z.strictObject({
    code: z.string().regex(/^[a-z_]{1,60}$/),
    reason: text(400).nullable(),
    subject: text(2_000),
    at: z.iso.datetime().nullable(),
  }),
  reason: text(REASON_CHARS_MAX).refine(isPlain),
  answered_at: z.iso.datetime(),
});
const signedSchema = z.strictObject({ answer: answerSchema, signature: text(200), signer: text(1_000) });
const fileSchema = z.strictObject({
  object: z.literal('finding_answers'),
  version: z.literal(1),
  answers: z.array(signedSchema).max(ANSWERS_MAX),
});

type SignedAnswer = z.infer<typeof signedSchema>;
type AnswerNote = SignedAnswer['answer'];

/** What is signed. The members stand in one order, which the file need not have. */
function signedText({ finding: { code, reason: why, subject, at }, reason, answered_at }: AnswerNote): Buffer {
  const finding = { code, reason: why, subject, at };
  return Buffer.from(JSON.stringify({ object: 'finding_answer', version: 1, finding, reason, answered_at }));
}

/** Throws `BundleError` where the reason is empty, too long, or holds control characters. */
export function signAnswer(
  key: SigningKey,
  { finding, reason, nowMs }: { readonly finding: NamedFinding; readonly reason: string; readonly nowMs: number },
): SignedAnswer {
  const note = { object: 'finding_answer', version: 1, finding, reason, answered_at: toRfc3339(nowMs) };
  const answer = answerSchema.safeParse(note).data;
  if (answer === undefined) {
    throw new BundleError(
      `A reason has 1 to ${REASON_CHARS_MAX} characters on one line, and the finding must be one of a report.`,
    );
  }
  const signature = sign(null, signedText(answer), key.privateKey).toString('base64');
  return { answer, signature, signer: key.publicPem };
}

/** Adds an answer to the text of a file; without one, makes it. Throws `BundleError`. */
export function addAnswer(file: string | undefined, answer: SignedAnswer): string {
  const answers = [...(file === undefined ? [] : parseFile(file)), answer];
  if (answers.length > ANSWERS_MAX) throw new BundleError(`A file has at most ${ANSWERS_MAX} answers.`);
  return `${JSON.stringify({ object: 'finding_answers', version: 1, answers }, null, 2)}\n`;
}

/** The answers of a file. `known` are the fingerprints of the people who may answer. Throws `BundleError`. */
export function readAnswers(file: string, known: ReadonlySet<string>): GivenAnswer[] {
  return parseFile(file).map(({ answer: note, signature, signer }) => {
    const publicKey = readKey(signer);
    const fingerprint = publicKey && fingerprintOf(publicKey);
    const isSigned =
      publicKey !== undefined && verify(null, signedText(note), publicKey, Buffer.from(signature, 'base64'));
    const { finding, reason, answered_at: answeredAt } = note;
    return {
      answer: { finding, reason, answeredAtMs: Date.parse(answeredAt), signer: fingerprint ?? '' },
      fault: !isSigned ? 'signature_invalid' : known.has(fingerprint ?? '') ? undefined : 'signer_unknown',
    };
  });
}

function parseFile(file: string): readonly SignedAnswer[] {
  const refusal = new BundleError('The file of answers is not what evidence answer writes.');
  try {
    const parsed = fileSchema.safeParse(JSON.parse(file));
    if (parsed.success) return parsed.data.answers;
  } catch {
    // Not JSON. Without the cause, which could quote the file.
  }
  throw refusal;
}

function readKey(pem: string): KeyObject | undefined {
  try {
    // From a private key it would make the public one.
    if (!pem.startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
