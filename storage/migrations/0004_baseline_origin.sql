-- How a baseline came about, apart from the name of who set it: anybody may be called "configuration". Of an older
-- database the audit log knows; where it says nothing, the name was not typed by a person.
ALTER TABLE baseline ADD COLUMN origin TEXT NOT NULL DEFAULT 'person'
    CHECK (origin IN ('first-use', 'configuration', 'person', 'review'));
UPDATE baseline SET origin = set_by WHERE set_by IN ('first-use', 'configuration', 'review');
UPDATE baseline SET origin = 'person'
    FROM (SELECT subject, action, by, max(id) FROM audit
          WHERE action IN ('accept', 'baseline-created', 'baseline-changed') GROUP BY subject) AS recent
    JOIN watch ON watch.key = recent.subject
    WHERE baseline.watch = watch.id AND recent.action = 'accept' AND recent.by <> 'review';
