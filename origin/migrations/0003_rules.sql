-- Which rules of tax, shipping and discounts are in force: the last change counts.
CREATE TABLE rules_change (
    -- Counted from 1, so that two changes at once are one change and one refusal.
    serial BIGINT PRIMARY KEY,
    revision TEXT NOT NULL REFERENCES rules (revision),
    -- Who it was: a name of staff, or empty for `shop.toml`.
    staff TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- The rules that a checkout was priced by when its shopper saw it last; empty before.
ALTER TABLE checkout ADD COLUMN rules TEXT NOT NULL DEFAULT '';
