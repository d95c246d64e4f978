"""How every process of ours reaches Temporal: one plugin, and time that can be moved."""

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from workflows.plugin import locality_plugin


async def connect(address: str, namespace: str, *, moves_time: bool) -> Client:
    """Connect to Temporal; with ``moves_time``, what is started here can have its time moved.

    Only the demo and the tests move time: the server has to be started for it (TEMPORAL.md 2). They
    run every case in the sandbox, too, which costs a third of what a workflow does.
    """
    plugin = locality_plugin(checked_at_start=not moves_time)
    client = await Client.connect(address, namespace=namespace, plugins=[plugin])
    if not moves_time:
        return client
    return TimeSkipper(client, config=TimeSkippingConfig(enabled=False)).client
