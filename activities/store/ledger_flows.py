"""The laws of how money moves: what each verb posts, what stands at each stage, what is closed.

As in `ledger_laws`, the queries say once more what the verbs do, and call none of their functions.
"""

from activities.store.ledger_laws import Law

# Where a promise of a pot and a year stands after each carrying forward, and after the closing of a
# year with nothing to carry, by the entry's number.
_MOVED_ON = """
WITH RECURSIVE carry AS (
    SELECT a.pot, a.financial_year AS year, e.number AS since
    FROM ledger_account AS a JOIN ledger_entry AS e ON e.id = coalesce(a.carried_by, a.closed_by)
    WHERE a.stage = 'committed'
),
moved_on AS (
    SELECT pot, year AS from_year, year + 1 AS to_year, since FROM carry
    UNION ALL
    SELECT m.pot, m.from_year, c.year + 1, greatest(m.since, c.since)
    FROM moved_on AS m JOIN carry AS c ON c.pot = m.pot AND c.year = m.to_year
),
"""

_YEAR_AT = """coalesce((
    SELECT max(m.to_year) FROM moved_on AS m
    WHERE m.pot = {of}.pot AND m.from_year = {of}.financial_year AND m.since < {at}
), {of}.financial_year)"""

_UNDONE = "EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = {of}.id)"

_ENDED_BY_CANCELLING = """EXISTS (
    SELECT FROM ledger_entry AS c
    WHERE c.commitment_id = i.commit_id AND c.verb = 'cancel' AND c.number < {at}
        AND c.content -> 'instalment_numbers' @> to_jsonb(i.number) AND NOT EXISTS (
            SELECT FROM ledger_entry AS back WHERE back.reverses_id = c.id AND back.number < {at}
        )
)"""

_EVER = str(2**62)

_HELD_MONEY_IS_THE_OPEN_HOLDS = f"""
{_MOVED_ON}
open_hold AS (
    SELECT l.pot, {_YEAR_AT.format(of="l", at=_EVER)} AS financial_year, l.pence
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
"""  # noqa: S608  our own text

_PROMISED_MONEY_IS_THE_INSTALMENTS = f"""
{_MOVED_ON}
standing AS (
    SELECT i.pot, {_YEAR_AT.format(of="i", at=_EVER)} AS financial_year, i.pence
    FROM ledger_commitment_instalment AS i
    WHERE NOT EXISTS (SELECT FROM ledger_entry AS back WHERE back.reverses_id = i.commit_id)
        AND NOT EXISTS (
            SELECT FROM ledger_entry AS p
            WHERE p.verb = 'pay' AND p.commitment_id = i.commit_id
                AND p.instalment_number = i.number AND NOT {_UNDONE.format(of="p")}
        )
        AND NOT {_ENDED_BY_CANCELLING.format(at=_EVER)}
)
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage) AS subject,
    coalesce(sum(s.pence), 0)::text AS expected, a.balance_pence::text AS found
FROM ledger_account AS a
LEFT JOIN standing AS s ON (s.pot, s.financial_year) = (a.pot, a.financial_year)
WHERE a.stage = 'committed'
GROUP BY a.id HAVING a.balance_pence <> coalesce(sum(s.pence), 0)
"""  # noqa: S608  our own text

_AN_INSTALMENT_ENDS_ONCE = f"""
WITH ended AS (
    SELECT e.commitment_id, e.instalment_number, e.id FROM ledger_entry AS e
    WHERE e.verb = 'pay' AND NOT {_UNDONE.format(of="e")}
    UNION ALL
    SELECT e.commitment_id, n.value::integer, e.id FROM ledger_entry AS e
    CROSS JOIN LATERAL jsonb_array_elements_text(e.content -> 'instalment_numbers') AS n
    WHERE e.verb = 'cancel' AND NOT {_UNDONE.format(of="e")}
)
SELECT concat_ws(' ', commitment_id, instalment_number) AS subject, '1 end' AS expected,
    count(*) || ' ends by ' || string_agg(id::text, ' ') AS found
FROM ended GROUP BY commitment_id, instalment_number HAVING count(*) > 1
"""  # noqa: S608  our own text

_NO_MORE_COMES_BACK_THAN_WAS_PAID = f"""
SELECT concat_ws(' ', e.commitment_id, l.pot) AS subject,
    'at most ' || coalesce(sum(l.pence) FILTER (WHERE e.verb = 'pay'), 0) AS expected,
    sum(l.pence) FILTER (WHERE e.verb = 'recoup') || ' taken back' AS found
FROM ledger_entry AS e
CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'lines') AS l (pot text, pence bigint)
WHERE e.verb IN ('pay', 'recoup') AND NOT {_UNDONE.format(of="e")} AND e.commitment_id IN (
    SELECT r.commitment_id FROM ledger_entry AS r WHERE r.verb = 'recoup'
)
GROUP BY e.commitment_id, l.pot
HAVING sum(CASE e.verb WHEN 'pay' THEN l.pence ELSE -l.pence END) < 0
"""  # noqa: S608  our own text

# Each verb's movements, said once more. What follows a hold or a promise follows it into the year
# to which it was carried. Money taken back from a payee comes out of what was paid or, in a later
# year, out of the pot recouped: the two are looked at as one.
_POSTINGS_ARE_WHAT_THE_VERB_MAKES = f"""
{_MOVED_ON}
line AS (
    SELECT e.id, e.number, e.verb, e.resolves_id, e.commitment_id, CASE
            WHEN e.verb = 'authorise_overspend' THEN 'deficit'
            WHEN e.verb = 'recoup' AND e.commitment_id IS NULL THEN 'recouped'
            WHEN e.verb = 'recoup' THEN 'taken back'
            ELSE coalesce(e.content ->> 'source_pot', e.content ->> 'from_pot')
        END AS source_pot, l.*
    FROM ledger_entry AS e
    CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'lines') AS l (
        pot text, financial_year integer, pence bigint, stage text, into_pot text, into_stage text
    )
    WHERE e.verb NOT IN ('open', 'close_accounts')
),
following AS (
    SELECT e.id, h.pot, {_YEAR_AT.format(of="h", at="e.number")} AS financial_year, h.pence,
        'held' AS out_of, 'available' AS into_stage
    FROM ledger_entry AS e JOIN line AS h ON h.id = e.resolves_id
    UNION ALL
    SELECT l.id, l.pot, {_YEAR_AT.format(of="l", at="l.number")}, l.pence, 'committed', 'paid'
    FROM line AS l WHERE l.verb = 'pay'
    UNION ALL
    SELECT e.id, i.pot, {_YEAR_AT.format(of="i", at="e.number")}, i.pence, 'committed', 'available'
    FROM ledger_entry AS e JOIN ledger_commitment_instalment AS i ON i.commit_id = e.commitment_id
        AND e.content -> 'instalment_numbers' @> to_jsonb(i.number)
    WHERE e.verb = 'cancel'
    UNION ALL
    SELECT e.id, i.pot, {_YEAR_AT.format(of="i", at="e.number")}, i.pence, 'committed', 'available'
    FROM ledger_entry AS e JOIN ledger_commitment_instalment AS i ON i.commit_id = e.reverses_id
    WHERE NOT {_ENDED_BY_CANCELLING.format(at="e.number")}
),
undoing AS (
    SELECT e.id, e.number, f.verb, a.pot, a.stage, a.financial_year, p.pence,
        {_YEAR_AT.format(of="a", at="e.number")} AS now_in, EXISTS (
            SELECT FROM ledger_entry AS c WHERE c.id = a.closed_by AND c.number < e.number
        ) AS is_closed
    FROM ledger_entry AS e JOIN ledger_entry AS f ON f.id = e.reverses_id AND f.verb <> 'commit'
    JOIN ledger_posting AS p ON p.entry_id = f.id JOIN ledger_account AS a ON a.id = p.account_id
),
move AS (
    SELECT l.id, l.pot, l.financial_year, m.stage, m.sign * l.pence AS pence
    FROM line AS l JOIN (VALUES
        ('hold', 'available', -1), ('hold', 'held', 1), ('commit', 'available', -1),
        ('commit', 'committed', 1), ('allocate', 'available', 1), ('vire', 'available', 1),
        ('authorise_overspend', 'available', 1), ('recoup', 'available', 1)
    ) AS m (verb, stage, sign) ON m.verb = l.verb
    UNION ALL
    SELECT id, source_pot, financial_year, 'available', -pence
    FROM line WHERE source_pot IS NOT NULL
    UNION ALL
    SELECT l.id, m.pot, m.financial_year, m.stage, m.pence
    FROM line AS l CROSS JOIN LATERAL (VALUES
        (l.pot, l.financial_year, l.stage, -l.pence),
        ('closing', l.financial_year, 'available', l.pence),
        ('opening', l.financial_year + 1, 'available', -l.pence),
        (l.into_pot, l.financial_year + 1, l.into_stage, l.pence)
    ) AS m (pot, financial_year, stage, pence)
    WHERE l.verb = 'carry_forward'
    UNION ALL
    SELECT f.id, f.pot, f.financial_year, m.stage, m.pence
    FROM following AS f
    CROSS JOIN LATERAL (VALUES (f.out_of, -f.pence), (f.into_stage, f.pence)) AS m (stage, pence)
    UNION ALL
    SELECT id, pot, CASE verb WHEN 'cancel' THEN now_in ELSE financial_year END, stage, -pence
    FROM undoing WHERE verb <> 'pay'
    UNION ALL
    SELECT u.id, m.pot, m.financial_year, m.stage, m.pence
    FROM undoing AS u CROSS JOIN LATERAL (VALUES
        (u.pot, u.financial_year, 'paid', -u.pence,
            NOT (u.is_closed AND u.now_in > u.financial_year)),
        ('closing', u.financial_year, 'available', u.pence,
            NOT u.is_closed AND u.now_in > u.financial_year),
        ('opening', u.now_in, 'available', -u.pence, u.now_in > u.financial_year),
        (u.pot, u.now_in, 'committed', u.pence, true)
    ) AS m (pot, financial_year, stage, pence, is_made)
    WHERE u.verb = 'pay' AND u.stage = 'paid' AND m.is_made
),
taking_back AS (
    SELECT id FROM ledger_entry WHERE verb = 'recoup' AND commitment_id IS NOT NULL
),
side AS (
    SELECT id, pot, financial_year, stage, pence AS expected, 0 AS found FROM move
    UNION ALL
    SELECT p.entry_id, CASE WHEN t.id IS NULL THEN a.pot ELSE 'taken back' END, a.financial_year,
        CASE WHEN t.id IS NULL THEN a.stage ELSE 'available' END, 0, p.pence
    FROM ledger_posting AS p JOIN ledger_account AS a ON a.id = p.account_id
    LEFT JOIN taking_back AS t ON t.id = p.entry_id AND (a.stage = 'paid' OR a.pot = 'recouped')
)
SELECT concat_ws(' ', id, pot, financial_year, stage) AS subject,
    sum(expected)::text AS expected, sum(found)::text AS found
FROM side GROUP BY id, pot, financial_year, stage HAVING sum(expected) <> sum(found)
"""  # noqa: S608  our own text

_PERIODS_ARE_AS_THEIR_ENTRIES_LEFT_THEM = """
WITH last_turn AS (
    SELECT DISTINCT ON (financial_year, period) financial_year, period, id, verb
    FROM ledger_entry WHERE verb IN ('close', 'reopen')
    ORDER BY financial_year, period, number DESC
)
SELECT concat_ws('/', financial_year, period) AS subject,
    coalesce(t.verb || ' by ' || t.id, 'no entry') AS expected,
    CASE WHEN p.is_closed THEN 'close by ' || p.entry_id WHEN NOT p.is_closed
        THEN 'reopen by ' || p.entry_id ELSE 'nothing' END AS found
FROM last_turn AS t FULL JOIN ledger_period AS p USING (financial_year, period)
WHERE (t.id, t.verb = 'close') IS DISTINCT FROM (p.entry_id, p.is_closed)
"""

_NOTHING_IS_ENTERED_IN_A_CLOSED_PERIOD = """
WITH turn AS (
    SELECT financial_year, period, verb, number AS since,
        lead(number) OVER (PARTITION BY financial_year, period ORDER BY number) AS until
    FROM ledger_entry WHERE verb IN ('close', 'reopen')
)
SELECT e.id::text AS subject, 'an open period' AS expected,
    concat_ws('/', e.financial_year, e.period) || ', closed' AS found
FROM turn AS t JOIN ledger_entry AS e USING (financial_year, period)
WHERE t.verb = 'close' AND e.number > t.since AND e.number < coalesce(t.until, e.number + 1)
"""

_ACCOUNTS_ARE_CLOSED_AND_CARRIED_BY_AN_ENTRY = """
WITH mark AS (
    SELECT a.id, m.by, m.verb FROM ledger_account AS a CROSS JOIN LATERAL (VALUES
        (a.closed_by, 'close_accounts'), (a.carried_by, 'carry_forward')
    ) AS m (by, verb)
    WHERE m.by IS NOT NULL
),
named AS (
    SELECT DISTINCT a.id, e.id AS by, e.verb
    FROM ledger_entry AS e CROSS JOIN LATERAL jsonb_to_recordset(e.content -> 'lines')
        AS l (pot text, financial_year integer, stage text)
    JOIN ledger_account AS a ON a.pot = l.pot AND a.financial_year = l.financial_year
    WHERE e.verb = 'close_accounts' OR (
        e.verb = 'carry_forward' AND l.stage <> 'available' AND a.stage IN ('held', 'committed')
    )
)
SELECT concat_ws(' ', a.pot, a.financial_year, a.stage, verb) AS subject,
    coalesce(n.by::text, 'no entry') AS expected, coalesce(m.by::text, 'no entry') AS found
FROM named AS n FULL JOIN mark AS m USING (id, verb) JOIN ledger_account AS a USING (id)
WHERE n.by IS DISTINCT FROM m.by
"""

_NOTHING_IS_POSTED_TO_A_CLOSED_ACCOUNT = """
SELECT concat_ws(' ', e.id, a.pot, a.financial_year, a.stage) AS subject,
    'an open account' AS expected, 'closed by ' || c.id AS found
FROM ledger_account AS a
JOIN ledger_entry AS c ON c.id IN (a.closed_by, a.carried_by)
JOIN ledger_posting AS p ON p.account_id = a.id
JOIN ledger_entry AS e ON e.id = p.entry_id AND e.number > c.number
"""

FLOWS = (
    Law(
        kind="held_differs_from_open_holds",
        says="What is held is the holds that have not ended.",
        query=_HELD_MONEY_IS_THE_OPEN_HOLDS,
    ),
    Law(
        kind="stage_differs_from_instalments",
        says="What is committed is the instalments that may still fall due.",
        query=_PROMISED_MONEY_IS_THE_INSTALMENTS,
    ),
    Law(
        kind="instalment_ended_twice",
        says="An instalment is paid or cancelled, and once.",
        query=_AN_INSTALMENT_ENDS_ONCE,
    ),
    Law(
        kind="more_taken_back_than_paid",
        says="No more comes back on a commitment than was paid on it.",
        query=_NO_MORE_COMES_BACK_THAN_WAS_PAID,
    ),
    Law(
        kind="postings_differ_from_verb",
        says="An entry posts what its verb makes of what it says.",
        query=_POSTINGS_ARE_WHAT_THE_VERB_MAKES,
    ),
    Law(
        kind="period_differs_from_entries",
        says="A period is closed or open as the last entry about it says.",
        query=_PERIODS_ARE_AS_THEIR_ENTRIES_LEFT_THEM,
    ),
    Law(
        kind="entered_in_a_closed_period",
        says="Nothing is entered in a period while it is closed.",
        query=_NOTHING_IS_ENTERED_IN_A_CLOSED_PERIOD,
    ),
    Law(
        kind="account_marked_by_another_entry",
        says="A pot's year is closed, and its promises carried, by the entry that says so.",
        query=_ACCOUNTS_ARE_CLOSED_AND_CARRIED_BY_AN_ENTRY,
    ),
    Law(
        kind="posted_to_a_closed_account",
        says="Nothing is posted to an account after it was closed.",
        query=_NOTHING_IS_POSTED_TO_A_CLOSED_ACCOUNT,
    ),
)
