/**
 * The vault as one reusable construct: keys, tables, functions, API, firewall, schedules and trail, built from the rows
 * of `routes.ts`. A stack can hold other resources beside it.
 */
import { Aws, CfnOutput, Names, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DESTINATIONS_VARIABLE, destinationFolder } from '../shared/base/destinations.ts';
import { openerRoles, roleOutput, roleVariable } from '../shared/base/entries.ts';
import { acknowledgeFindings } from './acknowledge.ts';
import { TRAIL_ALARMS } from './alarms/trail.ts';
import { VAULT_ALARMS } from './alarms/vault.ts';
import { Alarms, createAlarmTopic, type WatchedResources } from './constructs/alarms.ts';
import { VaultApi } from './constructs/api.ts';
import { createDashboard } from './constructs/dashboard.ts';
import { createDataKey } from './constructs/data-key.ts';
import { Firewall } from './constructs/firewall.ts';
import { dynamoStatement, VaultFunction } from './constructs/function.ts';
import { CardKeys } from './constructs/keys.ts';
import type { LogKeeping } from './constructs/logs.ts';
import { VaultNetwork } from './constructs/network.ts';
import { VaultSchedule } from './constructs/schedules.ts';
import { VaultTables } from './constructs/tables.ts';
import { VaultTrail } from './constructs/trail.ts';
import { type ITrailStore, nameInPolicies, storeFor, TrailStore } from './constructs/trail-store.ts';
import { Destinations, listsByKind, withEgress } from './destinations.ts';
import { type CardVaultProps, RETENTION_DAYS } from './props.ts';
import { checkProps } from './props-rules.ts';
import {
  DELIVERER,
  type FunctionRow,
  methodsAt,
  methodsOf,
  ROUTES,
  type Route,
  SCHEDULES,
  type Schedule,
  UPKEEP,
} from './routes.ts';
import { sidFor } from './sid.ts';

export class CardVault extends Construct {
  readonly keys: CardKeys;
  readonly tables: VaultTables;
  readonly dataKey: IKey;
  readonly trailStore: ITrailStore;
  readonly api: VaultApi;
  readonly operatorPolicy: ManagedPolicy;
  readonly alarmTopic: ITopic;
  /** Present while cards may be exported: the exporting function, and the policy that allows calling it. */
  readonly cardExport?: { readonly lambda: LambdaFunction; readonly exporterPolicy: ManagedPolicy };
  private readonly functions: Construct;
  private readonly lambdas = new Map<string, LambdaFunction>();
  private readonly props: CardVaultProps;
  private readonly network: VaultNetwork | undefined;
  private readonly logs: LogKeeping;
  private readonly trailName: string;

  constructor(scope: Construct, id: string, props: CardVaultProps) {
    super(scope, id);
    checkProps(props);
    if (
      Stack.of(this)
        .node.findAll()
        .some((each) => each !== this && each instanceof CardVault)
    ) {
      throw new Error(
        'The vault cannot be built:\n- a stack holds one vault, because metrics and alarms are named after the stack',
      );
    }
    this.props = props;
    this.dataKey = createDataKey(this, 'DataKey');
    this.logs = { dataKey: this.dataKey, retention: props.retentionDays ?? RETENTION_DAYS };
    this.keys = new CardKeys(this, 'Keys', props.panKey);
    this.tables = new VaultTables(this, 'Tables', this.dataKey);
    const { destinations = [] } = props;
    if (destinations.length > 0) new Destinations(this, 'Destinations', destinations);
    this.network =
      props.network && new VaultNetwork(this, 'Network', withEgress(props.network, destinations), this.logs);
    this.network?.addEndpoints({
      keyArns: Object.values(this.keys.byName).map((key) => key.keyArn),
      tableArns: Object.values(this.tables.byName).map((table) => table.tableArn),
    });
    this.trailName = props.trailName ?? Names.uniqueResourceName(this, { maxLength: 100, separator: '-' });
    this.trailStore = storeFor(
      this,
      props.trailStore ??
        new TrailStore(this, 'TrailStore', {
          trail: { name: this.trailName },
          compliance: props.production,
          keepDays: props.retentionDays ?? RETENTION_DAYS,
        }),
    );
    this.functions = new Construct(this, 'Functions');
    this.api = new VaultApi(this, 'Api', {
      routes: ROUTES.map((row: Route) => ({ row, lambda: this.createFunction(row) })),
      logs: this.logs,
      domain: props.domain,
    });
    const firewall = new Firewall(this, 'Firewall', {
      stageArn: this.api.stageArn,
      keeping: this.logs,
      edge: props.edge,
    });
    if (destinations.some(({ kind }) => kind === 'export')) this.cardExport = this.createCardExport();
    const schedules = new Construct(this, 'Schedules');
    for (const row of this.schedules()) {
      new VaultSchedule(schedules, sidFor(row.entry), row, this.createFunction(row));
    }
    const trail = this.createTrail();
    this.alarmTopic = props.alarmTopic ?? createAlarmTopic(this, 'AlarmTopic', this.dataKey);
    this.createAlarms({
      api: this.api.metrics,
      functions: this.lambdas,
      firewall: { WebACL: firewall.metricName },
      trailLogs: trail.logs,
    });
    this.operatorPolicy = this.createOperatorPolicy();
    acknowledgeFindings(this, 'CardVault', { trail: nameInPolicies(this, this.trailStore) });
    if (this.network) acknowledgeFindings(this.functions, 'FunctionsInNetwork');
    const folder = this.destinationFolder();
    if (folder !== undefined) acknowledgeFindings(this.functions, 'FunctionsOfDestinations', { folder });
  }

  private createTrail(): VaultTrail {
    return new VaultTrail(this, 'Trail', {
      trailName: this.trailName,
      store: this.trailStore,
      logs: this.logs,
      tableArns: Object.values(this.tables.byName).map((table) => table.tableArn),
    });
  }

  private createAlarms(watched: WatchedResources): void {
    const rows = [...VAULT_ALARMS, ...TRAIL_ALARMS];
    const { all } = new Alarms(this, 'Alarms', { rows, watched, topic: this.alarmTopic });
    createDashboard(this, 'Dashboard', { alarms: all, api: this.api.metrics });
  }

  private schedules(): readonly Schedule[] {
    return this.keys.formerOpens ? [...SCHEDULES, UPKEEP.moveCards] : SCHEDULES;
  }

  /**
   * Separate from the operator's policy, so that running the vault and exporting its cards need two people (PCI DSS
   * 4.0.1 7.2.2).
   */
  private createCardExport(): NonNullable<CardVault['cardExport']> {
    const lambda = this.createFunction(UPKEEP.exportCards);
    const exporterPolicy = new ManagedPolicy(this, 'CardExporterPolicy', {
      description: 'Fuda card exporter: exports stored cards, encrypted to the key that the deployment names',
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] })],
    });
    return { lambda, exporterPolicy };
  }

  /** Of the resources that stand for live destinations; undefined without any. */
  private destinationFolder(): string | undefined {
    return this.props.destinations?.length ? destinationFolder(Stack.of(this).stackName) : undefined;
  }

  /** One function per row: the deliverer is needed by its schedule and by each function that starts it. */
  private createFunction(row: FunctionRow): LambdaFunction {
    const known = this.lambdas.get(row.entry);
    if (known !== undefined) return known;
    const { lambda } = new VaultFunction(this.functions, sidFor(row.entry), {
      row,
      settings: this.settingsOf(row),
      network: this.network,
      tables: this.tables,
      keys: this.keys,
      logs: this.logs,
      trailStore: this.trailStore,
      bundles: this.props.bundles,
      roleName: this.standingName(row.entry),
      // A function in the network cannot reach Lambda; the deliverer's schedule then delivers its events.
      destinationFolder: row.datesDestinations && this.destinationFolder(),
      deliverer: row.startsDeliveries && !this.network ? this.createFunction(DELIVERER) : undefined,
    });
    this.lambdas.set(row.entry, lambda);
    return lambda;
  }

  /**
   * With mutual TLS a secret key is accepted only together with a client certificate, and URLs of pages use the
   * browsers' host name. A route's function gets its methods and those of its path. A function that visits the API gets the
   * API's URL, and one that reads the trail gets its name.
   */
  private settingsOf(row: FunctionRow): Record<string, string> {
    const { domain, destinations = [] } = this.props;
    const list = row.sendsTo && listsByKind(destinations)[row.sendsTo];
    const isForServers = (row as Partial<Route>).key === 'secret';
    return {
      ...('path' in row && {
        METHODS: methodsOf(row as Route).join(' '),
        ALLOW: methodsAt((row as Route).path).join(', '),
      }),
      ...(domain?.mutualTls && isForServers && { CLIENT_CERTIFICATE: 'required' }),
      ...(domain && row.tellsUrls && { PUBLIC_URL: `https://${domain.name}/` }),
      // Only schedules may have `visitsApi`: for a route, function and API would depend on each other.
      ...(list !== undefined && { [DESTINATIONS_VARIABLE]: list }),
      ...(row.visitsApi && { API_URL: this.api.url }),
      ...(row.trail !== undefined && this.rolesBy(roleVariable)),
      ...((row.trail === 'read' || row.trail === 'review') && { TRAIL_NAME: this.trailName }),
    };
  }

  /** By `nameOf` each: the names of the roles that open cards, by which the audit knows them. */
  private rolesBy(nameOf: (opener: string) => string): Record<string, string> {
    const names = openerRoles((opener) => this.lambdas.get(opener)?.role?.roleName ?? this.standingName(opener));
    return Object.fromEntries(Object.entries(names).map(([opener, name]) => [nameOf(opener), name]));
  }

  /** The function that exports cards is deployed at times, and the audit must know its role later too. */
  private standingName(entry: string): string | undefined {
    if (entry !== UPKEEP.exportCards.entry) return undefined;
    return `${Names.uniqueResourceName(this, { maxLength: 34, separator: '-' })}-export-cards-${Aws.REGION}`;
  }

  /**
   * Rights of the command line: creates merchants and keys, encrypts secrets, reads the ledger. It reads no card or
   * token record and may decrypt nothing.
   */
  private createOperatorPolicy(): ManagedPolicy {
    const { Merchants, Ledger, Events, Cards, Tokens } = this.tables.byName;
    return new ManagedPolicy(this, 'OperatorPolicy', {
      description:
        'Fuda operator: merchants, their API keys, sealed secrets and webhooks, reading the ledger; nothing that opens a card or secret',
      statements: [
        dynamoStatement(['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'], [Merchants.tableArn]),
        dynamoStatement(['Query'], [`${Merchants.tableArn}/index/by_merchant`]),
        dynamoStatement(['BatchGetItem'], [Ledger.tableArn]),
        dynamoStatement(['Query'], [`${Ledger.tableArn}/index/by_day`]),
        // Lists hashes of tokens that still hold ciphertext; the index holds nothing else (PCI DSS 4.0.1 3.2.1).
        dynamoStatement(['Query'], [`${Tokens.tableArn}/index/due`]),
        dynamoStatement(['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'], [Events.tableArn]),
        dynamoStatement(['Query'], [`${Events.tableArn}/index/lists`, `${Events.tableArn}/index/queues`]),
        this.keys.allowSealing('SecretKey', 'OperatorSealsSecrets'),
        this.keys.allowSealing('HoneyKey', 'OperatorSealsHoney'),
        // Counts the cards that are still to be moved; the index holds ids and no ciphertext.
        ...(this.keys.formerOpens ? [dynamoStatement(['Query'], [`${Cards.tableArn}/index/by_pan_key`])] : []),
      ],
    });
  }

  /** Outputs that other programs look up. They belong to the stack, so that their names get no prefix. */
  publishOutputs(scope: Construct): void {
    const outputs: Record<string, string> = {
      ApiUrl: this.api.url,
      ...this.api.domainOutputs,
      TrailBucketName: this.trailStore.bucketName,
      TrailKeyArn: this.trailStore.keyArn,
      OperatorPolicyArn: this.operatorPolicy.managedPolicyArn,
      DataKeyArn: this.dataKey.keyArn,
      AlarmTopicArn: this.alarmTopic.topicArn,
      ...this.rolesBy(roleOutput),
      ...(this.cardExport && {
        CardExportFunctionName: this.cardExport.lambda.functionName,
        CardExporterPolicyArn: this.cardExport.exporterPolicy.managedPolicyArn,
      }),
    };
    for (const [name, table] of Object.entries(this.tables.byName)) outputs[`${name}TableName`] = table.tableName;
    for (const [name, key] of Object.entries(this.keys.byName)) outputs[`${name}Arn`] = key.keyArn;
    for (const [past, key] of this.keys.olderPanKeys.entries()) outputs[`PanKey${past + 1}Arn`] = key.keyArn;
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value });
  }
}
