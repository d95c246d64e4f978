"""What measurements stand on: one durable PostgreSQL, one Temporal, a loaded county to copy.

Both are the servers of one machine, with its own settings: nothing is tuned for the measuring.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import Session

from activities.clock import SystemClock
from activities.embedded import EmbeddedPostgres, EmbeddedTemporal, free_port
from activities.programs import Program
from activities.settings import Issuer, Settings, environment_of
from activities.store.recording import Budgets, County, load_budgets, load_county, publish_pack
from activities.store.session import make_engine, transaction
from deploy.demo.county import county
from deploy.issuer import AUDIENCE
from domain.periods import financial_year
from tests.benchmarks.report import CannotMeasure

ROOT = Path(__file__).resolve().parent.parent.parent
_TEMPLATE = "bench_template"
PACK = ROOT / "domain/policy/packs/demo"
_ENOUGH_PENCE = 1_000_000_000_00


@dataclass
class Ground:
    """The servers of a run, and the programs started on them."""

    folder: Path
    postgres: EmbeddedPostgres
    temporal_address: str
    issuer: Issuer
    temporal_pid: int | None = None
    programs: dict[str, Program] = field(default_factory=dict)

    def database(self, name: str) -> Settings:
        """Copy the loaded county into a database of its own, with settings that name it."""
        self.postgres.create_database(name, template=_TEMPLATE)
        return self.settings(name)

    def empty(self, name: str) -> Settings:
        """Make a database with its tables and nothing in them, with settings that name it."""
        self.postgres.create_database(name)
        chosen = self.settings(name)
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=ROOT,
            env=environment_of(chosen),
            check=True,
        )
        return chosen

    def settings(self, database: str) -> Settings:
        """What a program is told that works on a database of this run."""
        return Settings(
            database_url=self.postgres.url(database=database),
            database_owner_url=self.postgres.owner_url(database),
            temporal_address=self.temporal_address,
            task_queue=database,
            state_folder=self.folder,
            issuers=(self.issuer,),
            log_level="ERROR",
        )

    def run(self, name: str, command: Sequence[str], chosen: Settings) -> Program:
        """Start a program under these settings; it ends with the run."""
        if name not in self.programs:
            self.programs[name] = Program(name, self.folder)
            self.programs[name].start([sys.executable, *command], environment_of(chosen))
        return self.programs[name]


@contextmanager
def standing_ground() -> Iterator[Ground]:
    """Start the servers in a folder of this run's own, and leave nothing behind."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    beside = ROOT / ".locality"
    beside.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=beside))
    postgres = EmbeddedPostgres(folder / "postgres")
    temporal = EmbeddedTemporal(folder / "temporal")
    ground = Ground(
        folder=folder,
        postgres=postgres,
        temporal_address="",
        issuer=Issuer(issuer=f"http://127.0.0.1:{free_port()}", audience=AUDIENCE),
    )
    try:
        postgres.start()
        ground.temporal_address = temporal.start()
        ground.temporal_pid = temporal.pid
        _make_template(ground)
        yield ground
    except CannotMeasure as failed:
        raise CannotMeasure(f"{failed}{_last_words(ground)}") from failed
    finally:
        for program in reversed(ground.programs.values()):
            program.stop()
        temporal.stop()
        postgres.stop()
        with suppress(OSError):
            shutil.rmtree(folder)


def _last_words(ground: Ground) -> str:
    """What the programs of a run said last, for whoever has to find out why it failed."""
    said = {name: program.last_lines() for name, program in ground.programs.items()}
    return "".join(f"\n--- {name}\n{lines}" for name, lines in said.items() if lines)


def _make_template(ground: Ground) -> None:
    """Migrate a database and load the demo county into it, with budgets that never run out."""
    chosen = ground.empty(_TEMPLATE)
    engine = make_engine(chosen.database_url, 1)
    with transaction(engine) as session:
        whole = county(ground.issuer.issuer) | {"plan_provisions": []}
        furnish(session, whole, SystemClock().now())
    engine.dispose()


def furnish(session: Session, whole: dict[str, Any], now: datetime) -> None:
    """Load policy, places, people and money: a cluster pays from its budget, not by a place."""
    files = {str(each.relative_to(PACK)): each.read_text() for each in PACK.rglob("*.toml")}
    publish_pack(session, files, now)
    load_county(session, County.model_validate(whole, strict=False))
    year = financial_year(now.date())
    pots = ["high_needs_block", *(f"cluster:{each['code']}" for each in whole["clusters"])]
    budgets = Budgets(
        authority="The benchmark's own",
        years=(year, year + 1),
        pence={pot: _ENOUGH_PENCE * (1 + 9 * (pot == "high_needs_block")) for pot in pots},
    )
    load_budgets(session, budgets, now)
