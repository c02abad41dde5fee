/**
 * Runs the template's schedules: each once at start, so that the first capture key exists before the first shopper, and
 * then at its rate. A run is skipped while the one before it is still going.
 */
import { randomUUID } from 'node:crypto';
import { type Clock, toRfc3339 } from '../shared/base/clock.ts';
import type { Functions } from './functions/functions.ts';
import type { InvocationOutcome } from './functions/instance.ts';
import type { Authorizer } from './iam/authorizer.ts';
import type { RoleDefinition, ScheduleDefinition } from './template/compute.ts';
import type { Stack } from './template/stack.ts';

export interface SchedulerOptions {
  readonly stack: Stack;
  readonly functions: Functions;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  onFailure(error: unknown): void;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Map<string, Promise<InvocationOutcome>>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Runs every schedule at its rate from now on. */
  start(): void {
    for (const schedule of this.#options.stack.schedules) {
      this.#timers.push(setInterval(() => void this.#runLogged(schedule), schedule.everyMs).unref());
    }
  }

  /**
   * Runs once and at the same time the schedules of these functions, or every schedule except those that call the API,
   * which has not started yet.
   */
  async runOnce(entries?: readonly string[]): Promise<void> {
    const { stack, functions } = this.#options;
    const isWanted = ({ functionArn }: ScheduleDefinition): boolean => {
      const { entry = '', environment = {} } = functions.find(functionArn) ?? {};
      return entries?.includes(entry) ?? !('API_URL' in environment);
    };
    await Promise.all(stack.schedules.filter(isWanted).map((schedule) => this.#runLogged(schedule)));
  }

  /** Runs the schedules of one function now, by its entry, and returns the outcome of the last. */
  async run(entry: string): Promise<InvocationOutcome> {
    const { stack, functions } = this.#options;
    const definition = functions.find(entry);
    const [schedule] = stack.schedules.filter(({ functionArn }) => functionArn === definition?.arn);
    if (!schedule) throw new Error(`the template has no schedule for ${entry}`);
    return this.#run(schedule);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.allSettled(this.#running.values());
  }

  async #runLogged(schedule: ScheduleDefinition): Promise<void> {
    try {
      const outcome = await this.#run(schedule);
      if (outcome.kind !== 'returned') throw new Error(`schedule ${schedule.logicalId}: ${outcome.kind}`);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  #run(schedule: ScheduleDefinition): Promise<InvocationOutcome> {
    const going = this.#running.get(schedule.logicalId);
    if (going) return going;
    const run = this.#invoke(schedule).finally(() => this.#running.delete(schedule.logicalId));
    this.#running.set(schedule.logicalId, run);
    return run;
  }

  async #invoke(schedule: ScheduleDefinition): Promise<InvocationOutcome> {
    const { stack, functions, authorizer } = this.#options;
    const definition = functions.find(schedule.functionArn);
    if (!definition) throw new Error(`schedule ${schedule.logicalId} names a function that is not in the template`);
    const role = stack.roles.find(({ arn }) => arn === schedule.roleArn);
    if (schedule.roleArn !== undefined && !role) throw new Error(`schedule ${schedule.logicalId} has no role`);
    if (role) {
      await authorizer.authorize({
        principal: schedulerPrincipal(role),
        action: 'lambda:InvokeFunction',
        resourceArn: definition.arn,
        resourcePolicy: undefined,
        context: {},
      });
    }
    return functions.invoke(
      definition,
      schedule.input === undefined ? this.#event(schedule) : JSON.parse(schedule.input),
    );
  }

  /** EventBridge Scheduler's event for a target without input. */
  #event({ logicalId }: ScheduleDefinition): Record<string, unknown> {
    const { accountId, region } = this.#options.stack.account;
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: accountId,
      time: toRfc3339(this.#options.clock.nowMs()),
      region,
      resources: [`arn:aws:scheduler:${region}:${accountId}:schedule/default/${logicalId}`],
      detail: '{}',
    };
  }
}

const schedulerPrincipal = ({ name, arn, policies, boundary }: RoleDefinition) => ({
  arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/scheduler`,
  identityArn: arn,
  policies: policies.map((policy) => ({ ...policy, name: `${name}/${policy.name}` })),
  boundary,
});
