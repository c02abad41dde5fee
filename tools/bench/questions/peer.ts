/**
 * How does it compare with another vault? The same job for both in turns in one run: store a card encrypted under a
 * token, then use the card by that token. Arrivals are open-loop as in load.ts. OpenBao returns the card itself. Fuda
 * never returns one, so its retrieval is the charge of a stored card, which decrypts it, writes the charge twice and
 * asks the simulated processor.
 */
import { randomUUID } from 'node:crypto';
import { plainCard } from '../../../test/setup/cards.ts';
import { OPERATIONS } from '../operations.ts';
import { type OpenBao, startOpenBao } from '../peers/openbao.ts';
import { type BenchFinding, type Effort, ms, spreadText, times } from '../report.ts';
import type { Scene, Worker } from '../scene.ts';
import { AWS_LATENCIES, SEED } from '../stated.ts';
import { arrivalTimesMs, quantile, ratioOf, seededChance } from '../statistics.ts';
import type { Run } from '../worker.ts';

const RATES_PER_SECOND = [8, 64];
const ROUNDS = 5;
const SECONDS = 3;
const WARM_UPS = 50;

const JOBS = ['tokenize', 'retrieve'] as const;
type Job = (typeof JOBS)[number];
type Side = (job: Job, atMs: readonly number[], seed: number) => Promise<Run>;

export async function peer(scene: Scene, _effort: Effort): Promise<BenchFinding> {
  const bao = await startOpenBao(scene.root).catch((error: Error) => error);
  if (bao instanceof Error) return leftOut(bao.message);
  await using _closing = bao;
  const fuda = await fudaSide(scene);
  const sides: Readonly<Record<string, Side>> = {
    OpenBao: openBaoSide(bao),
    'Fuda, AWS at once': (...asked) => fuda(null, ...asked),
    'Fuda, stated AWS latencies': (...asked) => fuda(AWS_LATENCIES, ...asked),
  };
  for (const side of Object.values(sides)) {
    const atMs = Array.from({ length: WARM_UPS }, (_, index) => index * 10);
    for (const job of JOBS) await side(job, atMs, SEED);
  }
  const measured: Measured[] = [];
  for (const job of JOBS) {
    for (const rate of RATES_PER_SECOND) measured.push(...(await inTurns(sides, job, rate)));
  }
  return finding(measured);
}

interface Measured {
  readonly side: string;
  readonly job: Job;
  readonly rate: number;
  readonly runs: readonly Run[];
}

/** Both sides get the same arrivals in each round, in changing order. */
async function inTurns(sides: Readonly<Record<string, Side>>, job: Job, rate: number): Promise<Measured[]> {
  const runs = new Map(Object.keys(sides).map((name): [string, Run[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const atMs = arrivalTimesMs(rate, SECONDS * 1000, seededChance(SEED + rate + round));
    const order = Object.entries(sides);
    for (const [name, side] of round % 2 === 0 ? order : order.toReversed())
      runs.get(name)?.push(await side(job, atMs, SEED + round));
  }
  return [...runs].map(([side, its]) => ({ side, job, rate, runs: its }));
}

function openBaoSide(bao: OpenBao): Side {
  return async (job, atMs) => {
    const tokens = atMs.map(() => `tok_${randomUUID()}`);
    if (job === 'retrieve') for (const token of tokens) await bao.put(token, plainCard());
    const startCpuMs = bao.cpuMs();
    const startMs = performance.now() + 20;
    const responses: Record<string, number> = {};
    const latenciesMs = await Promise.all(
      tokens.map(async (token, index) => {
        const dueMs = startMs + (atMs[index] ?? 0);
        await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
        const done = job === 'tokenize' ? bao.put(token, plainCard()) : bao.get(token);
        const status = await done.then(
          () => 'good',
          () => 'failed',
        );
        responses[status] = (responses[status] ?? 0) + 1;
        return performance.now() - dueMs;
      }),
    );
    return { wallMs: performance.now() - startMs, cpuMs: bao.cpuMs() - startCpuMs, latenciesMs, responses };
  };
}

const ENTRIES = { tokenize: 'cde/create-token', retrieve: 'cde/create-charge' } as const satisfies Record<Job, string>;

/** One instance of each function, called as Lambda would. */
async function fudaSide(scene: Scene) {
  const open = async (job: Job): Promise<Worker> => {
    const worker = scene.instance(ENTRIES[job]);
    const modulePath = scene.places.functions[ENTRIES[job]]?.modulePath ?? '';
    await worker.ask('load', { name: 'handler', modulePath });
    return worker;
  };
  const workers = { tokenize: await open('tokenize'), retrieve: await open('retrieve') };
  const charges = OPERATIONS.find(({ name }) => name === 'charge a card');
  const eventsOf = async (job: Job, count: number): Promise<readonly unknown[]> => {
    if (job === 'retrieve') return (await charges?.prepare(scene, count))?.events ?? [];
    const { publishableKey: key } = scene.shop;
    const sent = { method: 'POST', path: '/v1/tokens', key, body: { card: plainCard() } } as const;
    return Array.from({ length: count }, () => scene.event(sent));
  };
  return async (drawn: typeof AWS_LATENCIES | null, job: Job, atMs: readonly number[], seed: number): Promise<Run> => {
    const events = await eventsOf(job, atMs.length);
    await scene.aws.ask('pace', { drawn, seed });
    const run = await workers[job].ask('arrive', { name: 'handler', events, atMs });
    await scene.aws.ask('pace', { drawn: null, seed: 0 });
    return run;
  };
}

const failed = ({ responses }: Run): number =>
  Object.entries(responses).reduce(
    (sum, [status, count]) => sum + (status === 'good' || status === '201' ? 0 : count),
    0,
  );
const p50Ms = ({ latenciesMs }: Run): number => quantile(latenciesMs, 0.5);
const cpuEachMs = ({ cpuMs, latenciesMs }: Run): number => cpuMs / latenciesMs.length;

function finding(measured: readonly Measured[]): BenchFinding {
  const peerOf = ({ job, rate }: Measured) =>
    measured.find((other) => other.side === 'OpenBao' && other.job === job && other.rate === rate)?.runs ?? [];
  return {
    title: 'Peer: a card kept and used, beside OpenBao',
    columns: ['job', '/s', 'vault', 'requests', 'p50 ms', 'p99 ms', '÷ OpenBao (p50)', 'CPU ms', 'errors'],
    rows: measured.map((one) => {
      const all = one.runs.flatMap(({ latenciesMs }) => latenciesMs);
      const ratio = ratioOf(one.runs.map(p50Ms), peerOf(one).map(p50Ms));
      const cpuMs = quantile(one.runs.map(cpuEachMs), 0.5);
      return [
        one.job,
        one.rate,
        one.side,
        all.length,
        ms(quantile(all, 0.5)),
        ms(quantile(all, 0.99)),
        one.side === 'OpenBao' ? '' : spreadText(ratio, times),
        Number.isNaN(cpuMs) ? '–' : ms(cpuMs),
        one.runs.reduce((sum, run) => sum + failed(run), 0),
      ];
    }),
    notes: [
      'OpenBao 2.7.2, one server over loopback HTTP, Raft store and audit file on this disk, no TLS, root token. Fuda: the two handlers called as Lambda calls them, KMS and DynamoDB over loopback HTTP; CPU is the function’s alone. Retrieve: OpenBao responses the card, Fuda charges it.',
    ],
    failures: [],
    data: measured.map(({ runs, ...rest }) => ({
      ...rest,
      rounds: runs.map((run) => ({ p50Ms: p50Ms(run), cpuMs: cpuEachMs(run), responses: run.responses })),
    })),
  };
}

const leftOut = (reason: string): BenchFinding => ({
  title: 'Peer: a card kept and used, beside OpenBao',
  columns: ['vault'],
  rows: [],
  notes: [`Left out, because OpenBao could not be run here: ${reason}`],
  failures: [],
  data: null,
});
