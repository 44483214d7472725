-- Stock of each SKU, and every move of it. Times are milliseconds since 1970. One set of SQL for SQLite and PostgreSQL: BIGINT and TEXT alone.

CREATE TABLE stock (
    sku TEXT PRIMARY KEY,
    on_hand BIGINT NOT NULL,
    -- What active holds claim. It changes together with the state of a hold alone.
    reserved BIGINT NOT NULL DEFAULT 0,
    -- What was sold beyond `on_hand` of SKUs that are sold when there is none.
    backordered BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    CHECK (reserved >= 0),
    CHECK (on_hand >= reserved),
    CHECK (backordered >= 0)
);

CREATE INDEX stock_changed_at ON stock (changed_at);

CREATE TABLE stock_move (
    -- Chosen by whoever asks for the move, so that asking twice moves once.
    id TEXT PRIMARY KEY,
    sku TEXT NOT NULL REFERENCES stock (sku),
    delta BIGINT NOT NULL,
    -- `on_hand` after the move.
    on_hand BIGINT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    staff TEXT NOT NULL,
    moved_at BIGINT NOT NULL
);

CREATE INDEX stock_move_sku ON stock_move (sku, moved_at);
