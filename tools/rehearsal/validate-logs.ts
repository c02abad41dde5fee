/**
 * AWS's own `aws cloudtrail validate-logs` on the trail of the local runtime, over the local endpoint and with the rights
 * of the template's auditor: what a reader does who trusts AWS's program more than this project's.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import { pythonProgram } from '../../test/setup/python.ts';

const AWS_TIMEOUT_MS = 60_000;

/** `assembly` is the whole template, `scratch` a folder for the runtime's state. */
export async function validateLocalTrail(
  root: string,
  assembly: string,
  scratch: string,
  say: (text: string) => void,
): Promise<void> {
  const aws = pythonProgram(join(root, '.cache/aws-cli'), join(import.meta.dirname, 'aws-cli.txt'), 'aws');
  const startMs = Date.now();
  const runtime = await startRuntime({ dir: join(scratch, 'local'), port: 0, assembly });
  try {
    await runtime.runSchedule('scheduled/sweep');
    runtime.flushTrail();
    const sound = await validateLogs(aws, runtime, startMs);
    assert.match(sound.text, /^(\d+)\/\1 digest files valid$/m);
    assert.match(sound.text, /^(\d+)\/\1 log files valid$/m);
    assert.equal(sound.exitCode, 0);
    say(
      'aws cloudtrail validate-logs, with the auditor’s rights: every digest and log file of the local trail is valid',
    );

    const altered = alterLog(runtime.trailDirectory);
    const spoiled = await validateLogs(aws, runtime, startMs);
    assert.ok(spoiled.text.includes(`${altered}\tINVALID: hash value doesn't match`), spoiled.text);
    assert.equal(spoiled.exitCode, 1);
    say('the same after one record was changed: hash value doesn’t match');
  } finally {
    await runtime.stop();
  }
}

/** Changes one record of a log file; returns the file's key. */
function alterLog(trail: string): string {
  const isLog = (name: string): boolean => name.includes('/CloudTrail/') && name.endsWith('.json.gz');
  const key = readdirSync(trail, { recursive: true, encoding: 'utf8' }).filter(isLog).sort()[0] ?? '';
  const text = gunzipSync(readFileSync(join(trail, key))).toString();
  const changed = text.replace('"awsRegion":"', '"awsRegion":"x');
  assert.notEqual(changed, text);
  writeFileSync(join(trail, key), gzipSync(changed));
  return key;
}

/** Runs AWS's program without any setting of this machine. */
function validateLogs(aws: string, { stack, region, accountId, ...runtime }: Runtime, startMs: number) {
  assert.ok(runtime.auditor);
  const arguments_ = [
    ...['cloudtrail', 'validate-logs', '--verbose'],
    ...['--trail-arn', `arn:aws:cloudtrail:${region}:${accountId}:trail/${stack.trail.name}`],
    ...['--s3-bucket', stack.trail.bucket],
    ...['--start-time', new Date(startMs).toISOString()],
  ];
  const env = {
    PATH: process.env.PATH,
    HOME: dirname(runtime.trailDirectory),
    AWS_ENDPOINT_URL: runtime.awsEndpointUrl,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: runtime.auditor.accessKeyId,
    AWS_SECRET_ACCESS_KEY: runtime.auditor.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return new Promise<{ readonly exitCode: number; readonly text: string }>((resolve, reject) => {
    execFile(aws, arguments_, { env, timeout: AWS_TIMEOUT_MS }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') resolve({ exitCode, text: stdout + stderr });
      else reject(error);
    });
  });
}
