-- Operations `o` that build on operation ?1: they changed something that it changed too, or a record that it imported, or name such a
-- record as the witness of a duplicate.
WHERE o.id > ?1 AND o.undone = 0 AND o.kind NOT IN ('undo', 'redo') AND (
    EXISTS (
        SELECT 1 FROM operations t
        JOIN changes c ON c.id >= t.first_change AND c.id < t.first_change + t.changes
        JOIN changes l ON l.key = c.key AND l.part = c.part AND l.name IS c.name
        WHERE t.id = ?1 AND l.id >= o.first_change AND l.id < o.first_change + o.changes
    )
    OR EXISTS (
        SELECT 1 FROM operations t
        JOIN changes c ON c.id >= t.first_change AND c.id < t.first_change + t.changes AND c.part = 'active'
        JOIN sources s ON s.id = c.key
        JOIN changes l ON l.id >= o.first_change AND l.id < o.first_change + o.changes
        WHERE t.id = ?1 AND (
            l.part = 'protected' AND l.key = s.id
            OR l.part IN ('mark', 'edit', 'duplicate', 'split') AND l.key >= s.first_record AND l.key < s.first_record + s.accepted
            OR l.part = 'duplicate' AND l.after ->> 'witness' >= s.first_record AND l.after ->> 'witness' < s.first_record + s.accepted
        )
    )
)
ORDER BY o.id DESC
