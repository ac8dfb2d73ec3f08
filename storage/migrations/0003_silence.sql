-- Silences by label too, which end by their time or by a person; nothing has used the table of the first step.
DROP TABLE silence;
CREATE TABLE silence (
    id TEXT PRIMARY KEY,
    repo TEXT NOT NULL,
    kind TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    ended_at INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    end_reason TEXT NOT NULL DEFAULT ''
) STRICT;

-- The silence that holds an alert or that it broke through, its severity then, what is still to be told of it, and how
-- it comes and goes.
ALTER TABLE alert ADD COLUMN silence TEXT;
ALTER TABLE alert ADD COLUMN silenced_level TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN silenced_at INTEGER;
ALTER TABLE alert ADD COLUMN silenced_until INTEGER;
ALTER TABLE alert ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN openings INTEGER NOT NULL DEFAULT 1;
ALTER TABLE alert ADD COLUMN absent_since INTEGER;

-- What time alone may move is found without a look at every alert.
CREATE INDEX alert_told ON alert (last_sent_at) WHERE state = 'open';
CREATE INDEX alert_acknowledged ON alert (acknowledged_until) WHERE state = 'acknowledged';
CREATE INDEX alert_absent ON alert (absent_since) WHERE absent_since IS NOT NULL;
CREATE INDEX alert_held ON alert (silence) WHERE silence IS NOT NULL;
CREATE INDEX alert_resolved ON alert (watch_key, resolved_at) WHERE state = 'resolved';
