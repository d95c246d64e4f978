"""The commands of policy on the record: publish on the first day, decide everything again."""

import argparse
from typing import Any

from activities.store import reading, recording
from api.command_line import record, record_at_one_instant
from api.commands import Faulty, does
from api.packs import pack_files


def add(policies: Any) -> None:
    """Add these commands to those of policy."""
    made = does(policies.add_parser("publish", help=publish.__doc__), publish)
    made.add_argument("pack", help="a file, the folder of a pack, or a shipped pack's name")
    does(policies.add_parser("rerun", help=rerun.__doc__), rerun)


def publish(asked: argparse.Namespace) -> None:
    """Publish a policy file, or every file of a pack."""
    files = pack_files(asked.pack)
    with record() as (session, now):
        published = recording.publish_pack(session, files, now())
    print(f"{len(published)} policy versions stand as published")


def rerun(_asked: argparse.Namespace) -> None:
    """Decide everything ever stored again from what it kept; any difference is a failure."""
    with record_at_one_instant() as session:
        found = reading.rerun(session)
    for each in found.differences:
        print(f"{each.reference}, {each.of}: {each.what}: stored {each.stored}, now {each.now}")
    if found.differences:
        raise Faulty(f"{len(found.differences)} differences")
    print(
        f"{found.placings} placings and {found.decisions} decisions come out as they were stored;"
        f" of {found.set_by_people} a person set the amount"
    )
