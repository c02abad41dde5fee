"""Prints the members that AWS's own service models give the inputs of calls, and the
members of these, as JSON.

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
    if operation not in model.operation_names:
        return None
    shape = model.operation_model(operation).input_shape
    found = dict(shape.members) if shape else {}
    inner = [
        f"{name}.{inside}"
        for name, value in found.items()
        if value.type_name == "structure"
        for inside in value.members
    ]
    return sorted([*found, *inner])


def main():
    session = botocore.session.get_session()
    found = {call: members(session, call) for call in sorted(sys.argv[1:])}
    print(json.dumps({call: names for call, names in found.items() if names is not None}, indent=1))


main()
