"""Calls VClusterService with stubs generated from the contract.

Arguments: address and directory of the stubs; the token is in the environment variable TOKEN. Each line of standard
input is a call, {"method", "request", "count"}; each line of standard output is {"answers"} or {"code", "message"}.
"""

import itertools
import json
import os
import sys

import grpc
from google.protobuf import json_format, message_factory


def main(address, stubs):
    sys.path.insert(0, stubs)
    from vcluster.api.v1 import vcluster_service_pb2 as messages
    from vcluster.api.v1 import vcluster_service_pb2_grpc as services

    methods = messages.DESCRIPTOR.services_by_name["VClusterService"].methods_by_name
    metadata = [("authorization", "Bearer " + os.environ["TOKEN"])]
    with grpc.insecure_channel(address) as channel:
        stub = services.VClusterServiceStub(channel)
        for line in sys.stdin:
            wish = json.loads(line)
            method = methods[wish["method"]]
            request = json_format.ParseDict(
                wish["request"], message_factory.GetMessageClass(method.input_type)()
            )
            send = getattr(stub, method.name)
            try:
                answer = send(request, metadata=metadata)
                answers = [answer]
                if method.server_streaming:
                    answers = list(itertools.islice(answer, wish["count"]))
                    answer.cancel()
                said = {"answers": [json_format.MessageToDict(one) for one in answers]}
            except grpc.RpcError as error:
                said = {"code": error.code().name, "message": error.details()}
            print(json.dumps(said), flush=True)


main(*sys.argv[1:])
