/**
 * The columns of the two tables that queries read: CloudTrail's records, and the vault's list of decryptions. Types are
 * Hive's. Source: Athena user guide, "Query AWS CloudTrail logs"; audit/reasons/decryption-rows.ts for the other.
 */

export interface TrailTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
}

const ISSUER = 'struct<type:string,principalid:string,arn:string,accountid:string,username:string>';
const ATTRIBUTES = 'struct<mfaauthenticated:string,creationdate:string>';

export const CLOUDTRAIL: TrailTable = {
  name: 'cloudtrail',
  columns: {
    eventversion: 'string',
    useridentity: `struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,sessioncontext:struct<attributes:${ATTRIBUTES},sessionissuer:${ISSUER}>>`,
    eventtime: 'string',
    eventsource: 'string',
    eventname: 'string',
    awsregion: 'string',
    sourceipaddress: 'string',
    useragent: 'string',
    errorcode: 'string',
    errormessage: 'string',
    requestparameters: 'string',
    responseelements: 'string',
    additionaleventdata: 'string',
    requestid: 'string',
    eventid: 'string',
    readonly: 'string',
    resources: 'array<struct<arn:string,accountid:string,type:string>>',
    eventtype: 'string',
    apiversion: 'string',
    recipientaccountid: 'string',
    serviceeventdetails: 'string',
    sharedeventid: 'string',
    vpcendpointid: 'string',
    eventcategory: 'string',
    tlsdetails: 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>',
  },
};

export const RECORDED_DECRYPTIONS: TrailTable = {
  name: 'recorded_decryptions',
  columns: {
    reason_kind: 'string',
    reason_id: 'string',
    merchant: 'string',
    record: 'string',
    purpose: 'string',
    created_at_ms: 'bigint',
    request_id: 'string',
    at_ms: 'bigint',
    lost_responses: 'int',
    lost_if_told: 'int',
    openers: 'string',
    region: 'string',
  },
};

export const columnsOf = ({ columns }: TrailTable): { name: string; type: string }[] =>
  Object.entries(columns).map(([name, type]) => ({ name, type }));

/**
 * Every commercial Region, because a trail over all Regions has a folder for each. Queries do not see a Region that is
 * missing here.
 */
export const REGIONS: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];
