/** Renders the watch rules, each with its findings and the refused calls, and who changed what. */
import { CHANGES, type ChangeEvidence } from '../watch/changes.ts';
import { WATCH, type WatchEvidence, type WatchHit } from '../watch/watch.ts';
import { WATCH_RULES, type WatchRuleName } from '../watch/watch-rules.ts';
import { fileOf } from './appendices.ts';
import { type Html, html } from './html.ts';
import { alarm, type Cells, callOn, count, ids, listing, number, OF_EVENT, section, table, text } from './layout.ts';
import type { Messages } from './messages-en.ts';

export function watchSection(watch: WatchEvidence, words: Messages): Html {
  const rules = [...watch.asked, ...watch.notAsked.map((rule) => ({ rule, broken: undefined, refused: undefined }))];
  return section(words, 'watch', [
    hits(words.watch.broken, watch.broken, words),
    hits(words.watch.listed, watch.listed, words),
    hits(words.watch.refused, watch.refused, words),
    table(words, cellsOf(words), rules),
  ]);
}

interface Asked {
  readonly rule: WatchRuleName;
  /** Undefined where the rule could not be asked. */
  readonly broken: number | undefined;
  readonly refused: number | undefined;
}

const cellsOf = (words: Messages): Cells<Asked> => ({
  rule: ({ rule, broken }) => {
    const name = words.watch.rules[rule];
    return text(broken === undefined ? html`<span class="soft">${name}</span>` : name);
  },
  clause: ({ rule }) => text(WATCH_RULES[rule].clause),
  happened: ({ broken }) => (broken === undefined ? number(words.watch.notAsked) : alarm(broken)),
  refused: ({ refused }) => (refused === undefined ? text('') : count(refused)),
});

function hits(title: string, found: WatchEvidence['broken'], words: Messages): Html | undefined {
  const { time, caller, ids } = OF_EVENT;
  const rule = ({ rule: name }: WatchHit) => text(words.watch.rules[name]);
  const shown = listing(words, found, fileOf(WATCH), { time, call: callOn, rule, caller, ids });
  return (
    shown &&
    html`<h3>${title}</h3>
${shown}`
  );
}

export function changesSection({ changes }: ChangeEvidence, words: Messages): Html {
  const { time, caller, ids: eventIds } = OF_EVENT;
  const { kinds, acts } = words.changes;
  return section(
    words,
    'changes',
    listing(words, changes, fileOf(CHANGES), {
      time,
      changed: ({ kind, act }) => text([kinds[kind], html`<br><small>${acts[act]}</small>`]),
      record: ({ record }) => ids(record),
      caller,
      ids: eventIds,
    }),
  );
}
