"""The meeting part of the panel rules: without it everything is as it was."""

import pytest
from pydantic import ValidationError

from domain.people import ON_PANEL, Role
from domain.policy.meeting import MeetingRules
from tests.domain.demo_county import panel


def test_rules_without_the_part_change_nothing() -> None:
    """Ballots before the meeting, any working day, nobody asked, the panel reads the minutes."""
    found = MeetingRules()
    assert panel().meetings == found
    assert found.ballots_before_meeting
    assert not found.school_days_only
    assert not found.presenter_leaves_before_ballot
    assert found.ask_who_comes_days is None
    assert found.minutes_visible_to == ON_PANEL


def test_minutes_may_be_for_the_clusters_schools_and_for_nobody_else() -> None:
    """Leaders see no pupils, so they see no minutes; each wrong role is named."""
    whole = MeetingRules(minutes_visible_to=(Role.PANEL_CHAIR, Role.HEAD, Role.SENCO))
    assert Role.HEAD in whole.minutes_visible_to
    with pytest.raises(ValidationError, match="finance_officer, leader"):
        MeetingRules(minutes_visible_to=(Role.LEADER, Role.PANEL_CHAIR, Role.FINANCE_OFFICER))
