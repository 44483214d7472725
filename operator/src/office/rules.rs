//! Rules at the office: those in force with their last changes, and others in their place.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::office::Office;

/// The advice where an origin has no rules.
const UNKNOWN: &str = "rules are kept by an origin of this release that has a database: `DATABASE_URL` there";

/// The rules in force, as the office shows them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InForce {
    /// Whether a change was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) is_changed: Option<bool>,
    pub(crate) revision: String,
    pub(crate) changes: Vec<RulesChange>,
    pub(crate) rules: Value,
}

/// A change of the rules.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RulesChange {
    pub(crate) revision: String,
    /// Empty for `shop.toml`.
    pub(crate) staff: String,
    pub(crate) reason: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// Rules to put in force.
#[derive(Debug, Serialize)]
pub(crate) struct NewRules<'a> {
    pub(crate) rules: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<&'a str>,
    pub(crate) staff: &'a str,
    pub(crate) reason: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    data: InForce,
}

impl Office {
    /// The rules in force.
    pub(crate) async fn rules(&self) -> Result<InForce> {
        let Answer { data } = self.send("GET", "rules", "", UNKNOWN).await?;
        Ok(data)
    }

    /// Puts rules in force, and gives those afterwards.
    pub(crate) async fn put_rules(&self, new: &NewRules<'_>) -> Result<InForce> {
        let body = serde_json::to_string(new).context("the rules cannot be written as JSON")?;
        let Answer { data } = self.send("POST", "rules", &body, UNKNOWN).await?;
        Ok(data)
    }
}
