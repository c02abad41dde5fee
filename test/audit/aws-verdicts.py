"""Asks the AWS CLI's own `cloudtrail validate-logs` about spoiled trails in folders, and records what it says.

    pip install awscli
    node tools/with-node.mjs test/audit/write-tamperings.ts /tmp/tamperings
    python test/audit/aws-verdicts.py /tmp/tamperings > test/vectors/cloudtrail/validate-logs.json

Only S3 and ListPublicKeys are stood in for; every decision is awscli.customizations.cloudtrail.validation's.
"""
import contextlib
import io
import json
import os
import re
import sys
from datetime import datetime, timezone

import awscli
from awscli.customizations.cloudtrail.validation import CloudTrailValidateLogs
from botocore.exceptions import ClientError

BUCKET = 'vault-trail'
# A folder may hold what the trail wrote to an older bucket, too.
BUCKETS = [BUCKET, 'vault-trail-before']
TRAILS = [('vault', 'ap-northeast-1'), ('vault', 'us-east-1'), ('other', 'ap-northeast-1'), ('moving', 'ap-northeast-1')]


class Pages:
    def __init__(self, keys):
        self.keys = keys

    def search(self, _expression):
        return iter(self.keys)


class FolderS3:
    def __init__(self, folder):
        self.folder = folder

    def get_client(self, _bucket):
        return self

    def get_paginator(self, _name):
        return self

    def paginate(self, Bucket, Marker, Prefix):
        keys = []
        for path, _folders, files in os.walk(self.folder):
            for name in files:
                keys.append(os.path.relpath(os.path.join(path, name), self.folder))
        wanted = [key for key in keys if key.startswith(Prefix) and key > Marker and not key.endswith('.metadata.json')]
        return Pages(sorted(wanted))

    def get_object(self, Bucket, Key):
        path = os.path.join(self.folder, Key)
        if Bucket not in BUCKETS or not os.path.exists(path):
            raise ClientError({'Error': {'Code': 'NoSuchKey', 'Message': 'no such key'}}, 'GetObject')
        metadata = {}
        if os.path.exists(path + '.metadata.json'):
            with open(path + '.metadata.json') as file:
                metadata = json.load(file)
        return {'Body': open(path, 'rb'), 'Metadata': metadata}


class FolderCloudTrail:
    def __init__(self, folder):
        self.folder = folder

    def list_public_keys(self, StartTime, EndTime):
        with open(os.path.join(self.folder, 'public-keys.json')) as file:
            return json.load(file)


def verdicts(folder):
    valid, lines = 0, []
    for name, region in TRAILS:
        command = CloudTrailValidateLogs(None)
        command.trail_arn = f'arn:aws:cloudtrail:ap-northeast-1:111122223333:trail/{name}'
        command.is_verbose = True
        command.start_time = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)
        command.end_time = datetime(2026, 11, 23, 15, tzinfo=timezone.utc)
        command.s3_bucket = BUCKET
        command.s3_client_provider = FolderS3(folder)
        command.cloudtrail_client = FolderCloudTrail(folder)
        command.organization_client = None
        command._source_region = region
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            command._call()
        said = [line for line in out.getvalue().split('\n') if line.startswith(('Digest file', 'Log file', 'No log files', '(backfill) '))]
        valid += sum(line.endswith('\tvalid') for line in said)
        lines += [re.sub('[0-9a-f]{32}', '<fingerprint>', line) for line in said if not line.endswith('\tvalid')]
    return {'valid': valid, 'other': lines}


root = sys.argv[1]
cases = {}
for entry in sorted(os.listdir(root)):
    folder = os.path.join(root, entry)
    with open(os.path.join(folder, 'name.txt')) as file:
        cases[file.read()] = verdicts(folder)
json.dump({
    'source': f'aws cloudtrail validate-logs of awscli {awscli.__version__}, awscli/customizations/cloudtrail/validation.py (Apache-2.0), run by test/audit/aws-verdicts.py on the trails of test/audit/tamperings.ts',
    'cases': cases,
}, sys.stdout, indent=2)
sys.stdout.write('\n')
