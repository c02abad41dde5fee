/** Prints a story for people: the plan, each call in order, the callers' responses, the broken promises. */
import { FAULTS } from './faults.ts';
import type { Line } from './network.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Plan, Story } from './story.ts';

export function tell({ plan, lines, responses, broken }: Story): string {
  const startMs = lines[0]?.atMs ?? 0;
  return [
    title(plan),
    '',
    ...lines.map((line) => lineOf(line, startMs)),
    '',
    ...responses.map(
      ({ errand, isFinal, said }) => `  ${errand} got ${isFinal ? '' : '(not final) '}${JSON.stringify(said)}`,
    ),
    '',
    ...(broken.length === 0
      ? ['  every promise held']
      : broken.map(({ promise, says }) => `  BROKEN ${promise}: ${says}`)),
    '',
  ].join('\n');
}

function title({ scenario, seed, faults, isShuffled }: Plan): string {
  const struck = faults.map(
    ({ at, kind, until }) => `at call ${at} ${FAULTS[kind].says}${until ? `, thawing before call ${until}` : ''}`,
  );
  const how = isShuffled ? `, interleaved by seed ${seed}` : '';
  return `${scenario} (${SCENARIOS[scenario]?.says})${how}${struck.length > 0 ? `; ${struck.join('; ')}` : ''}`;
}

function lineOf({ number, phase, atMs, by, name, outcome }: Line, startMs: number): string {
  const seconds = ((atMs - startMs) / 1000).toFixed(3);
  return `  ${String(number).padStart(3)} ${seconds.padStart(9)}s ${phase.padEnd(6)} ${by.padEnd(26)} ${name.padEnd(22)} ${outcome}`;
}
