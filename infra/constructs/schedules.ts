/** The vault's schedules: one EventBridge schedule per row, each with a role that may start its function only. */
import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Schedule } from '../routes.ts';

export class VaultSchedule extends Construct {
  constructor(scope: Construct, id: string, row: Schedule, lambda: LambdaFunction) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      // Without this condition another customer's scheduler could use the role (confused deputy).
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `Fuda schedule of ${row.entry}`,
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: `Fuda schedule of ${row.entry}`,
      roles: [role],
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] })],
    });
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: `Fuda ${row.entry}`,
      flexibleTimeWindow: { mode: 'OFF' },
      scheduleExpression: rate(row.everyMinutes),
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        // No retries: the next run handles everything that is due.
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
    });
    schedule.node.addDependency(policy);
  }
}

const rate = (minutes: number): string => (minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`);
