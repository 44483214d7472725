-- Checkouts, orders, their payments and what follows from them. Amounts are in the minor unit of the order's currency.

-- What a shopper has typed so far.
CREATE TABLE checkout (
    id TEXT PRIMARY KEY,
    -- SHA-256 of the key that opens it.
    key_hash TEXT NOT NULL,
    cart TEXT NOT NULL,
    -- JSON; empty until it is typed.
    contact TEXT NOT NULL DEFAULT '',
    -- The name of a method of shipping; empty until it is chosen.
    method TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX checkout_changed_at ON checkout (changed_at);

-- The rules of tax, shipping and discounts, by the hash of their document.
CREATE TABLE rules (
    revision TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    since BIGINT NOT NULL
);

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    -- One checkout becomes one order at most.
    checkout TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    email TEXT NOT NULL,
    -- JSON.
    contact TEXT NOT NULL,
    -- When the shopper agreed to news by mail; 0 for no consent.
    news_at BIGINT NOT NULL DEFAULT 0,
    -- JSON: names, prices and costs as they were ordered.
    summary TEXT NOT NULL,
    currency TEXT NOT NULL,
    subtotal BIGINT NOT NULL,
    discount BIGINT NOT NULL,
    shipping BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    total BIGINT NOT NULL,
    -- The total that the shopper saw.
    seen_total BIGINT NOT NULL,
    -- The editions of rules and catalog that it was priced with.
    rules TEXT NOT NULL REFERENCES rules (revision),
    catalog TEXT NOT NULL,
    -- The payment that made it binding; empty before.
    paid_by TEXT NOT NULL DEFAULT '',
    ordered_at BIGINT NOT NULL,
    -- When the time for its payment is over; 0 for an order that is paid later.
    expires_at BIGINT NOT NULL,
    -- When the shopper withdrew from the contract; 0 for never.
    withdrawn_at BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    CHECK (total <= seen_total),
    CHECK (discount <= subtotal)
);

CREATE INDEX orders_state ON orders (state, expires_at);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
-- The few orders that staff look after: those that nobody has paid, and those that shoppers withdrew from.
CREATE INDEX orders_unpaid ON orders (ordered_at, id) WHERE paid_by = '';
CREATE INDEX orders_withdrawn ON orders (ordered_at, id) WHERE withdrawn_at > 0;

CREATE TABLE order_line (
    order_id TEXT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    sku TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    discount BIGINT NOT NULL,
    -- In thousandths of a percent.
    rate BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE INDEX order_line_sku ON order_line (sku);

-- The links that open an order: the hash of each key.
CREATE TABLE order_key (
    hash TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    made_at BIGINT NOT NULL
);

-- The claim of an order on a SKU. `reserved` of the stock is the sum of `quantity` of those that are held or committed, and `backordered` that
-- of theirs.
CREATE TABLE hold (
    order_id TEXT NOT NULL REFERENCES orders (id),
    sku TEXT NOT NULL REFERENCES stock (sku),
    quantity BIGINT NOT NULL,
    -- What was sold beyond that, of SKUs that are sold when there is none.
    backordered BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (order_id, sku),
    CHECK (quantity >= 0),
    CHECK (backordered >= 0)
);

CREATE INDEX hold_sku ON hold (sku, state);

CREATE TABLE order_event (
    order_id TEXT NOT NULL REFERENCES orders (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- Who it was: a name of staff, or empty for the shopper and the shop itself.
    staff TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE TABLE payment (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    -- Counted from 1 within the order.
    attempt BIGINT NOT NULL,
    way TEXT NOT NULL,
    -- The number of a test card; empty for everything else.
    card TEXT NOT NULL,
    -- Its name at the provider; empty until the provider has answered.
    provider_id TEXT NOT NULL DEFAULT '',
    -- Where the shopper goes on; empty for nowhere.
    next TEXT NOT NULL DEFAULT '',
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    standing TEXT NOT NULL,
    authorised BIGINT NOT NULL DEFAULT 0,
    captured BIGINT NOT NULL DEFAULT 0,
    refunded BIGINT NOT NULL DEFAULT 0,
    -- Which idempotency key begins it: one is used up by an error that the provider repeats. And how often the key met an error.
    turn BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (order_id, attempt),
    CHECK (authorised <= amount),
    CHECK (captured <= amount),
    CHECK (refunded <= captured)
);

CREATE INDEX payment_provider_id ON payment (provider_id);
CREATE INDEX payment_standing ON payment (standing, changed_at);

-- Money to send back. The id is the provider's key and the mark by which the provider finds it, so that it goes back once.
CREATE TABLE refund (
    id TEXT PRIMARY KEY,
    payment TEXT NOT NULL REFERENCES payment (id),
    amount BIGINT NOT NULL,
    reason TEXT NOT NULL,
    staff TEXT NOT NULL,
    -- `due`, `done` or `refused`.
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- When it is sent, or sent again, and how often it was.
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    -- Which idempotency key sends it, as for a payment.
    turn BIGINT NOT NULL DEFAULT 0,
    done_at BIGINT NOT NULL DEFAULT 0,
    CHECK (amount > 0)
);

CREATE INDEX refund_state ON refund (state, due_at);
CREATE INDEX refund_payment ON refund (payment);

-- What a provider has told and was applied.
CREATE TABLE provider_event (
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (provider, id)
);

-- The other side of the test card: what its issuer knows.
CREATE TABLE test_card (
    id TEXT PRIMARY KEY,
    card TEXT NOT NULL,
    amount BIGINT NOT NULL,
    standing TEXT NOT NULL,
    refunded BIGINT NOT NULL DEFAULT 0,
    -- From when on it is paid, for a card that takes its time; 0 for at once.
    pays_at BIGINT NOT NULL DEFAULT 0,
    CHECK (refunded <= amount)
);

CREATE TABLE test_card_refund (
    id TEXT PRIMARY KEY,
    card_payment TEXT NOT NULL REFERENCES test_card (id),
    amount BIGINT NOT NULL
);

CREATE TABLE fulfilment (
    order_id TEXT PRIMARY KEY REFERENCES orders (id),
    state TEXT NOT NULL,
    carrier TEXT NOT NULL DEFAULT '',
    tracking TEXT NOT NULL DEFAULT '',
    changed_at BIGINT NOT NULL
);

CREATE INDEX fulfilment_state ON fulfilment (state, changed_at);

-- How often a code was used, and by whom where each customer may use it once.
CREATE TABLE code_count (
    code TEXT PRIMARY KEY,
    used BIGINT NOT NULL,
    CHECK (used >= 0)
);

CREATE TABLE code_use (
    code TEXT NOT NULL,
    -- The e-mail address in lower case where each customer may use it once, else the order.
    customer TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (code, customer)
);

-- The counted codes of an order, whether they are in use or were given back: a late payment uses them again.
CREATE TABLE order_code (
    order_id TEXT NOT NULL REFERENCES orders (id),
    code TEXT NOT NULL,
    -- As in `code_use`.
    customer TEXT NOT NULL,
    -- How often it may be used.
    most BIGINT NOT NULL,
    PRIMARY KEY (order_id, code)
);

-- Mails to send, written with what they tell of.
CREATE TABLE outbox (
    -- Order and event, so that one event has one mail.
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL,
    -- `due`; `sending` while a server is spoken to; `sent`; `refused` by the server for good; `unsure` where the process ended or the connection
    -- broke while it was sent. One that is unsure is not sent again by itself, since nobody wants a mail twice.
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL
);

CREATE INDEX outbox_state ON outbox (state, due_at);

-- Work that one replica does at a time.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);
