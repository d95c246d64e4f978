"""What an officer has on the desk with a request: figures side by side, and what may be done now.

Band and amount come with a placing alone: before it an officer may still moderate the need. What
may be done is told for guidance; recording and the workflow decide it again.
"""

from collections.abc import Iterator
from functools import cached_property
from uuid import UUID

from sqlmodel import Session, col, select

from activities.clock import LONDON
from activities.store import ledger
from activities.store.reading.caller import OFFICERS, Caller, concerns_of, ties_of
from activities.store.reading.panel import content_of
from activities.store.reading.policies import continuum, panel_rules, policy
from activities.store.reading.requests import seen
from activities.store.reading.similar import SimilarCase, similar_cases
from activities.store.tables import (
    DecisionRow,
    OverspendProposalRow,
    PlacingRow,
    PlanProvisionRow,
    RequestRow,
)
from domain.authority import (
    KeyDecision,
    Signing,
    check_authority,
    check_decides_for_plan,
    check_owed,
    grade_to_sign,
)
from domain.case import Case
from domain.continuum import place
from domain.frozen import Frozen
from domain.interests import Concerns, Ties, check_may_decide
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.pausing import OnDesk
from domain.periods import financial_year
from domain.places import Level
from domain.policy.delegation import AuthorityScheme
from domain.policy.schemes import Tariff
from domain.refusals import Refusal, RoleNeeded
from domain.request import RequestContent, RequestKind
from domain.stages import ALLOWED_AT, ALLOWED_TO, DECIDING, REQUEST_ACTS, ActKind, Ending, Stage
from domain.tariff import price

_SIGNING = DECIDING - {ActKind.PRICE}
_OFFICERS = frozenset(OFFICERS)


class Priced(Frozen):
    """What the rules make of a needs profile, pence a year; nothing where a person prices it."""

    tier: str
    band: str | None
    annual_pence: int | None
    gross_pence: int | None
    """What the support costs before the school's share."""
    school_share_pence: int | None


class PotBeside(Frozen):
    """A pot in a financial year, before and after what the request takes of it; pence."""

    pot: str
    financial_year: int
    before_pence: int
    takes_pence: int
    after_pence: int


class PotTried(Frozen):
    """A pot that was asked for the whole, what it said, and what it has left today."""

    pot: str
    level: str
    answer: str
    available_pence: int


class ProposedOverspend(Frozen):
    """An overspend that one officer proposed for the request, and that waits for a second."""

    annual_pence: int
    authority: str
    by_you: bool


class Offer(Frozen):
    """An act that fits where the request stands, and what keeps this person from it now."""

    kind: ActKind
    not_now: str | None = None
    would_help: str | None = None


class AtDesk(Frozen):
    """A request as an officer decides it: requested, recommended, priced, and the money left."""

    request_id: UUID
    reference: str
    stage: Stage
    school_profile: NeedsProfile | None
    moderated: NeedsProfile | None
    recommended: Recommendation | None
    """Nothing where no panel, or officer in its place, reached a recommendation."""
    asked: Priced | None
    """What the rules make of the need as the school sees it; with a placing alone."""
    by_rules: Priced | None
    """What they make of the moderated need."""
    annual_pence: int | None
    """What was priced, by the rules or by an officer."""
    priced_by: str | None
    """The grade of the officer who priced what the rules do not."""
    by_school_pence: dict[str, int]
    school_spends_pence: int
    """What the schools say that they spend on these pupils already."""
    owed_annual_pence: int | None
    """What the pupils' plans set out."""
    plan_service: str | None
    """The service of the cluster's plan of which places are kept, where that takes no money."""
    money: tuple[PotBeside, ...]
    pots_tried: tuple[PotTried, ...]
    overspend: ProposedOverspend | None
    grade: str | None
    """The title of the grade in which the person would sign."""
    limit_pence: int | None
    offers: tuple[Offer, ...]
    decided_before: Ending | None
    """How the decision ended that stands already, where this one would take its place."""
    similar: tuple[SimilarCase, ...]

    @property
    def on_desk(self) -> OnDesk:
        """What a pause before an act has to know."""
        return OnDesk(
            recommended=self.recommended,
            annual_pence=self.annual_pence,
            left_pence=min((each.after_pence for each in self.money), default=None),
            decided_before=self.decided_before,
        )

    def offers_now(self, kind: ActKind) -> bool:
        """Whether the person may try an act now."""
        return any(each.kind is kind and each.not_now is None for each in self.offers)


def at_desk(session: Session, caller: Caller, request_id: UUID) -> AtDesk:
    """Read what an officer decides a request by; for officers whom nothing keeps out."""
    if not caller.holds(*OFFICERS):
        raise RoleNeeded("to see a request as officers do", "officers do")
    row = seen(session, caller, request_id)
    return _Desk(session, caller, row).told()


class _Desk:
    """One request and one officer, with what both are under: read once."""

    def __init__(self, session: Session, caller: Caller, row: RequestRow) -> None:
        self.session = session
        self.caller = caller
        self.row = row
        self.content: RequestContent = content_of(session, row)
        self.scheme = policy(session, row.pins["authority"], AuthorityScheme)
        self.placing = session.get(PlacingRow, row.placing_id) if row.placing_id else None

    @cached_property
    def owes_plan(self) -> bool:
        """Whether what is asked is owed by a plan; advice takes nothing from one."""
        return self.row.has_plan and self.content.kind is not RequestKind.ADVICE

    @cached_property
    def before(self) -> Ending | None:
        """How the last decision on the request ended, whether it stands or was sent back."""
        found = self.session.exec(
            select(DecisionRow.kind)
            .where(DecisionRow.request_id == self.row.id)
            .order_by(col(DecisionRow.number).desc())
            .limit(1)
        ).first()
        return Ending(found) if found else None

    def told(self) -> AtDesk:
        """Tell all of it."""
        row, placing = self.row, self.placing
        moderated = _profile(placing.profile) if placing else None
        signing = self._signing(ActKind.AUTHORISE)
        grade = next((g for g in self.scheme.grades if g.code == signing.grade), None)
        return AtDesk(
            request_id=row.id,
            reference=row.reference,
            stage=Stage(row.stage),
            school_profile=self.content.profile,
            moderated=moderated,
            recommended=_recommended(placing),
            asked=self._priced(self.content.profile) if placing else None,
            by_rules=self._priced(moderated) if placing else None,
            annual_pence=placing.annual_pence if placing else None,
            priced_by=self._titled(placing.inputs.get("priced_by")) if placing else None,
            by_school_pence=placing.by_school_pence if placing else {},
            school_spends_pence=sum(each.school_spends_pence for each in self.content.pupils),
            owed_annual_pence=row.owed_annual_pence if self.owes_plan else None,
            plan_service=self._plan_service(),
            money=tuple(self._money()),
            pots_tried=tuple(self._tried()),
            overspend=self._proposed(),
            grade=grade.title if grade else None,
            limit_pence=grade.limit_pence if grade else None,
            offers=tuple(self._offers()),
            decided_before=self.before,
            similar=similar_cases(self.session, self.caller, row, moderated) if placing else (),
        )

    def _priced(self, profile: NeedsProfile | None) -> Priced | None:
        """Price a profile by the request's own rules; nothing where they refuse to."""
        if profile is None and self.content.kind is not RequestKind.PROJECT:
            return None
        day = self.row.submitted_at.astimezone(LONDON).date()
        case = Case.from_content(self.content, profile, day)
        try:
            placing = place(case, continuum(self.session, self.row.pins))
            tariff = policy(self.session, self.row.pins["tariff"], Tariff)
            priced = price(case, placing.tier, tariff)
        except Refusal:
            return None
        return Priced(tier=placing.tier, **priced.model_dump(include=set(Priced.model_fields)))

    def _titled(self, code: str | None) -> str | None:
        return next((g.title for g in self.scheme.grades if g.code == code), code)

    def _plan_service(self) -> str | None:
        kept = self.placing.plan_provision_id if self.placing else None
        return self.session.get_one(PlanProvisionRow, kept).service if kept else None

    def _money(self) -> Iterator[PotBeside]:
        """What the request holds of each pot and year, while it is not decided."""
        if self.placing is None or Stage(self.row.stage) is Stage.DECIDED:
            return
        lines = self.placing.hold_lines if self.placing.hold_id else ()
        left = {
            (each.pot, each.financial_year): each
            for pot in {line["pot"] for line in lines}
            for each in ledger.balances(self.session, pot=pot)
        }
        for line in lines:
            found = left[line["pot"], line["financial_year"]]
            yield PotBeside(
                pot=line["pot"],
                financial_year=line["financial_year"],
                before_pence=found.available_pence + line["pence"],
                takes_pence=line["pence"],
                after_pence=found.available_pence,
            )

    def _tried(self) -> Iterator[PotTried]:
        tried = self.placing.pots_tried if self.placing else ()
        if not tried or Stage(self.row.stage) is Stage.DECIDED:
            return
        balances = ledger.balances(self.session, financial_year(self.caller.day))
        left = {each.pot: each.available_pence for each in balances}
        for each in tried:
            yield PotTried(**each, available_pence=left.get(each["pot"], 0))

    def _proposed(self) -> ProposedOverspend | None:
        found = self.session.exec(
            select(OverspendProposalRow)
            .where(
                OverspendProposalRow.request_id == self.row.id,
                OverspendProposalRow.placing_id == self.row.placing_id,
                col(OverspendProposalRow.seconded_by).is_(None),
            )
            .order_by(col(OverspendProposalRow.proposed_at).desc())
            .limit(1)
        ).first()
        if found is None or self.placing is None:
            return None
        by_you = found.proposed_by == self.caller.person.id
        return ProposedOverspend(annual_pence=found.pence, authority=found.authority, by_you=by_you)

    def _offers(self) -> Iterator[Offer]:
        """Each act of an officer's that fits here, with what keeps this officer from it."""
        stage = Stage(self.row.stage)
        for kind in ActKind:
            fits = kind in REQUEST_ACTS and stage in ALLOWED_AT[kind]
            if fits and ALLOWED_TO[kind] & _OFFICERS:
                yield self._offer(kind)

    def _offer(self, kind: ActKind) -> Offer:
        try:
            self._check(kind)
        except Refusal as refusal:
            return Offer(kind=kind, not_now=refusal.in_the_way, would_help=refusal.help)
        return Offer(kind=kind)

    def _check(self, kind: ActKind) -> None:
        """Refuse what the record already shows to be not this officer's, or not for this case."""
        if kind in DECIDING:
            check_may_decide(self._ties, self._case, (), panel_rules(self.session, self.row.pins))
        if kind in _SIGNING:
            if kind is ActKind.DECLINE:
                check_owed(kind, 0, self.row.owed_annual_pence, has_plan=self.owes_plan)
            signing = self._signing(kind)
            if self.owes_plan:
                check_decides_for_plan(signing.grade, self.scheme)
            check_authority(signing, self.scheme)

    @cached_property
    def _ties(self) -> Ties:
        return ties_of(self.session, self.caller)

    @cached_property
    def _case(self) -> Concerns:
        return concerns_of(self.session, self.row, self.caller.day)

    def _signing(self, kind: ActKind) -> Signing:
        """What would be signed, in the lowest of the officer's grades that covers it."""
        priced = self.placing.annual_pence if self.placing else None
        # Another amount is typed on the form: there its limit is looked at.
        names_amount = kind in (ActKind.AUTHORISE_DIFFERENTLY, ActKind.DECLINE)
        amount = 0 if names_amount else priced or 0
        signing = Signing(
            grade="",
            level=Level(self.row.level),
            annual_pence=amount,
            divisions=self._divisions(),
            key_decision=self._key_decision(amount),
            overspend=kind is ActKind.AUTHORISE_OVERSPEND,
            on=self.caller.day,
        )
        held = self.caller.grades
        grade = grade_to_sign(held, signing, self.scheme) if held else ""
        return signing.model_copy(update={"grade": grade})

    def _divisions(self) -> tuple[str, ...]:
        marked = self.row.why.get("significant_for", [])
        return tuple(sorted({*self.content.electoral_divisions, *marked}))

    def _key_decision(self, amount: int) -> KeyDecision | None:
        recorded = self.row.why.get("key_decision")
        if not recorded or amount > recorded["annual_pence"]:
            return None
        facts = {name: recorded[name] for name in ("number", "effective_on")}
        return KeyDecision.model_validate(facts, strict=False)


def _profile(written: object) -> NeedsProfile | None:
    return NeedsProfile.model_validate(written, strict=False) if written else None


def _recommended(placing: PlacingRow | None) -> Recommendation | None:
    if placing is None or placing.recommendation not in set(Recommendation):
        return None
    return Recommendation(placing.recommendation)
