"""What is sent, shown once for each address: examples for the documentation, and nothing else.

A test sends every one of them, so that none is shown that would be refused as malformed.
"""

from typing import Any

_DAY = "2026-11-02"
_SOMEBODY = "8a1f5c2e-3b4d-5e6f-8a9b-0c1d2e3f4a5b"
_SOMEBODY_ELSE = "9b2a6d3f-4c5e-5f70-9bac-1d2e3f4a5b6c"
_WORDS = "Speech and language therapy has helped little; see the report of September."
_LEVELS = {
    "communication_and_interaction": 4,
    "cognition_and_learning": 3,
    "social_emotional_and_mental_health": 2,
    "sensory_and_or_physical": 0,
}
_DECISION = {"grounds": [_WORDS], "alternatives": "Advice alone, which was tried in spring."}
_CONTENT = {
    "kind": "individual",
    "about": "Help with understanding what is said in class",
    "pupils": [
        {
            "pupil_id": "6f1c2f0e-7d53-5f0a-9a39-3a1d2c4b5e6f",
            "school": "ashdown",
            "sen_status": "sen_support",
            "home_council": "demo",
            "phase": "primary",
            "key_stage": 2,
            "school_spends_pence": 600_000,
        }
    ],
    "profile": {"levels": _LEVELS},
    "provision": [
        {"what": "Small group work", "staff": "ta", "hours_a_week": "5.00", "weeks": 38},
    ],
    "starts_on": _DAY,
    "ends_on": "2027-09-01",
}

_PLAN_ITEM = {
    "name": "Speech and language therapist, two days a week",
    "kind": "post",
    "school": "ashdown",
    "places": 14,
    "hours_a_week": "15.00",
    "annual_pence": 2_400_000,
    "area_of_need": "communication_and_interaction",
    "up_to_level": 3,
    "outcomes": ["Pupils say what they want to say, in class, by the summer."],
}

_OF_REQUEST: dict[str, dict[str, Any]] = {
    "submit": {"draft_version": 3},
    "answer": {"answer": "It began in May.", "content": _CONTENT},
    "withdraw": {"reason": "The family has moved."},
    "send-to-panel": {"reason": _WORDS},
    "moderate": {"profile": {"levels": _LEVELS}, "recommendation": "as_asked", "reason": _WORDS},
    "return-to-school": {"reason": "Please add the therapist's report."},
    "escalate": {"level": "area", "grounds": [_WORDS], "reason": _WORDS},
    "price": {"annual_pence": 897_400, "reason": _WORDS},
    "authorise": {**_DECISION, "from_on": _DAY, "until_on": "2027-09-01"},
    "authorise-differently": {**_DECISION, "annual_pence": 500_000, "reason": _WORDS},
    "authorise-overspend": {**_DECISION, "authority": "26/00042", "reason": _WORDS},
    "decline": {**_DECISION, "reason": _WORDS},
    "refer-up": {"reason": _WORDS, "significant_for": ["weir-valley"]},
    "return-to-panel": {"reason": _WORDS},
    "record-key-decision": {"number": "26/00123", "effective_on": _DAY},
    "advise-request": {
        "advice": "Keep the same adult for the mornings until half-term.",
        "services": [
            {
                "service": "speech-and-language",
                "asks": "Show the class team how to use the picture timetable.",
                "by_on": "2026-12-11",
            },
        ],
        "conditions": ["The school tells the family every fortnight how it goes."],
        "review_on": "2027-03-12",
        "sharing": {
            "shared_in": "parts",
            "whole": 5,
            "shares": [{"school": "ashdown", "share": 3}, {"school": "brook", "share": 2}],
        },
    },
}

_FILE = {"file_id": "5b1f9a52-3b1c-5f57-9b0e-1f2a3c4d5e6f"}
_OF_BUDGETS: dict[str, dict[str, Any]] = {
    "set-budgets": _FILE,
    "import-awards": _FILE,
    "vire": {
        "from_pot": "cluster:alder",
        "to_pot": "cluster:cedar",
        "financial_year": 2026,
        "pence": 500_000,
        "authority": "26/00042",
        "reason": "Cedar has two unforeseen admissions.",
    },
    "cover-overspend": {
        "pot": "cluster:alder",
        "financial_year": 2026,
        "pence": 250_000,
        "authority": "26/00043",
        "reason": "Plans that are owed exceed the cluster's budget.",
    },
    "recoup-from-council": {
        "council": "riverside",
        "pot": "cluster:alder",
        "financial_year": 2026,
        "pence": 70_000,
        "reference": "INV-881",
    },
    "formula-shares": {
        "total_pence": 12_000_000,
        "financial_year": 2027,
        "authority": "26/00044",
        "clusters": [
            {
                "cluster": cluster,
                "counts": {"pupils": pupils, "deprivation": 310, "prior_attainment": 190},
                "last_year_pence": 6_000_000,
            }
            for cluster, pupils in (("alder", 2140), ("cedar", 1985))
        ],
    },
}

_OF_AWARD: dict[str, Any] = {
    "award_id": "5d0f1d3e-6f3b-5c0e-9a43-1f2b3c4d5e6f",
    "change": {"kind": "leaver", "last_on": "2026-12-18"},
    "reason": "The family moves away at Christmas.",
}

_OF_CLOSING: dict[str, dict[str, Any]] = {
    "close-period": {"financial_year": 2026, "period": 6},
    "reopen-period": {
        "financial_year": 2026,
        "period": 6,
        "authority": "26/00051",
        "reason": "The trust's credit note belongs to September.",
    },
    "close-year": {"financial_year": 2026},
    "sign-year-end": {"financial_year": 2026},
}

_DRAFT = {
    "files": {
        "contingency/2027-04-01.toml": 'kind = "contingency"\ncouncil = "demo"\n'
        'in_force_from = 2027-04-01\nauthority = "Decision 26/00061"\n'
        'source = "Cabinet report of 4 January 2027"\n',
    },
    "note": "The order of pots for the new financial year.",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "POST /cover": {"colleague_id": _SOMEBODY, "from_on": _DAY, "last_on": "2026-11-13"},
    "POST /pupils/{pupil_id}/put-forward": {"to_school": "ashdown"},
    "POST /drafts": {"school": "ashdown", "content": _CONTENT},
    "PUT /drafts/{draft_id}": {"version": 2, "content": _CONTENT},
    "POST /drafts/{draft_id}/confirm": {"version": 3},
    "POST /meetings": {"cluster": "alder", "starts_at": "2026-11-09T09:30:00Z"},
    "POST /meetings/urgent": {"cluster": "alder", "request_ids": [_SOMEBODY]},
    "POST /meetings/year": {"cluster": "alder", "year": 2026},
    "POST /meetings/{meeting_id}/attendance": {"comes": True},
    "POST /meetings/{meeting_id}/call-off": {"reason": "The hall is needed that day."},
    "POST /meetings/{meeting_id}/presence": {"person_id": _SOMEBODY, "is_here": True},
    "PUT /meetings/{meeting_id}/room": {"people": [_SOMEBODY, _SOMEBODY_ELSE]},
    "POST /meetings/{meeting_id}/interests": {
        "items": [{"item_id": _SOMEBODY, "interest": "none"}],
    },
    "PUT /meetings/{meeting_id}/order": {"items": [_SOMEBODY, _SOMEBODY_ELSE]},
    "POST /meetings/{meeting_id}/minutes/corrections": {
        "words": "Item 3 was put off because its papers were missing, not for want of time.",
    },
    "POST /meetings/{meeting_id}/substitutes": {
        "member_id": _SOMEBODY,
        "substitute_id": _SOMEBODY_ELSE,
    },
    "POST /items/{item_id}/borrowed": {"person_id": _SOMEBODY},
    "POST /items/{item_id}/interest": {"interest": "none"},
    "POST /items/{item_id}/ballot": {"closes_at": "2026-11-09T12:00:00Z"},
    "POST /items/{item_id}/defer": {
        "reason": "The therapist's report comes next week.",
        "because": "papers_missing",
    },
    "PUT /ballots/{ballot_id}/vote": {
        "levels": _LEVELS,
        "recommendation": "as_asked",
        "reason": _WORDS,
    },
    "POST /ballots/{ballot_id}/dissent": {
        "words": "I would have asked for more: the mornings alone are not enough.",
        "named": True,
    },
    "POST /services/asked/{asked_id}/accept": {"note": "We come on Tuesdays."},
    "POST /services/asked/{asked_id}/decline": {"reason": "We have nobody free this term."},
    "POST /services/asked/{asked_id}/report": {
        "is_done": True,
        "came_of_it": "The class team uses the timetable each morning.",
    },
    "POST /calibration/cases": {
        "code": "wren",
        "paper": {
            "about": "Help with understanding what is said in class",
            "views": "The family hears more words at home than school does.",
            "tried": "Two cycles of small group work; new words stay for a week.",
            "stated": {"levels": _LEVELS},
        },
        "setters": [_SOMEBODY, _SOMEBODY_ELSE, "ac3b7e40-5d6f-6081-acbd-2e3f4a5b6c7d"],
    },
    "PUT /calibration/cases/{case_id}/levels": {"levels": _LEVELS, "reason": _WORDS},
    "PUT /calibration/ballots/{ballot_id}/vote": {
        "levels": _LEVELS,
        "recommendation": "as_asked",
        "reason": _WORDS,
    },
    "POST /payment-runs": {"financial_year": 2026, "period": 8, "due_until_on": "2026-11-30"},
    "POST /payment-runs/{run_id}/approve": {"lines": 412, "total_pence": 17_094_250},
    "POST /payment-runs/{run_id}/abandon": {"reason": "Two awards have changed since."},
    "POST /payment-runs/{run_id}/read-answer": {
        "file_id": "5b1f9a52-3b1c-5f57-9b0e-1f2a3c4d5e6f",
    },
    "POST /payment-runs/{run_id}/settle-difference": {
        "line_id": "0b54b5f6-6a1e-5a7c-8b9d-2f3a4c5d6e7f",
        "settled_as": "paid",
        "reason": "The bank confirmed it by telephone; its file left the line out.",
    },
    **{f"POST /finance/{act}": body for act, body in _OF_BUDGETS.items()},
    **{f"POST /finance/{act}": body for act, body in _OF_CLOSING.items()},
    "POST /finance/change-award": _OF_AWARD,
    "POST /reconsiderations": {
        "request_id": _SOMEBODY,
        "by": "family",
        "grounds": [_WORDS],
        "new_evidence": ["Report of the speech and language therapist, October"],
        "asks": "Support every day, as the school had asked.",
    },
    "POST /reconsiderations/{reconsideration_id}/take": {"cluster": "cedar", "reason": _WORDS},
    "POST /reconsiderations/{reconsideration_id}/reconsider": {
        **_DECISION,
        "answer": "replaced",
        "annual_pence": 500_000,
        "reason": _WORDS,
    },
    "POST /reconsiderations/{reconsideration_id}/note-key-decision": {
        "number": "26/00085",
        "effective_on": "2026-12-01",
    },
    "POST /reconsiderations/{reconsideration_id}/withdraw": {"reason": "We have agreed since."},
    "POST /plans": {
        "cluster": "alder",
        "academic_year": 2026,
        "items": [_PLAN_ITEM],
        "sharing": {
            "rule": "by_pupils",
            "clusters": ["alder", "cedar"],
            "weights": {"alder": 2140, "cedar": 1985},
        },
    },
    "POST /plans/changes": {
        "plan_id": _SOMEBODY,
        "add": [_PLAN_ITEM],
        "end": [{"item_id": _SOMEBODY_ELSE, "from_on": "2027-01-04"}],
        "reason": "The therapist leaves at Christmas; the hub takes her hours over.",
    },
    "POST /plans/{plan_id}/voice": {"school": "ashdown", "agrees": True},
    "POST /plans/{plan_id}/sign": _DECISION,
    "POST /plans/{plan_id}/return": {"reason": "Two of its posts are paid by the county already."},
    "POST /plans/{plan_id}/withdraw": {"reason": "A school has left the cluster."},
    "POST /plans/{plan_id}/report-outcome": {
        "item_id": _SOMEBODY,
        "term_on": _DAY,
        "outcome": "partly",
        "words": "Eleven of fourteen pupils use the words taught; three were away for weeks.",
    },
    "POST /policy/publications": _DRAFT,
    "POST /policy/publications/{publication_id}/revise": _DRAFT,
    "POST /policy/publications/{publication_id}/approve": {
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "reason": "The amounts are those of decision 26/00061; the impact is within the budget.",
    },
    "POST /policy/publications/{publication_id}/give-up": {
        "reason": "The Cabinet has put the change off for a year.",
    },
    "POST /awards/{award_id}/foresee-change": {
        "change": {"kind": "leaver", "last_on": "2026-12-18"}
    },
    "POST /policy/formula-shares": {
        "total_pence": 12_000_000,
        "clusters": _OF_BUDGETS["formula-shares"]["clusters"],
        "formulas": [
            {"name": "now", "on": "2026-10-05"},
            {"name": "by_pupils", "rule": {"weights": {"pupils": 1}, "rounding": "cumulative"}},
        ],
    },
    "POST /policy/modellings": {
        "candidates": [{"name": "next_year", "files": _DRAFT["files"]}],
        "cases": {"kind": "decided", "from_on": "2026-04-01", "until_on": "2027-04-01"},
    },
    "POST /policy/versions/{version_id}/withdraw": {
        "reason": "Published with last year's amounts by mistake; nothing was decided by it.",
    },
    "POST /requests/{request_id}/family-links": {"pupil_id": _SOMEBODY, "days": 28},
    "POST /family": {"token": "q8mZC0n2Vw", "born_on": "2017-05-04"},
    **{f"POST /requests/{{request_id}}/{act}": body for act, body in _OF_REQUEST.items()},
}
"""A body for every address that takes one, by method and path under ``/api``."""
