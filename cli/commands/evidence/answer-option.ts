/** The file of answers to findings, as options of commands name it. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { GivenAnswer } from '../../../audit/answers.ts';
import { ANSWER_BYTES_MAX, readAnswers } from '../../../audit/bundle/answer-file.ts';
import { type Input, UsageError } from '../../core/command.ts';
import { readFingerprint } from './fingerprint.ts';

/** The text of the file; undefined where there is none. */
export function readAnswerFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isFile() || statSync(path).size > ANSWER_BYTES_MAX) {
    throw new UsageError('--answers names no file, or one that is too large.');
  }
  return readFileSync(path, 'utf8');
}

/** Replaces the file at once, so that a stop leaves the old or the new one. */
export function writeAnswerFile(path: string, text: string): void {
  writeFileSync(`${path}.unfinished`, text);
  renameSync(`${path}.unfinished`, path);
}

/** `--answers` and `--answered-by`, which need each other: a file says nothing of who may answer. */
export function readAnswersOption(input: Input): readonly GivenAnswer[] | undefined {
  const path = input.optional('answers');
  const known = new Set(input.all('answered-by').map((value) => readFingerprint('answered-by', value)));
  if (path === undefined && known.size === 0) return undefined;
  if (path === undefined) throw new UsageError('--answered-by needs --answers, the file of the answers.');
  if (known.size === 0) {
    throw new UsageError('--answers needs --answered-by: the fingerprint of a key whose answers you accept.');
  }
  const text = readAnswerFile(path);
  if (text === undefined) throw new UsageError('--answers names a file that does not exist.');
  return readAnswers(text, known);
}
