"""Re-adding the whole ledger from its postings: every law, and each place where one is broken.

It reads only, trusts no balance, and finds what was altered behind the verbs' backs.
"""

from sqlalchemy import text
from sqlmodel import Session

from domain.ledger.answers import Difference

_ENTRIES_BALANCE = """
SELECT e.id::text AS subject, '0' AS expected,
    coalesce(sum(p.pence), 0)::text || ' in ' || count(p.pence) || ' postings' AS found
FROM ledger_entry AS e LEFT JOIN ledger_posting AS p ON p.entry_id = e.id
GROUP BY e.id, e.verb
HAVING coalesce(sum(p.pence), 0) <> 0
    OR CASE WHEN e.verb = 'open' THEN count(p.pence) <> 0 ELSE count(p.pence) < 2 END
"""

_CONTENT_IS_AS_SEALED = """
SELECT e.id::text AS subject, encode(e.content_hash, 'hex') AS expected,
    encode(sha256(convert_to(e.content::text, 'UTF8')), 'hex') AS found
FROM ledger_entry AS e
WHERE e.content_hash <> sha256(convert_to(e.content::text, 'UTF8'))
"""

_COLUMNS_SAY_WHAT_THE_CONTENT_SAYS = """
SELECT e.id::text AS subject, e.content ->> c.key AS expected, c.value AS found
FROM ledger_entry AS e
CROSS JOIN LATERAL jsonb_each_text(
    to_jsonb(e) - ARRAY[
        'id', 'number', 'recorded_at', 'content', 'content_hash', 'resolves_id',
        'policy_version_ids'
    ] || jsonb_build_object('hold_id', e.resolves_id)
) AS c
WHERE c.value IS DISTINCT FROM e.content ->> c.key
"""

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

_NOTHING_IS_BELOW_ITS_FLOOR = """
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage) AS subject,
    'at least ' || coalesce(a.floor_pence, 0) AS expected, a.balance_pence::text AS found
FROM ledger_account AS a
WHERE a.balance_pence < a.floor_pence
    OR (a.balance_pence < 0 AND a.floor_pence IS NULL AND a.stage <> 'available')
"""

_WHAT_IS_FOLLOWED_IS_WHAT_IT_SHOULD_BE = """
SELECT e.id::text AS subject, l.expected, coalesce(f.verb, 'nothing') AS found
FROM ledger_entry AS e
CROSS JOIN LATERAL (VALUES
    (e.resolves_id, 'hold'), (e.commitment_id, 'commit'), (e.reverses_id, 'allocate commit pay')
) AS l (followed, expected)
LEFT JOIN ledger_entry AS f ON f.id = l.followed
WHERE l.followed IS NOT NULL AND coalesce(f.verb, '') <> ALL (string_to_array(l.expected, ' '))
"""

_HELD_MONEY_IS_THE_OPEN_HOLDS = """
WITH open_hold AS (
    SELECT l.pot, l.financial_year, l.pence
    FROM ledger_entry AS e
    CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'lines')
        AS l (pot text, financial_year integer, pence bigint)
    WHERE e.verb = 'hold'
        AND NOT EXISTS (SELECT FROM ledger_entry AS r WHERE r.resolves_id = e.id)
)
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage) AS subject,
    coalesce(sum(h.pence), 0)::text AS expected, a.balance_pence::text AS found
FROM ledger_account AS a
LEFT JOIN open_hold AS h ON (h.pot, h.financial_year) = (a.pot, a.financial_year)
WHERE a.stage = 'held'
GROUP BY a.id HAVING a.balance_pence <> coalesce(sum(h.pence), 0)
"""

_PROMISED_AND_PAID_MONEY_IS_THE_INSTALMENTS = """
WITH standing AS (
    SELECT i.pot, i.financial_year, i.pence, EXISTS (
        SELECT FROM ledger_entry AS p
        WHERE p.verb = 'pay' AND p.commitment_id = i.commit_id AND p.instalment_number = i.number
            AND NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = p.id)
    ) AS is_paid
    FROM ledger_commitment_instalment AS i
    WHERE NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = i.commit_id)
)
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage) AS subject,
    coalesce(sum(s.pence), 0)::text AS expected, a.balance_pence::text AS found
FROM ledger_account AS a
LEFT JOIN standing AS s ON (s.pot, s.financial_year) = (a.pot, a.financial_year)
    AND s.is_paid = (a.stage = 'paid')
WHERE a.stage IN ('committed', 'paid')
GROUP BY a.id HAVING a.balance_pence <> coalesce(sum(s.pence), 0)
"""

_POSTINGS_ARE_WHAT_THE_VERB_MAKES = """
WITH line AS (
    SELECT e.id, e.verb, e.resolves_id, e.reverses_id, e.content ->> 'source_pot' AS source_pot,
        l.pot, l.financial_year, l.pence
    FROM ledger_entry AS e
    CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'lines')
        AS l (pot text, financial_year integer, pence bigint)
),
move AS (
    SELECT line.id, line.pot, line.financial_year, m.stage, m.sign * line.pence AS pence
    FROM line JOIN (VALUES
        ('allocate', 'available', 1), ('hold', 'available', -1), ('hold', 'held', 1),
        ('commit', 'available', -1), ('commit', 'committed', 1),
        ('pay', 'committed', -1), ('pay', 'paid', 1)
    ) AS m (verb, stage, sign) ON m.verb = line.verb
    UNION ALL
    SELECT id, source_pot, financial_year, 'available', -pence FROM line WHERE verb = 'allocate'
    UNION ALL
    SELECT e.id, h.pot, h.financial_year, m.stage, m.sign * h.pence
    FROM ledger_entry AS e JOIN line AS h ON h.id = e.resolves_id
    CROSS JOIN (VALUES ('held', -1), ('available', 1)) AS m (stage, sign)
    UNION ALL
    SELECT e.id, c.pot, c.financial_year, m.stage, m.sign * c.pence
    FROM ledger_entry AS e JOIN line AS c ON c.id = e.reverses_id AND c.verb = 'commit'
    CROSS JOIN (VALUES ('committed', -1), ('available', 1)) AS m (stage, sign)
    UNION ALL
    SELECT e.id, a.pot, a.financial_year, a.stage, -p.pence
    FROM ledger_entry AS e JOIN ledger_entry AS f ON f.id = e.reverses_id AND f.verb <> 'commit'
    JOIN ledger_posting AS p ON p.entry_id = f.id JOIN ledger_account AS a ON a.id = p.account_id
),
side AS (
    SELECT id, pot, financial_year, stage, pence AS expected, 0 AS found FROM move
    UNION ALL
    SELECT p.entry_id, a.pot, a.financial_year, a.stage, 0, p.pence
    FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
)
SELECT concat_ws(' ', id, pot, financial_year, stage) AS subject,
    sum(expected)::text AS expected, sum(found)::text AS found
FROM side GROUP BY id, pot, financial_year, stage HAVING sum(expected) <> sum(found)
"""

_CHECKS = {
    "entry_does_not_balance": text(_ENTRIES_BALANCE),
    "content_differs_from_its_hash": text(_CONTENT_IS_AS_SEALED),
    "column_differs_from_content": text(_COLUMNS_SAY_WHAT_THE_CONTENT_SAYS),
    "balance_differs_from_postings": text(_BALANCE_IS_THE_SUM),
    "running_balance_differs": text(_RUNNING_BALANCES_FOLLOW),
    "balance_below_floor": text(_NOTHING_IS_BELOW_ITS_FLOOR),
    "follows_the_wrong_entry": text(_WHAT_IS_FOLLOWED_IS_WHAT_IT_SHOULD_BE),
    "held_differs_from_open_holds": text(_HELD_MONEY_IS_THE_OPEN_HOLDS),
    "stage_differs_from_instalments": text(_PROMISED_AND_PAID_MONEY_IS_THE_INSTALMENTS),
    "postings_differ_from_verb": text(_POSTINGS_ARE_WHAT_THE_VERB_MAKES),
}


def verify(session: Session) -> list[Difference]:
    """Re-add everything from the postings and list each difference: none in a sound ledger.

    Run it in a transaction that sees one instant (repeatable read) while others are posting.
    """
    connection = session.connection()
    return [
        Difference(kind=kind, subject=row.subject, expected=str(row.expected), found=str(row.found))
        for kind, check in _CHECKS.items()
        for row in connection.execute(check)
    ]
