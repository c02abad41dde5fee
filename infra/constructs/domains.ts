/**
 * The vault's custom host names. Browsers and servers share one. With mutual TLS, merchants' servers get a second one,
 * because a shopper's browser has no certificate. API Gateway's default name is then disabled.
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

/**
 * PCI DSS 4.0.1 4.2.1: at least TLS 1.2, forward secrecy only, hybrid post-quantum key agreement if the client offers
 * it.
 */
export const TLS_POLICY = SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09;

export class Domains extends Construct {
  /** DNS targets of the domains, by output name. */
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

  /** The newest policy that API Gateway allows with mutual TLS; it accepts TLS 1.2 and 1.3. */
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

const TRUSTSTORE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/;
