-- What a review saw: an approval is one of these bytes. Empty: the commit had not been seen yet.
ALTER TABLE review ADD COLUMN content TEXT NOT NULL DEFAULT '';

-- Rules that need not be met for a while. Nobody grants one to themselves, and none is for ever.
CREATE TABLE exception (
    id INTEGER PRIMARY KEY,
    hub TEXT NOT NULL,
    repo TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    policy TEXT NOT NULL,
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    CHECK (approved_by <> requested_by),
    CHECK (until > at AND until <= at + 90 * 86400000)
) STRICT;
CREATE INDEX exception_by_repo ON exception (repo, commit_id);

-- What the last rating of a watch rests on, so that it can be rated again without a request.
CREATE TABLE evidence (
    watch INTEGER PRIMARY KEY REFERENCES watch (id),
    observed_at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- The course of a watch's rating. Level and label stand in the body too; here they can be asked for.
CREATE TABLE rating (
    watch INTEGER PRIMARY KEY REFERENCES watch (id),
    at INTEGER NOT NULL,
    level TEXT NOT NULL,
    rubric TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
