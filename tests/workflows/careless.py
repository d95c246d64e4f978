"""A careless workflow, planted to be caught: it pulls in what touches the world."""

import sqlalchemy
from temporalio import workflow


@workflow.defn
class Careless:
    """Knows a database library, which no workflow may."""

    @workflow.run
    async def run(self) -> str:
        """Tell which one it knows."""
        return sqlalchemy.__name__
