-- Times are milliseconds since 1970 UTC. Hashes in columns of type ANY are BLOBs when they are lower-case hex, else the
-- text as it came. `commit` is a word of SQL, hence commit_id.

CREATE TABLE watch (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    hub TEXT NOT NULL,
    repo TEXT NOT NULL,
    revision TEXT NOT NULL,
    tags TEXT NOT NULL,
    from_account TEXT NOT NULL,
    current_repo TEXT NOT NULL,
    latest INTEGER REFERENCES snapshot (id),
    deployed INTEGER REFERENCES snapshot (id),
    place TEXT NOT NULL,
    missing_streak INTEGER NOT NULL,
    token_worked INTEGER NOT NULL,
    proof TEXT NOT NULL,
    first_seen_at INTEGER,
    last_success_at INTEGER,
    last_attempt_at INTEGER,
    failing_since INTEGER,
    failures INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    next_due_at INTEGER,
    next_time_condition_at INTEGER,
    retired_at INTEGER
) STRICT;
CREATE INDEX watch_by_latest ON watch (latest);
CREATE INDEX watch_by_deployed ON watch (deployed);

-- What the operator trusts now. Who trusted what before is in `audit`.
CREATE TABLE baseline (
    watch INTEGER PRIMARY KEY REFERENCES watch (id),
    commit_id TEXT NOT NULL,
    snapshot INTEGER REFERENCES snapshot (id),
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX baseline_by_snapshot ON baseline (snapshot);

-- One row per distinct file, shared by every snapshot that has it. `digest` is the start of a SHA-256 over the other
-- columns: a narrow index finds a row without a second copy of the wide columns.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    oid ANY NOT NULL,
    sha256 ANY
) STRICT;
CREATE INDEX file_by_digest ON file (digest);

-- One row per distinct tree: the ids of its files in the order of their paths, as zigzag varints of the differences.
CREATE TABLE file_set (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    files BLOB NOT NULL
) STRICT;
CREATE INDEX file_set_by_digest ON file_set (digest);

-- Texts by content: small files of the repos, cards, chat templates.
CREATE TABLE text_blob (
    id INTEGER PRIMARY KEY,
    content_id ANY NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    watch INTEGER NOT NULL REFERENCES watch (id),
    commit_id TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    file_set INTEGER NOT NULL REFERENCES file_set (id),
    card INTEGER REFERENCES text_blob (id),
    chat_template INTEGER REFERENCES text_blob (id),
    details TEXT NOT NULL
) STRICT;
CREATE INDEX snapshot_by_commit ON snapshot (watch, commit_id);
CREATE INDEX snapshot_by_file_set ON snapshot (file_set);
CREATE INDEX snapshot_by_card ON snapshot (card);
CREATE INDEX snapshot_by_chat_template ON snapshot (chat_template);

-- A later id is a newer commit.
CREATE TABLE commit_log (
    id INTEGER PRIMARY KEY,
    watch INTEGER NOT NULL REFERENCES watch (id),
    commit_id TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    date INTEGER,
    UNIQUE (watch, commit_id)
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    watch_key TEXT NOT NULL,
    what TEXT NOT NULL,
    level TEXT NOT NULL,
    text TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    by TEXT NOT NULL,
    facts TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_watch ON event (watch_key);

CREATE TABLE alert (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    watch_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    dedupe TEXT NOT NULL,
    subject TEXT NOT NULL,
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    action TEXT NOT NULL,
    baseline_commit TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    files TEXT NOT NULL,
    evidence TEXT NOT NULL,
    level TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'silenced', 'resolved')),
    announced INTEGER NOT NULL,
    repo TEXT NOT NULL,
    hub TEXT NOT NULL,
    revision TEXT NOT NULL,
    tags TEXT NOT NULL,
    url TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    resolved_at INTEGER,
    last_sent_at INTEGER,
    acknowledged_by TEXT NOT NULL,
    acknowledged_reason TEXT NOT NULL,
    acknowledged_until INTEGER,
    resolution TEXT NOT NULL
) STRICT;
-- Nothing is invented twice.
CREATE UNIQUE INDEX alert_active ON alert (watch_key, kind, dedupe) WHERE state <> 'resolved';
CREATE INDEX alert_by_opening ON alert (opened_at);

CREATE TABLE silence (
    id TEXT PRIMARY KEY,
    repo TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- The outbox. `sealed_at`: no further alert joins it.
CREATE TABLE message (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    notifier TEXT NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given-up', 'dropped')),
    created_at INTEGER NOT NULL,
    next_attempt_at INTEGER,
    attempts INTEGER NOT NULL,
    last_answer TEXT NOT NULL,
    payload TEXT NOT NULL,
    pending TEXT NOT NULL,
    sealed_at INTEGER,
    finished_at INTEGER,
    CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'waiting') = (finished_at IS NULL))
) STRICT;
CREATE INDEX message_due ON message (notifier, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX message_finished ON message (finished_at) WHERE state <> 'waiting';
-- At most one message of a kind collects alerts at a time.
CREATE UNIQUE INDEX message_collecting ON message (notifier, type) WHERE state = 'waiting' AND sealed_at IS NULL;

-- What a message says of an alert, as it was when it joined.
CREATE TABLE message_item (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
    alert INTEGER REFERENCES alert (seq),
    body TEXT NOT NULL,
    UNIQUE (message, alert)
) STRICT;
CREATE INDEX message_item_by_alert ON message_item (alert);

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message (seq) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_by_message ON attempt (message);

CREATE TABLE review (
    id INTEGER PRIMARY KEY,
    hub TEXT NOT NULL,
    repo TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('approve', 'reject')),
    at INTEGER NOT NULL,
    until INTEGER,
    by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX review_by_repo ON review (repo, commit_id);

CREATE TABLE digest_slot (
    slot TEXT PRIMARY KEY,
    taken_at INTEGER NOT NULL
) STRICT;

-- Each hash covers the one before it and the whole row. Number and last hash are in `meta`, so that a missing end is
-- seen too.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    facts TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
