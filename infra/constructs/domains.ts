/**
 * The vault's own host names. Browsers and servers share one; where merchants' servers must show a certificate of their
 * own (mutual TLS), they get a second, because a shopper's browser has none to show. With a name of its own the vault no
 * longer answers under API Gateway's.
 */
import {
  DomainName,
  EndpointAccessMode,
  EndpointType,
  type IRestApi,
  type RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DomainProps, MutualTlsProps } from '../props.ts';

/** PCI DSS 4.0.1 4.2.1: TLS 1.2 at least, forward secrecy only, hybrid post-quantum key agreement where offered. */
export const TLS_POLICY = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;

export class Domains extends Construct {
  /** Where the API answers, by the name of the output that says so. */
  readonly outputs: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, api: RestApi, { name, certificateArn, mutualTls }: DomainProps) {
    super(scope, id);
    const open = new DomainName(this, 'Open', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'OpenCertificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: TLS_POLICY,
      endpointAccessMode: EndpointAccessMode.STRICT,
      mapping: api as IRestApi,
    });
    const servers = mutualTls && this.createMutual(api, mutualTls);
    this.outputs = {
      DomainTarget: open.domainNameAliasDomainName,
      ...(servers && mutualTls
        ? { ServerApiUrl: `https://${mutualTls.name}/`, ServerDomainTarget: servers.domainNameAliasDomainName }
        : {}),
    };
  }

  /** API Gateway takes no newer policy than this for a name with mutual TLS; it admits TLS 1.2 and 1.3. */
  private createMutual(api: RestApi, { name, certificateArn, truststoreUri, truststoreVersion }: MutualTlsProps) {
    const [, bucket = '', key = ''] = TRUSTSTORE.exec(truststoreUri) ?? [];
    return new DomainName(this, 'Servers', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'ServersCertificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      mtls: {
        bucket: Bucket.fromBucketName(this, 'Truststore', bucket) as IBucket,
        key,
        version: truststoreVersion,
      },
      mapping: api as IRestApi,
    });
  }
}

export const TRUSTSTORE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/;
