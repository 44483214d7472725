//! Stock at the office: what is there of a SKU, and moves of it.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::office::Office;

/// The advice for a SKU that is not counted.
const UNKNOWN: &str = "`storefront stock show SKU`; a product without variants is sold by its id";

/// The stock of a SKU, as the office shows it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Level {
    pub(crate) sku: String,
    pub(crate) on_hand: i64,
    pub(crate) reserved: i64,
    pub(crate) backordered: i64,
    pub(crate) available: i64,
    #[serde(default)]
    pub(crate) moves: Vec<Moved>,
}

/// A move that was made.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Moved {
    pub(crate) id: String,
    pub(crate) by: i64,
    pub(crate) on_hand: i64,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) staff: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// A move to be made.
#[derive(Debug, Serialize)]
pub(crate) struct Move<'a> {
    pub(crate) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<i64>,
    pub(crate) reason: &'a str,
    pub(crate) note: &'a str,
    pub(crate) staff: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    data: Level,
}

impl Office {
    /// The stock of a SKU and its last moves.
    pub(crate) async fn level(&self, sku: &str) -> Result<Level> {
        let Answer { data } = self.send("GET", &format!("stock/{sku}"), "", UNKNOWN).await?;
        Ok(data)
    }

    /// Moves stock, and gives the stock afterwards.
    pub(crate) async fn move_stock(&self, sku: &str, wanted: &Move<'_>) -> Result<Level> {
        let body = serde_json::to_string(wanted).context("the move cannot be written as JSON")?;
        let Answer { data } = self.send("POST", &format!("stock/{sku}"), &body, UNKNOWN).await?;
        Ok(data)
    }
}
