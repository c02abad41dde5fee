/** What could blind the audit or widen access: each rule with what it found, and who tried what. */
import type { WatchEvidence, WatchHit } from '../watch/watch.ts';
import { WATCH_RULES } from '../watch/watch-rules.ts';
import { type Html, html } from './html.ts';
import { breakable, type Cell, count, ids, long, section, table, text, time } from './layout.ts';
import type { Messages } from './messages.ts';

const MAX_HITS = 200;

export function watchSection(watch: WatchEvidence, words: Messages): Html {
  const asked = watch.asked.map(({ rule, broken, attempts }): Cell[] => [
    text(words.watch.rules[rule]),
    text(WATCH_RULES[rule].clause),
    broken === 0 ? count(0) : { kind: 'n', content: html`<b class="bad">${broken}</b>` },
    count(attempts),
  ]);
  const notAsked = watch.notAsked.map((rule): Cell[] => [
    text(html`<span class="soft">${words.watch.rules[rule]}</span>`),
    text(WATCH_RULES[rule].clause),
    { kind: 'n', content: words.watch.notAsked },
    text(''),
  ]);
  return section(words, 'watch', [
    hits(words.watch.broken, watch.broken, words),
    hits(words.watch.attempts, watch.attempts, words),
    table(words, ['rule', 'clause', 'happened', 'attempts'], [...asked, ...notAsked]),
  ]);
}

function hits(title: string, { items, total }: WatchEvidence['broken'], words: Messages): Html | undefined {
  if (total === 0) return undefined;
  const shown = items.slice(0, MAX_HITS);
  const rest = total - shown.length;
  return html`<h3>${title}</h3>
${table(
  words,
  ['time', 'call', 'rule', 'caller', 'ids'],
  shown.map((hit) => hitRow(hit, words)),
)}
${rest > 0 ? html`<p class="more">${words.more(rest, 'watch.csv')}</p>` : undefined}`;
}

const hitRow = ({ rule, subject, event }: WatchHit, words: Messages): Cell[] => [
  time(event.timeMs),
  text([event.name, html`<br>`, html`<code class="short">${subject}</code>`]),
  text(words.watch.rules[rule]),
  long([breakable(event.caller), html`<br>`, html`<code class="short">${event.sourceAddress}</code>`]),
  ids(event.requestId, event.eventId),
];
