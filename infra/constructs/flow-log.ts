/** Logs accepted and rejected connections of the network, by address and port (PCI DSS 4.0.1 10.2.2). */
import { Stack } from 'aws-cdk-lib';
import { CfnFlowLog, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { createLogGroup, type LogKeeping } from './logs.ts';

/** Not `vpc.addFlowLog`, because that gives its role an inline policy. */
export function addFlowLog(scope: Construct, vpc: Vpc, keeping: LogKeeping): void {
  const place = new Construct(scope, 'FlowLog');
  const logs = createLogGroup(place, 'Logs', keeping);
  const role = new Role(place, 'Role', {
    assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    description: 'Fuda network: writes its flow log',
  });
  const policy = new ManagedPolicy(place, 'Policy', {
    description: 'Fuda network: writes its own log group',
    roles: [role],
    statements: [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [logs.logGroupArn],
      }),
    ],
  });
  const flows = new CfnFlowLog(place, 'Flows', {
    resourceType: 'VPC',
    resourceId: vpc.vpcId,
    trafficType: 'ALL',
    logDestinationType: 'cloud-watch-logs',
    logGroupName: logs.logGroupName,
    deliverLogsPermissionArn: role.roleArn,
  });
  flows.node.addDependency(policy);
}
