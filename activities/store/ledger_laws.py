"""The laws of the ledger, each with a query for the places where it is broken; nothing asks here.

The queries know what the verbs do and call none of their functions: whoever could alter a balance
could alter a function too. Rows that agree are left out, so a sound ledger answers with none.
"""

from domain.frozen import Frozen


class Law(Frozen):
    """Something that holds of every sound ledger."""

    kind: str
    """What a difference is called where it does not hold."""
    says: str
    query: str
    """Gives subject, expected and found of each place where it is broken."""


_ENTRIES_BALANCE = """
SELECT e.id::text AS subject, '0' AS expected,
    coalesce(sum(p.pence), 0)::text || ' in ' || count(p.pence) || ' postings' AS found
FROM ledger_entry AS e LEFT JOIN ledger_posting AS p ON p.entry_id = e.id
GROUP BY e.id, e.verb
HAVING coalesce(sum(p.pence), 0) <> 0 OR CASE
    WHEN e.verb IN ('open', 'close', 'close_accounts', 'reopen') THEN count(p.pence) <> 0
    ELSE count(p.pence) < 2
END
"""

_YEARS_BALANCE = """
SELECT a.financial_year::text AS subject, '0' AS expected, sum(a.balance_pence)::text AS found
FROM ledger_account AS a GROUP BY a.financial_year HAVING sum(a.balance_pence) <> 0
"""

_POSTINGS_NAME_SOMETHING = """
SELECT concat_ws(' ', p.entry_id, p.account_id) AS subject,
    'an entry and an account' AS expected,
    concat_ws(' and ', coalesce(e.verb, 'no entry'), coalesce(a.pot, 'no account')) AS found
FROM ledger_posting AS p LEFT JOIN ledger_entry AS e ON e.id = p.entry_id
LEFT JOIN ledger_account AS a ON a.id = p.account_id
WHERE e.id IS NULL OR a.id IS NULL
"""

_CONTENT_HAS_ITS_HASH = """
SELECT e.id::text AS subject, encode(e.content_hash, 'hex') AS expected,
    encode(sha256(convert_to(e.content::text, 'UTF8')), 'hex') AS found
FROM ledger_entry AS e
WHERE e.content_hash <> sha256(convert_to(e.content::text, 'UTF8'))
"""

SAID_IN_COLUMNS = (
    *("verb", "effective_on", "financial_year", "period", "academic_year", "request_id"),
    *("award_id", "instalment_number", "attempt", "decision_id", "act_id", "actor_id"),
    *("policy_version_ids", "reason", "authority", "section_251_line", "cost_centre"),
    *("reference", "run_id", "belongs_to", "hold_id", "reverses_id", "commitment_id"),
)
"""What an entry's content says that has a column of its own; a hold is ended by `resolves_id`."""

_AS_SAID = ", ".join(f"{name} text" for name in SAID_IN_COLUMNS)
_AS_WRITTEN = ", ".join(
    f"e.{'resolves_id' if name == 'hold_id' else name}::text" for name in SAID_IN_COLUMNS
)

# Looked at as whole rows; only where they differ it is asked in which column.
_COLUMNS_SAY_WHAT_THE_CONTENT_SAYS = f"""
SELECT concat_ws(' ', e.id, k.key) AS subject,
    coalesce(e.content ->> k.key, 'nothing') AS expected,
    coalesce(w.columns ->> k.key, 'nothing') AS found
FROM ledger_entry AS e
CROSS JOIN LATERAL (
    SELECT to_jsonb(e) || jsonb_build_object('hold_id', e.resolves_id) AS columns
) AS w
CROSS JOIN unnest('{{{",".join(SAID_IN_COLUMNS)}}}'::text[]) AS k (key)
WHERE ROW({_AS_WRITTEN})
        IS DISTINCT FROM (SELECT c FROM jsonb_to_record(e.content) AS c ({_AS_SAID}))
    AND e.content ->> k.key IS DISTINCT FROM w.columns ->> k.key
"""  # noqa: S608  our own text

_BALANCE_IS_THE_SUM = """
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage) AS subject,
    coalesce(sum(p.pence), 0) || ' in ' || count(p.pence) || ' postings' AS expected,
    a.balance_pence || ' in ' || a.posting_count || ' postings' AS found
FROM ledger_account AS a LEFT JOIN ledger_posting AS p ON p.account_id = a.id
GROUP BY a.id
HAVING a.balance_pence <> coalesce(sum(p.pence), 0) OR a.posting_count <> count(p.pence)
"""

_RUNNING_BALANCES_FOLLOW = """
SELECT concat_ws(' ', 'account', r.account_id, 'position', r.position) AS subject,
    r.expected_pence || ' at ' || r.expected_position AS expected,
    r.running_pence || ' at ' || r.position AS found
FROM (
    SELECT p.account_id, p.position, p.running_pence,
        sum(p.pence) OVER w AS expected_pence, row_number() OVER w AS expected_position
    FROM ledger_posting AS p WINDOW w AS (PARTITION BY p.account_id ORDER BY p.position)
) AS r
WHERE r.running_pence <> r.expected_pence OR r.position <> r.expected_position
"""

_FLOORS_ARE_WHAT_OPENING_MADE_THEM = """
WITH opening AS (
    SELECT l.pot, l.financial_year, min(e.recorded_at) AS opened_at
    FROM ledger_entry AS e CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'lines')
        AS l (pot text, financial_year integer)
    WHERE e.verb = 'open' GROUP BY l.pot, l.financial_year
),
account AS (
    SELECT a.*, o.opened_at AS was_opened_at, CASE
            WHEN a.stage <> 'available' THEN 0
            WHEN o.opened_at IS NOT NULL AND a.pot NOT IN (
                'high_needs_block', 'deficit', 'opening', 'closing', 'recouped'
            ) THEN 0
        END AS floor_is
    FROM ledger_account AS a LEFT JOIN opening AS o USING (pot, financial_year)
)
SELECT concat_ws(' ', pot, financial_year, stage) AS subject,
    concat_ws(' ', 'opened', coalesce(was_opened_at::text, 'never'), 'at least',
        coalesce(floor_is::text, 'anything')) AS expected,
    concat_ws(' ', 'opened', coalesce(opened_at::text, 'never'), 'at least',
        coalesce(floor_pence::text, 'anything')) AS found
FROM account
WHERE opened_at IS DISTINCT FROM was_opened_at OR floor_pence IS DISTINCT FROM floor_is
"""

_NOTHING_IS_BELOW_ITS_FLOOR = """
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage) AS subject,
    'at least ' || coalesce(a.floor_pence, 0) AS expected, a.balance_pence::text AS found
FROM ledger_account AS a
WHERE a.balance_pence < a.floor_pence
    OR (a.balance_pence < 0 AND a.floor_pence IS NULL AND a.stage <> 'available')
"""

_WHAT_IS_FOLLOWED_IS_WHAT_IT_SHOULD_BE = """
SELECT e.id::text AS subject, l.expected || ' before it' AS expected, CASE
        WHEN f.number > e.number THEN f.verb || ' after it' ELSE coalesce(f.verb, 'nothing')
    END AS found
FROM ledger_entry AS e
CROSS JOIN LATERAL (VALUES
    (e.resolves_id, 'hold'), (e.commitment_id, 'commit'),
    (e.reverses_id, 'allocate commit pay vire recoup cancel authorise_overspend')
) AS l (followed, expected)
LEFT JOIN ledger_entry AS f ON f.id = l.followed
WHERE l.followed IS NOT NULL AND (
    coalesce(f.verb, '') <> ALL (string_to_array(l.expected, ' ')) OR f.number > e.number
)
"""

_INSTALMENTS_ARE_AS_PROMISED = """
SELECT concat_ws(' ', coalesce(s.id, i.commit_id), coalesce(s.number, i.number)) AS subject,
    CASE WHEN s.id IS NULL THEN 'nothing' ELSE concat_ws(
        ' ', s.due_on, s.pot, s.financial_year, s.period, s.pence) END AS expected,
    CASE WHEN i.commit_id IS NULL THEN 'nothing' ELSE concat_ws(
        ' ', i.due_on, i.pot, i.financial_year, i.period, i.pence) END AS found
FROM (
    SELECT e.id, l.* FROM ledger_entry AS e
    CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'instalments') AS l (
        number integer, due_on date, pot text, financial_year integer, period smallint, pence bigint
    )
    WHERE e.verb = 'commit'
) AS s
FULL JOIN ledger_commitment_instalment AS i ON i.commit_id = s.id AND i.number = s.number
WHERE (s.due_on, s.pot, s.financial_year, s.period, s.pence)
    IS DISTINCT FROM (i.due_on, i.pot, i.financial_year, i.period, i.pence)
"""

_PAYMENTS_ARE_OF_INSTALMENTS = """
SELECT e.id::text AS subject,
    coalesce(concat_ws(' ', i.pot, i.financial_year, i.pence), 'no instalment') AS expected,
    e.content ->> 'lines' AS found
FROM ledger_entry AS e LEFT JOIN ledger_commitment_instalment AS i
    ON i.commit_id = e.commitment_id AND i.number = e.instalment_number
WHERE e.verb = 'pay' AND e.content -> 'lines' IS DISTINCT FROM jsonb_build_array(
    jsonb_build_object('pot', i.pot, 'financial_year', i.financial_year, 'pence', i.pence)
)
"""

LAWS = (
    Law(
        kind="entry_does_not_balance",
        says="The postings of an entry add up to nought, and there are two at least.",
        query=_ENTRIES_BALANCE,
    ),
    Law(
        kind="year_does_not_balance",
        says="Each financial year balances by itself.",
        query=_YEARS_BALANCE,
    ),
    Law(
        kind="posting_names_nothing",
        says="A posting belongs to an entry and to an account.",
        query=_POSTINGS_NAME_SOMETHING,
    ),
    Law(
        kind="content_differs_from_its_hash",
        says="What an entry says is what it said when its hash was taken.",
        query=_CONTENT_HAS_ITS_HASH,
    ),
    Law(
        kind="column_differs_from_content",
        says="The columns of an entry say what its content says.",
        query=_COLUMNS_SAY_WHAT_THE_CONTENT_SAYS,
    ),
    Law(
        kind="balance_differs_from_postings",
        says="A balance is the sum of its postings.",
        query=_BALANCE_IS_THE_SUM,
    ),
    Law(
        kind="running_balance_differs",
        says="A running balance is the one before it and its posting, without a gap.",
        query=_RUNNING_BALANCES_FOLLOW,
    ),
    Law(
        kind="account_differs_from_opening",
        says="An account is open since it was opened, and may go as low as its pot may.",
        query=_FLOORS_ARE_WHAT_OPENING_MADE_THEM,
    ),
    Law(
        kind="balance_below_floor",
        says="No limited balance is below its floor.",
        query=_NOTHING_IS_BELOW_ITS_FLOOR,
    ),
    Law(
        kind="follows_the_wrong_entry",
        says="An entry follows an earlier one of the verb that its own verb follows.",
        query=_WHAT_IS_FOLLOWED_IS_WHAT_IT_SHOULD_BE,
    ),
    Law(
        kind="instalment_differs_from_commitment",
        says="The instalments are those that the commitment's entry names.",
        query=_INSTALMENTS_ARE_AS_PROMISED,
    ),
    Law(
        kind="payment_differs_from_instalment",
        says="A payment pays one instalment of its commitment, whole.",
        query=_PAYMENTS_ARE_OF_INSTALMENTS,
    ),
)
