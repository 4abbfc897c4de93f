#!/usr/bin/env python3
"""Start a Python worker where an engine asks for one, as the boot program of Beam's containers does.

With ``--environment_type PROCESS`` a task manager or an executor runs this program once for every worker that it needs.
The program asks the provision service what the worker has to know, and becomes Beam's own worker. It installs nothing:
the packages are those of the Python that runs it. What workers print is in ``workers.log``, in ``WORKER_FOLDER``.
"""

import argparse
import os
import sys

import grpc
from apache_beam.portability.api import beam_provision_api_pb2, beam_provision_api_pb2_grpc, endpoints_pb2
from google.protobuf import json_format, text_format


def main() -> None:
    """Become the worker that the arguments describe."""
    parser = argparse.ArgumentParser()
    for name in "id", "logging_endpoint", "artifact_endpoint", "provision_endpoint", "control_endpoint":
        parser.add_argument(f"--{name}")
    given = parser.parse_args()
    folder = os.environ["WORKER_FOLDER"]
    log = os.open(os.path.join(folder, "workers.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    channel = grpc.intercept_channel(grpc.insecure_channel(given.provision_endpoint), _Named(given.id))
    service = beam_provision_api_pb2_grpc.ProvisionServiceStub(channel)
    info = service.GetProvisionInfo(beam_provision_api_pb2.GetProvisionInfoRequest()).info
    os.environ.update(
        WORKER_ID=given.id,
        PIPELINE_OPTIONS=json_format.MessageToJson(info.pipeline_options),
        SEMI_PERSISTENT_DIRECTORY=folder,
        LOGGING_API_SERVICE_DESCRIPTOR=_descriptor(info.logging_endpoint.url or given.logging_endpoint),
        CONTROL_API_SERVICE_DESCRIPTOR=_descriptor(info.control_endpoint.url or given.control_endpoint),
        RUNNER_CAPABILITIES=" ".join(info.runner_capabilities),
    )
    os.execv(sys.executable, [sys.executable, "-m", "apache_beam.runners.worker.sdk_worker_main"])


class _Named(grpc.UnaryUnaryClientInterceptor):
    """The services of an engine know a worker by its name."""

    def __init__(self, worker: str) -> None:
        self._worker = worker

    def intercept_unary_unary(self, continuation, details, request):  # type: ignore[no-untyped-def]
        return continuation(details._replace(metadata=[("worker_id", self._worker)]), request)


def _descriptor(url: str) -> str:
    return text_format.MessageToString(endpoints_pb2.ApiServiceDescriptor(url=url))


if __name__ == "__main__":
    main()
