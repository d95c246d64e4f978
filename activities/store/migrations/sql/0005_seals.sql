-- Seals: a hash chain over the ledger's entries, made in the background, batch by batch. Each entry
-- gets a place in the chain and a digest of all it says and moves; a link is the hash of the link
-- before it and the digest. A head is the link after a batch: published, it vouches for everything
-- before it. Sealing after the commit keeps the chain off the way of those who post.

CREATE TABLE ledger_seal (
    number bigint PRIMARY KEY,
    entries integer NOT NULL CHECK (entries > 0),
    first_place bigint NOT NULL CHECK (first_place > 0),
    last_place bigint NOT NULL,
    settled_until bigint NOT NULL,
    previous_head bytea NOT NULL CHECK (length(previous_head) = 32),
    head bytea NOT NULL CHECK (length(head) = 32),
    sealed_at timestamptz NOT NULL,
    CONSTRAINT ledger_seal_counts_its_places CHECK (last_place = first_place + entries - 1)
);
-- A chain that forks would need two seals behind one head, or two that begin at one place.
CREATE UNIQUE INDEX ledger_seal_has_one_before_it ON ledger_seal (previous_head);
CREATE UNIQUE INDEX ledger_seal_begins_once ON ledger_seal (first_place);
COMMENT ON COLUMN ledger_seal.settled_until IS
    'No entry up to this number is still to come: each is in this seal or in one before it';

CREATE TABLE ledger_sealed_entry (
    place bigint PRIMARY KEY,
    seal_number bigint NOT NULL,
    entry_number bigint NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32)
);
CREATE UNIQUE INDEX ledger_sealed_entry_is_sealed_once ON ledger_sealed_entry (entry_number);

CREATE TRIGGER ledger_seal_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_sealed_entry_is_kept
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_sealed_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- What an entry's digest is made of: its id, number and instant, its content, which says whatever its
-- columns say (a check of the ledger holds them to it), and each posting with its account and the
-- balance after it. In UTC seconds and whole numbers, so that no setting changes a digest.
-- activities/store/sealing.py has its own copy of this: what it checks may have been altered here.
CREATE FUNCTION ledger_sealed_text(e ledger_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(
        E'\n', e.id, e.number, extract(epoch FROM e.recorded_at), e.content,
        (
            SELECT string_agg(
                concat_ws(' ', p.account_id, p.position, p.pence, p.running_pence),
                E'\n' ORDER BY p.account_id
            )
            FROM ledger_posting AS p WHERE p.entry_id = e.id
        )
    )
$$;

-- The highest number below which every entry is committed or will never be: asked for before the
-- entries are read. Whoever is giving a number holds the lock of a writer on the table, from before
-- it takes the number to its end; so with no such lock about, all numbers given are settled.
CREATE FUNCTION ledger_settled_until() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    given bigint := (SELECT s.last_value FROM ledger_entry_number_seq AS s WHERE s.is_called);
BEGIN
    RETURN CASE WHEN NOT EXISTS (
        SELECT FROM pg_locks AS l
        WHERE l.locktype = 'relation' AND l.relation = 'ledger_entry'::regclass
            AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
            AND l.mode = 'RowExclusiveLock' AND l.granted
    ) THEN given END;
END
$$;

-- Seals up to so many entries that no seal has yet, in order of their numbers, and says how many.
-- An entry that is committed after one of a higher number is taken by a later seal: nothing is
-- skipped, because what is taken is whatever has no place, from behind what is settled.
CREATE FUNCTION ledger_seal_more(most integer, sealed_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before record;
    settled bigint;
    last_taken bigint;
    digests bytea[];
    digest bytea;
    head bytea;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'each step of sealing has to see what was committed before it'
            USING ERRCODE = 'invalid_transaction_state';
    ELSIF NOT pg_try_advisory_xact_lock(252, 0) THEN
        RETURN 0;
    END IF;
    SELECT coalesce(max(s.number), 0) AS number, coalesce(max(s.last_place), 0) AS last_place,
            coalesce(max(s.settled_until), 0) AS settled_until,
            coalesce(
                (SELECT l.head FROM ledger_seal AS l ORDER BY l.number DESC LIMIT 1),
                decode(repeat('00', 32), 'hex')
            ) AS head
        INTO before FROM ledger_seal AS s;
    settled := coalesce(ledger_settled_until(), before.settled_until);
    WITH taken AS (
        SELECT e.number, sha256(convert_to(ledger_sealed_text(e), 'UTF8')) AS made
        FROM ledger_entry AS e
        WHERE e.number > before.settled_until AND NOT EXISTS (
            SELECT FROM ledger_sealed_entry AS s WHERE s.entry_number = e.number
        )
        ORDER BY e.number LIMIT most
    ), kept AS (
        INSERT INTO ledger_sealed_entry AS s (place, seal_number, entry_number, digest)
        SELECT before.last_place + row_number() OVER (ORDER BY t.number), before.number + 1,
            t.number, t.made
        FROM taken AS t
        RETURNING s.place, s.entry_number, s.digest
    )
    SELECT array_agg(k.digest ORDER BY k.place), max(k.entry_number) INTO digests, last_taken
        FROM kept AS k;
    IF digests IS NULL THEN RETURN 0; END IF;
    head := before.head;
    FOREACH digest IN ARRAY digests LOOP
        head := sha256(head || digest);
    END LOOP;
    -- Where the batch was full there may be more behind its last.
    IF cardinality(digests) = most THEN settled := least(settled, last_taken); END IF;
    INSERT INTO ledger_seal (
        number, entries, first_place, last_place, settled_until, previous_head, head, sealed_at
    ) VALUES (
        before.number + 1, cardinality(digests), before.last_place + 1,
        before.last_place + cardinality(digests), greatest(settled, before.settled_until),
        before.head, head, sealed_at
    );
    RETURN cardinality(digests);
END
$$;

REVOKE ALL ON FUNCTION
    ledger_sealed_text(ledger_entry), ledger_settled_until(),
    ledger_seal_more(integer, timestamptz)
    FROM PUBLIC;
REVOKE ALL ON ledger_seal, ledger_sealed_entry FROM PUBLIC, locality_app;
GRANT SELECT ON ledger_seal, ledger_sealed_entry TO locality_app, locality_owner;
GRANT EXECUTE ON FUNCTION ledger_seal_more(integer, timestamptz) TO locality_app;
