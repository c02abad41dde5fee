/**
 * Checks the subjects of commits: `scope: what`, at most 72 characters, so that `git log --oneline` is readable. The
 * reason is in the body. Earlier commits are not checked.
 */
import { spawnSync } from 'node:child_process';

export interface Commit {
  readonly id: string;
  readonly subject: string;
}

/** The last commit before subjects had this form. */
export const BEFORE_THE_HABIT = '0f10840';

const SUBJECT_MAX = 72;
/** `vault: …`, `bench, web: …`. */
const FORM = /^[a-z][a-z0-9.-]*(?:, [a-z][a-z0-9.-]*)*: \S.*[^.\s]$/u;

export function wrongSubjects(commits: readonly Commit[]): string[] {
  return commits.flatMap(({ id, subject }) => {
    const length = [...subject].length;
    return [
      ...(FORM.test(subject) ? [] : [`${id} is not of the form “scope: what”: ${subject}`]),
      ...(length <= SUBJECT_MAX ? [] : [`${id} has ${length} characters, of ${SUBJECT_MAX} at most: ${subject}`]),
    ];
  });
}

/**
 * The commits after `base` without merges, newest first. Null without git, outside a repository, or in a clone that
 * does not reach back so far.
 */
export function commitsSince(root: string, base: string): readonly Commit[] | null {
  // Removes the variables by which git names its own repository when it runs this as a hook.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: root, env, encoding: 'utf8' });
  if (git('merge-base', '--is-ancestor', base, 'HEAD').status !== 0) return null;
  const { status, stdout } = git('log', '--no-merges', '--format=%H %s', `${base}..HEAD`);
  if (status !== 0) return null;
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ id: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }));
}
