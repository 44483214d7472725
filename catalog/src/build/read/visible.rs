//! Whether a record of an export is for sale, by the words of shop programs: status, visibility, kind.
//! A word that is not known says nothing: many exports have a column `status` that means something else.

use super::known::Candidate;
use super::part::Kind;
use crate::build::field::Field;
use crate::build::syntax::value::{Loose, Value};

/// The reason of products that only belong to others.
pub(super) const NOT_ALONE: &str = "not visible individually";

/// Why a record is left out, if it is not for sale by itself.
pub(super) fn left_out(candidates: &[Candidate<'_>]) -> Option<&'static str> {
    let of = |field: Field| candidates.iter().filter(move |candidate| candidate.meaning.field == field);
    let status = of(Field::Status).find_map(|candidate| status(&word(candidate.value)?, candidate.meaning.name));
    let visibility = || of(Field::Visibility).find_map(|candidate| visibility(&word(candidate.value)?));
    // An object that has the member without a date was never published.
    let unpublished = || {
        let never = of(Field::Since).any(|candidate| {
            candidate.meaning.name == "published_at"
                && matches!(candidate.value, Value::Json(json) if json.get() == "null")
        });
        never.then_some("unpublished")
    };
    status.or_else(visibility).or_else(unpublished)
}

/// What a record is, if it says so.
pub(super) fn kind(candidates: &[Candidate<'_>]) -> Kind {
    let kinds = candidates.iter().filter(|candidate| candidate.meaning.is_kind());
    let words = kinds.filter_map(|candidate| word(candidate.value));
    for word in words {
        // Some programs add `, downloadable` or `, virtual`.
        let first = word.split(',').next().unwrap_or_default().trim();
        match first {
            "variable" | "configurable" => return Kind::Parent,
            "variation" | "variant" | "sku" => return Kind::Variant,
            "grouped" => return Kind::Set,
            "external" => return Kind::Elsewhere,
            "rule" => return Kind::Nothing,
            _ => {}
        }
    }
    Kind::Product
}

fn word(value: Value<'_>) -> Option<String> {
    match value.loose() {
        Loose::Text(text) => Some(text.trim().to_lowercase()),
        _ => None,
    }
}

fn status(word: &str, column: &str) -> Option<&'static str> {
    let is_yes = matches!(word, "1" | "y" | "yes" | "true");
    match column {
        "archived" => return is_yes.then_some("archived"),
        "draft" => return is_yes.then_some("draft"),
        _ => {}
    }
    Some(match word {
        "draft" | "-1" | "proposed" | "rejected" | "pending" => "draft",
        "archived" | "archive" => "archived",
        "private" => "private",
        // WooCommerce writes 0 for what is published privately.
        "0" if matches!(column, "published" | "publié" | "veröffentlicht" | "publicado" | "pubblicato") => "private",
        "0" | "2" | "disabled" | "inactive" => "inactive",
        "false" | "no" | "n" | "unpublished" | "unlisted" => "unpublished",
        "hidden" => "hidden",
        "trash" | "deleted" | "removed" | "expired" => "deleted",
        _ => return None,
    })
}

fn visibility(word: &str) -> Option<&'static str> {
    Some(match word {
        "hidden" | "none" | "false" | "no" | "n" | "0" | "private" | "unavailable" | "unlisted" => "hidden",
        "not visible individually" | "nicht einzeln sichtbar" | "non visible individuellement" => {
            "not visible individually"
        }
        _ => return None,
    })
}
