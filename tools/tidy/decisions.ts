/**
 * Checks the decisions in docs/decisions: each has a status and a date, and the list repeats them, so that a reader of
 * an old decision sees the one that replaced it.
 */
import type { SourceFile } from './tree.ts';

const FOLDER = 'docs/decisions/';
const LIST = `${FOLDER}README.md`;

/** `# 0001 A title`, then the two lines that every decision has. */
const FORM = /^# (\d{4}) (.+)\n\n- Status: (.+)\n- Date: (\d{4}-\d{2}-\d{2})\n\n/;
const SUPERSEDED = /^superseded by \[(\d{4})\]\(([^)]+)\)$/;

interface Decision {
  readonly name: string;
  readonly number: string;
  readonly title: string;
  readonly status: string;
  readonly date: string;
}

/** Faults of the pages and of their list. */
export function wrongDecisions(files: readonly SourceFile[]): string[] {
  const pages = files.filter(({ path }) => path.startsWith(FOLDER) && path !== LIST);
  const decisions = pages.map(({ path, text }) => ({ path, decision: read(path, text) }));
  const sound = decisions.flatMap(({ decision }) => decision ?? []);
  const list = files.find(({ path }) => path === LIST)?.text ?? '';
  const rows = list.split('\n').filter((line) => /^\| \[/.test(line));
  const wanted = sound.map(rowOf);
  return [
    ...decisions.filter(({ decision }) => decision === null).map(({ path }) => `${path} lacks number, status or date`),
    ...sound.flatMap((decision) => wrongStatus(decision, sound)),
    ...wanted.filter((row) => !rows.includes(row)).map((row) => `${LIST} lacks the row ${row}`),
    ...rows.filter((row) => !wanted.includes(row)).map((row) => `${LIST} has a row that no decision backs: ${row}`),
  ];
}

function read(path: string, text: string): Decision | null {
  const [, number = '', title = '', status = '', date = ''] = FORM.exec(text) ?? [];
  const name = path.slice(FOLDER.length);
  const isDay = !Number.isNaN(Date.parse(date));
  return name.startsWith(`${number}-`) && isDay ? { name, number, title, status, date } : null;
}

function wrongStatus({ name, status }: Decision, all: readonly Decision[]): string[] {
  if (status === 'accepted') return [];
  const [, number, target] = SUPERSEDED.exec(status) ?? [];
  const isThere = all.some((other) => other.number === number && other.name === target && target !== name);
  return isThere ? [] : [`${FOLDER}${name} is neither accepted nor superseded by a decision that is there: ${status}`];
}

const rowOf = ({ name, number, title, status, date }: Decision): string =>
  `| [${number}](${name}) | ${title} | ${status} | ${date} |`;
