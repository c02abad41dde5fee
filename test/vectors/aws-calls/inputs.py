"""Prints the members that AWS's own service models give the inputs of calls, as JSON.

Usage: python3 inputs.py cloudtrail:StopLogging s3:PutBucketPolicy ... > inputs.json
Needs botocore, which is installed with the AWS command line. Source: https://github.com/boto/botocore, botocore/data.
"""

import json
import sys

import botocore.session

CLIENTS = {"monitoring": "cloudwatch"}


def members(session, call):
    service, operation = call.split(":")
    model = session.get_service_model(CLIENTS.get(service, service))
    shape = model.operation_model(operation).input_shape
    return sorted(shape.members) if shape else []


def main():
    session = botocore.session.get_session()
    print(json.dumps({call: members(session, call) for call in sorted(sys.argv[1:])}, indent=1))


main()
