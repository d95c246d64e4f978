"""Who looks at which page of the played county: each address, some of them in several states."""

import re
from dataclasses import dataclass

_AT_ONCE = 10
SENCO, HEAD, CHAIR, OFFICER, SENIOR = (
    *("senco.ashdown", "head.ashdown", "head.crane", "officer.1", "head-of-sen"),
)
FINANCE, SECOND, DESK = "finance.1", "finance.2", "administrator.alder"


@dataclass(frozen=True)
class Visit:
    """Somebody looks at a page: its address, and what in the county its ids name."""

    who: str
    address: str
    things: tuple[str, ...] = ()
    query: str = ""

    def path(self, ids: dict[str, str]) -> str:
        """The address with its ids; what names nothing in the county stands for itself."""
        names = iter(self.things)
        filled = re.sub(r"{\w+}", lambda _: ids.get(name := next(names), name), self.address)
        return f"{filled}?{self.query}" if self.query else filled

    @property
    def name(self) -> str:
        """What its picture is called."""
        said = re.sub(r"{\w+}", "", self.address) + "-" + "-".join(self.things) + "-" + self.query
        return "-".join(re.findall(r"[\w.]+", f"every {self.who} {said}"))


def by(who: str, *visits: str | tuple[str, ...]) -> tuple[Visit, ...]:
    """Visits of somebody: an address, or an address and what it names; a query after a mark."""
    whole = [(each,) if isinstance(each, str) else each for each in visits]
    return tuple(
        Visit(who, address.partition("?")[0], tuple(things), address.partition("?")[2])
        for address, *things in whole
    )


_DRAFT = (
    *("", "/check", "/confirm", "/about", "/pupils", "/communication-and-interaction"),
    *("/cognition-and-learning", "/social-emotional-and-mental-health", "/child", "/family"),
    *("/sensory-and-or-physical", "/cycles", "/spending", "/outcomes", "/officer", "/provision"),
    *("/evidence",),
)
_AT_SIGN_OFF = (
    *("authorise", "authorise-differently", "authorise-overspend", "decline", "refer-up"),
    *("escalate", "record-key-decision", "return-to-panel", "return-to-school"),
)
_CHANGES = ("", "/leaver", "/transfer", "/late-start", "/changed-amount", "/suspended", "/resumed")

VISITS = (
    *by("", "/sign-in", "/signed-out", "/accessibility", "/cookies"),
    *by("", ("/family/{token}", "token")),
    *by(
        SENCO,
        *("/", "/requests", "/requests?stage=decided", "/drafts/new", "/messages", "/remittances"),
        *("/pupils", ("/pupils/{pupil_id}/put-forward", "pupil")),
        ("/pupils/put-forward/{put_id}/end", "put forward"),
        *("/policies", ("/policies/{kind}", "tariff"), ("/policies/{kind}", "panel")),
        *(("/policies/{kind}", each) for each in ("continuum", "finance", "letters")),
        *("/awards", "/awards/top-ups?on=2026-11-20", "/clusters", "/reconsiderations"),
        *(("/requests/{request_id}", each) for each in ("decided", "declined", "with a plan")),
        ("/requests/{request_id}", "asked for more"),
        ("/requests/{request_id}/answer", "asked for more"),
        ("/requests/{request_id}/withdraw", "with a plan"),
        ("/requests/{request_id}/submitted", "with a plan"),
        ("/requests/{request_id}/letter", "decided"),
        ("/requests/{request_id}/family-link", "decided"),
        ("/family-links/{link_id}/close", "link"),
        ("/drafts/{draft_id}/home-council", "of another council"),
        ("/drafts/{draft_id}/divisions", "project"),
        ("/drafts/{draft_id}/submit", "confirmed"),
        ("/drafts/{draft_id}/evidence/{number}", "draft", "1"),
        ("/awards/{award_id}", "award"),
        ("/awards/{award_id}/letters", "award"),
        ("/remittances/{remittance_id}", "remittance"),
        ("/reconsiderations/{reconsideration_id}/letter", "challenge answered"),
        ("/reconsiderations/{reconsideration_id}", "challenge answered"),
    ),
    *by(HEAD, *((f"/drafts/{{draft_id}}{each}", "draft") for each in _DRAFT)),
    *by(HEAD, ("/plans/{plan_id}/voice", "plan proposed")),
    *by(
        "senco.elm",
        ("/reconsiderations/{reconsideration_id}/withdraw", "challenge new"),
        ("/reconsiderations/{reconsideration_id}", "challenge key"),
    ),
    *by(CHAIR, ("/requests/{request_id}/challenge", "to challenge")),
    *by(
        OFFICER,
        *(
            "/messages/unsent",
            "/",
            "/requests",
            "/sign-together",
            "/cover",
            "/cover/new",
            "/cover/take",
        ),
        *("/search?q=LOC-2026-000001",),
        *("/finance", "/clusters/panel-duty", ("/clusters/{code}", "alder"), "/panels/agreement"),
        *("/reports/overview", "/policy/departures", "/calibration/cases", "/plans"),
        *(("/requests/{request_id}", each) for each in ("to sign", "decided", "urgent")),
        ("/requests/{request_id}/send-to-panel", "urgent"),
        ("/awards/{award_id}", "award"),
        *((f"/awards/{{award_id}}/change{each}", "award") for each in _CHANGES),
        ("/reconsiderations/{reconsideration_id}/note-key-decision", "challenge key"),
        ("/ballots/{ballot_id}", "ballot closed"),
        ("/calibration/cases/{case_id}", "case"),
        ("/calibration/cases/{case_id}/levels", "case"),
        ("/ledger/entries/{entry_id}", "entry"),
    ),
    *by("sen.1", ("/requests/{request_id}/moderate", "with a plan")),
    *by(
        SENIOR,
        *((f"/requests/{{request_id}}/{each}", "to sign") for each in _AT_SIGN_OFF),
        ("/requests/{request_id}/price", "to price"),
        ("/requests/{request_id}", "to price"),
        ("/reconsiderations/{reconsideration_id}", "challenge looked at"),
        ("/reconsiderations/{reconsideration_id}/reconsider", "challenge looked at"),
    ),
    *by(
        "manager.1",
        ("/cover/{cover_id}/end", "cover"),
        *((f"/plans/{{plan_id}}/{each}", "plan agreed") for each in ("sign", "return")),
    ),
    *by("manager.2", ("/reconsiderations/{reconsideration_id}/take", "challenge new")),
    *by("service.speech", "/services/asked"),
    *by(
        "service.speech",
        *(("/services/asked/{asked_id}" + each, "asked") for each in ("", "/accept", "/decline")),
    ),
    *by("service.behaviour", ("/services/asked/{asked_id}/report", "taken on")),
    *by(
        CHAIR,
        *("/", "/meetings", "/meetings/new", "/meetings/year", "/meetings/urgent", "/plans"),
        *("/reports/statements", "/reports/forecast", "/reports/shortfalls"),
        ("/reports/statements/{statement_id}", "statement"),
        *(("/meetings/{meeting_id}" + each, "held") for each in ("", "/interests", "/close")),
        *(("/meetings/{meeting_id}" + each, "held") for each in ("/room", "/presence")),
        ("/ballots/{ballot_id}/close", "ballot"),
        ("/ballots/{ballot_id}/dissent", "ballot closed"),
        *(("/items/{item_id}" + each, "waits") for each in ("", "/interest", "/ballot", "/defer")),
        ("/items/{item_id}/take", "waits"),
        ("/requests/{request_id}/advise-request", "to sign"),
        ("/plans/{plan_id}/report-outcome", "plan signed"),
        ("/plans/{plan_id}/change", "plan signed"),
    ),
    *by(
        DESK,
        *("/plans/new", ("/plans/new/{year}/{clusters}", "2026", "alder,cedar")),
        *(("/plans/{plan_id}" + each, "plan proposed") for each in ("", "/withdraw")),
        *(("/meetings/{meeting_id}/minutes" + each, "over") for each in ("", "/corrections")),
        ("/meetings/{meeting_id}", "over"),
        ("/items/{item_id}", "heard"),
        ("/calibration/ballots/{ballot_id}", "made up over"),
    ),
    *by(
        "head.dell",
        "/my-levels",
        ("/meetings/{meeting_id}", "held"),
        ("/meetings/{meeting_id}/minutes/read", "over"),
        ("/items/{item_id}", "in ballot"),
        *(("/ballots/{ballot_id}" + each, "ballot") for each in ("/vote", "/abstain")),
        *(("/calibration/ballots/{ballot_id}" + each, "made up") for each in ("/vote", "/abstain")),
    ),
    *by(
        "head.gorse",
        *(
            ("/meetings/{meeting_id}" + each, "to come")
            for each in ("", "/open", "/order", "/call-off")
        ),
        *(("/meetings/{meeting_id}" + each, "to come") for each in ("/attendance", "/substitutes")),
        *(("/items/{item_id}" + each, "too few") for each in ("", "/borrowed")),
    ),
    *by(
        "policy.1",
        *("/policy/publications", "/policy/publications/new", "/policy/modellings"),
        *("/policy/modellings/new", "/policy/equality?year=2026", "/policy/departures?year=2026"),
        *("/panels/consistency", "/panels/agreement?year=2026", "/reports/overview"),
        *("/calibration/cases", "/calibration/cases/new"),
        ("/policy/publications/{publication_id}", "draft with faults"),
        ("/policy/publications/{publication_id}/revise", "draft with faults"),
        ("/policy/publications/{publication_id}/give-up", "draft for approval"),
        ("/policy/versions/{version_id}/withdraw", "version"),
        ("/policy/modellings/{modelling_id}", "modelling"),
        ("/calibration/cases/{case_id}/retire", "case"),
    ),
    *by(
        "policy.2",
        ("/policy/publications/{publication_id}", "draft for approval"),
        ("/policy/publications/{publication_id}/approve", "draft for approval"),
    ),
    *by(
        FINANCE,
        *("/", "/finance", "/finance/budgets", "/finance/files", "/finance/files/new"),
        *("/finance/vire", "/finance/cover-overspend", "/finance/overspends", "/ledger"),
        *("/finance/recoup-from-council", "/payment-runs", "/payment-runs/new", "/reports/months"),
        *("/reports/year-end", "/reports/forecast", "/reports/shortfalls", "/reports/statements"),
        *("/finance/formula-shares", "/policy/formula-shares", "/awards/claims"),
        *("/reports/schools", "/search", "/search?q=PR-2026-08-1/0001"),
        *(("/reports/by/{by}", each) for each in ("cluster", "need", "school")),
        ("/finance/pots/{pot}", "cluster:alder"),
        ("/finance/files/{file_id}", "budgets"),
        ("/finance/files/{file_id}/set-budgets", "budgets"),
        ("/finance/files/{file_id}/import-awards", "awards"),
        ("/ledger/entries/{entry_id}", "entry"),
        *(("/payment-runs/{run_id}" + each, "run left open") for each in ("", "/lines")),
        ("/payment-runs/{run_id}/read-answer", "run sent"),
        ("/payment-runs/{run_id}/abandon", "run prepared"),
        ("/reports/months/{year}/{period}/close", "2026", "8"),
    ),
    *by(SECOND, ("/payment-runs/{run_id}/approve", "run prepared")),
    *by(
        "finance.3",
        ("/payment-runs/{run_id}/payments/{payment_id}/settle", "run left open", "payment"),
    ),
    *by(
        "director",
        ("/finance/overspends/{act_id}/second", "overspend"),
        ("/reports/months/{year}/{period}/reopen", "2026", "7"),
    ),
    *by("leader.1", "/", "/finance", "/reports/overview", "/payment-runs", "/policy/modellings"),
)


def parts_of(visits: tuple[Visit, ...]) -> list[tuple[Visit, ...]]:
    """One person's visits together, a few at once, so that several processes share them."""
    by_person = [
        tuple(each for each in visits if each.who == who)
        for who in dict.fromkeys(each.who for each in visits)
    ]
    return [
        whole[first : first + _AT_ONCE]
        for whole in by_person
        for first in range(0, len(whole), _AT_ONCE)
    ]
