//! Stock by SKU: what is on hand, what orders claim of it, and every move with its reason. A SKU without a row is not counted.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use crate::store::{Store, StoreError, Write};

/// The most that may be on hand of a SKU: as many as a catalog may say.
pub(crate) const MOST: i64 = catalog::build::MAX_COUNT as i64;

/// The beginning of the ids of moves that enter a SKU. Nobody else may take one: a move under the id of a SKU to come would keep the catalog
/// from entering it.
pub(crate) const CATALOG: &str = "catalog-";

/// How many rows one statement adds: their parameters stay far below the limits of both engines.
const ROWS: usize = 500;

/// The stock of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) sku: String,
    /// How many are there, claimed or not.
    pub(crate) on_hand: i64,
    /// How many of them orders claim.
    pub(crate) reserved: i64,
    /// How many were sold beyond that.
    pub(crate) backordered: i64,
    pub(crate) changed_at: i64,
}

/// Why stock moves. A closed set, so that the books can be added up by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The catalog named a SKU for the first time.
    Catalog,
    /// Goods came in.
    Received,
    /// Somebody counted.
    Counted,
    /// Goods broke or were lost.
    Lost,
    /// An order was shipped.
    Shipped,
    /// Goods came back and can be sold again.
    Returned,
}

/// A move that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// Chosen by whoever asks; asking twice moves once.
    pub(crate) id: String,
    pub(crate) sku: String,
    pub(crate) change: Change,
    pub(crate) reason: Reason,
    pub(crate) note: String,
    /// Who it was.
    pub(crate) staff: String,
}

/// How far stock moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// By so many, up or down.
    By(i64),
    /// To so many on hand.
    To(i64),
}

/// A move that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) id: String,
    pub(crate) delta: i64,
    /// On hand afterwards.
    pub(crate) on_hand: i64,
    pub(crate) reason: Reason,
    pub(crate) note: String,
    pub(crate) staff: String,
    pub(crate) at: i64,
}

/// Why stock did not move. Nothing has changed, unless it is the database that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MoveError {
    /// No stock is counted of the SKU.
    #[error("no stock is counted of the SKU `{sku}`")]
    Unknown {
        /// The SKU.
        sku: String,
    },
    /// Orders claim more than would be left.
    #[error("{on_hand} are on hand and orders claim {reserved}, so there cannot be {after}")]
    Reserved {
        /// How many are there.
        on_hand: i64,
        /// How many of them are claimed.
        reserved: i64,
        /// How many would be left.
        after: i64,
    },
    /// More than may be on hand.
    #[error("at most {MOST} can be on hand, not {after}")]
    TooMany {
        /// How many would be there.
        after: i64,
    },
    /// The id was used for another move.
    #[error("the id `{id}` belongs to another move")]
    IdInUse {
        /// The id.
        id: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Reason {
    const ALL: [(Reason, &'static str); 6] = [
        (Reason::Catalog, "catalog"),
        (Reason::Received, "received"),
        (Reason::Counted, "counted"),
        (Reason::Lost, "lost"),
        (Reason::Shipped, "shipped"),
        (Reason::Returned, "returned"),
    ];

    /// The name in the API and in the database.
    pub(crate) fn name(self) -> &'static str {
        Reason::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, name)| name)
    }

    /// Whether staff may give it. The others are given by what happens.
    pub(crate) fn is_for_staff(self) -> bool {
        !matches!(self, Reason::Catalog | Reason::Shipped)
    }

    /// The reason of a name.
    pub(crate) fn of(name: &str) -> Option<Reason> {
        Reason::ALL.iter().find(|(_, known)| *known == name).map(|(reason, _)| *reason)
    }
}

impl Level {
    /// How many can still be sold: what is neither claimed nor owed.
    pub(crate) fn available(&self) -> u32 {
        u32::try_from(self.on_hand.saturating_sub(self.reserved).saturating_sub(self.backordered)).unwrap_or(0)
    }
}

impl Store {
    /// The stock of a SKU; none where it is not counted.
    pub(crate) async fn level(&self, sku: &str) -> Result<Option<Level>, StoreError> {
        let query = sqlx::query("SELECT sku, on_hand, reserved, backordered, changed_at FROM stock WHERE sku = $1");
        query.bind(sku).fetch_optional(&self.pool).await?.map(|row| level(&row)).transpose()
    }

    /// The stock of all SKUs that changed at `since` or later, in the order of the changes.
    pub(crate) async fn levels_since(&self, since: i64) -> Result<Vec<Level>, StoreError> {
        let query = sqlx::query(
            "SELECT sku, on_hand, reserved, backordered, changed_at FROM stock WHERE changed_at >= $1 ORDER BY changed_at, sku",
        );
        query.bind(since).fetch_all(&self.pool).await?.iter().map(level).collect()
    }

    /// The last moves of a SKU, the latest first.
    pub(crate) async fn moves(&self, sku: &str, limit: u32) -> Result<Vec<Moved>, StoreError> {
        let query = sqlx::query(
            "SELECT id, delta, on_hand, reason, note, staff, moved_at FROM stock_move WHERE sku = $1 ORDER BY moved_at DESC, id LIMIT $2",
        );
        query.bind(sku).bind(i64::from(limit)).fetch_all(&self.pool).await?.iter().map(moved).collect()
    }

    /// Begins to count the SKUs that are not counted yet, with what the catalog says of them. Those that are counted stay as they are.
    /// Gives the number of new ones.
    pub(crate) async fn count(&self, found: &[(&str, u32)], now: i64) -> Result<u64, StoreError> {
        let mut added = 0;
        for part in found.chunks(ROWS) {
            let mut write = self.write().await?;
            added += write.add_levels(part, now).await?;
            write.commit().await?;
        }
        Ok(added)
    }

    /// Moves stock, once for each id, and gives the stock afterwards.
    pub(crate) async fn move_stock(&self, wanted: &Move, now: i64) -> Result<Level, MoveError> {
        let mut write = self.write().await?;
        if let Some(level) = write.move_stock(wanted, now).await? {
            write.commit().await?;
            return Ok(level);
        }
        // It was made before. Nothing of this transaction stays, so that nobody takes it for a change.
        drop(write);
        self.level(&wanted.sku).await?.ok_or_else(|| MoveError::Unknown { sku: wanted.sku.clone() })
    }
}

impl Write {
    /// The stock of a SKU at this moment of the transaction.
    pub(super) async fn level(&mut self, sku: &str) -> Result<Option<Level>, StoreError> {
        let query = sqlx::query("SELECT sku, on_hand, reserved, backordered, changed_at FROM stock WHERE sku = $1");
        query.bind(sku).fetch_optional(self.connection()).await?.map(|row| level(&row)).transpose()
    }

    async fn add_levels(&mut self, found: &[(&str, u32)], now: i64) -> Result<u64, StoreError> {
        let statement = format!(
            "INSERT INTO stock (sku, on_hand, changed_at) VALUES {} ON CONFLICT (sku) DO NOTHING RETURNING sku, on_hand",
            placeholders(found.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for (sku, on_hand) in found {
            query = query.bind(*sku).bind(i64::from(*on_hand)).bind(now);
        }
        let added = query.fetch_all(self.connection()).await?;
        if added.is_empty() {
            return Ok(0);
        }
        self.stock_changes();
        let statement = format!(
            "INSERT INTO stock_move (id, sku, delta, on_hand, reason, note, staff, moved_at) VALUES {}",
            placeholders(added.len(), 8)
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for row in &added {
            let (sku, on_hand): (String, i64) = (row.try_get("sku")?, row.try_get("on_hand")?);
            query = query.bind(format!("{CATALOG}{sku}")).bind(sku).bind(on_hand).bind(on_hand);
            query = query.bind(Reason::Catalog.name()).bind("").bind("").bind(now);
        }
        query.execute(self.connection()).await?;
        Ok(added.len() as u64)
    }

    /// The stock afterwards; none where the move was made before.
    pub(super) async fn move_stock(&mut self, wanted: &Move, now: i64) -> Result<Option<Level>, MoveError> {
        // The row is locked before it is read, so that two who count at once take turns. Its time only grows, whatever the clocks of replicas
        // say: the edge refuses an edition that is older than its own.
        let touch = sqlx::query(
            "UPDATE stock SET changed_at = CASE WHEN changed_at >= $1 THEN changed_at + 1 ELSE $1 END WHERE sku = $2
             RETURNING sku, on_hand, reserved, backordered, changed_at",
        );
        let row =
            touch.bind(now).bind(&wanted.sku).fetch_optional(self.connection()).await.map_err(StoreError::from)?;
        let Some(row) = row else { return Err(MoveError::Unknown { sku: wanted.sku.clone() }) };
        let before = level(&row)?;
        if let Some((sku, made)) = self.made(&wanted.id).await? {
            return if sku == wanted.sku && wanted.is(&made) {
                Ok(None)
            } else {
                Err(MoveError::IdInUse { id: wanted.id.clone() })
            };
        }
        let after = match wanted.change {
            Change::By(delta) => before.on_hand.saturating_add(delta),
            Change::To(on_hand) => on_hand,
        };
        if after < before.reserved {
            return Err(MoveError::Reserved { on_hand: before.on_hand, reserved: before.reserved, after });
        }
        if after > MOST {
            return Err(MoveError::TooMany { after });
        }
        let update = sqlx::query("UPDATE stock SET on_hand = $1 WHERE sku = $2");
        update.bind(after).bind(&wanted.sku).execute(self.connection()).await.map_err(StoreError::from)?;
        self.stock_changes();
        let moved = Moved {
            id: wanted.id.clone(),
            delta: after - before.on_hand,
            on_hand: after,
            reason: wanted.reason,
            note: wanted.note.clone(),
            staff: wanted.staff.clone(),
            at: now,
        };
        self.record_move(&wanted.sku, &moved).await?;
        Ok(Some(Level { on_hand: after, ..before }))
    }

    /// The move that was made under an id, with its SKU.
    pub(super) async fn made(&mut self, id: &str) -> Result<Option<(String, Moved)>, StoreError> {
        let query =
            sqlx::query("SELECT id, sku, delta, on_hand, reason, note, staff, moved_at FROM stock_move WHERE id = $1");
        let row = query.bind(id).fetch_optional(self.connection()).await?;
        row.map(|row| Ok((row.try_get("sku")?, moved(&row)?))).transpose()
    }

    /// Enters a move into the book, with the SKU that it is of.
    pub(super) async fn record_move(&mut self, sku: &str, moved: &Moved) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO stock_move (id, sku, delta, on_hand, reason, note, staff, moved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let query = query.bind(&moved.id).bind(sku).bind(moved.delta).bind(moved.on_hand).bind(moved.reason.name());
        query.bind(&moved.note).bind(&moved.staff).bind(moved.at).execute(self.connection()).await?;
        Ok(())
    }
}

impl Move {
    /// Whether it is the one that was made under its id.
    fn is(&self, made: &Moved) -> bool {
        let is_as_far = match self.change {
            Change::By(delta) => made.delta == delta,
            Change::To(on_hand) => made.on_hand == on_hand,
        };
        is_as_far && made.reason == self.reason && made.note == self.note && made.staff == self.staff
    }
}

/// `($1, $2), ($3, $4)` for two rows of two columns. Statements of many rows are put together of nothing else; values are bound.
fn placeholders(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn level(row: &AnyRow) -> Result<Level, StoreError> {
    Ok(Level {
        sku: row.try_get("sku")?,
        on_hand: row.try_get("on_hand")?,
        reserved: row.try_get("reserved")?,
        backordered: row.try_get("backordered")?,
        changed_at: row.try_get("changed_at")?,
    })
}

fn moved(row: &AnyRow) -> Result<Moved, StoreError> {
    let reason: String = row.try_get("reason")?;
    let known = Reason::of(&reason);
    Ok(Moved {
        id: row.try_get("id")?,
        delta: row.try_get("delta")?,
        on_hand: row.try_get("on_hand")?,
        reason: known.ok_or_else(|| StoreError::Damaged { what: format!("the reason `{reason}`") })?,
        note: row.try_get("note")?,
        staff: row.try_get("staff")?,
        at: row.try_get("moved_at")?,
    })
}
