//! The field of each column of a shop's export, found by its name. Case, spaces, accents and punctuation do not count, so that
//! `Variant Price`, `variant_price` and `variantPrice` are one name; a number in a name counts as a place: `Option1 Name`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::names::{NAMES, TRANSLATED};
use crate::build::field::Field;
use crate::build::limits::FIELDS;
use crate::model::currency::Currency;
use crate::text::fold::fold;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meaning {
    pub(super) field: Field,
    /// The rank of its name among the field's; the lowest one that has a value counts.
    pub(super) rank: usize,
    /// The number in the column's name, from 1; 0 where it has none.
    pub(super) number: u32,
    /// The name that it was found by.
    pub(super) name: &'static str,
}

/// The use of a member of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Field(Meaning),
    /// It may be an object whose members are fields.
    Around(Option<Meaning>),
    Nothing,
}

/// Columns that were looked up already, and those that the merchant named.
#[derive(Debug, Default)]
pub(super) struct Columns {
    known: BTreeMap<String, Use>,
    mapped: BTreeMap<String, Field>,
}

/// Names whose object has fields in it, or whose list has an object with fields first.
const AROUND: [&str; 2] = ["price", "rating"];

/// Columns with several categories in a cell.
const LISTS: [&str; 9] = [
    "categories",
    "category_string",
    "catégories",
    "kategorien",
    "categorías",
    "categorie",
    "kategorie",
    "categorieën",
    "categorias",
];

/// The name by which a column of Shopify's metafields is found.
const METAFIELD: &str = "(product.metafields)";

/// The rank of a column that the merchant named; before all others.
const MAPPED: usize = 0;

/// The rank of a column with a part of the merchant's own in its name; behind all others.
const OWN_PART: usize = usize::MAX;

/// The names of a field in English.
pub(super) fn names(field: Field) -> &'static [&'static str] {
    static ALL: LazyLock<BTreeMap<Field, Vec<&'static str>>> =
        LazyLock::new(|| NAMES.iter().map(|(field, names)| (*field, names.split('|').collect())).collect());
    ALL.get(&field).map_or(&[], Vec::as_slice)
}

impl Meaning {
    /// A column that says whether there is any, where another one counts them.
    pub(super) fn is_availability(self) -> bool {
        self.field == Field::Available
    }

    /// Whether a part of the column's name is the merchant's own, so that there may be several of its kind.
    pub(super) fn has_own_part(self) -> bool {
        self.rank == OWN_PART
    }

    /// Whether the column's values are several categories.
    pub(super) fn is_list(self) -> bool {
        LISTS.contains(&self.name)
    }

    /// Whether the column is a metafield, whose cells may have several values.
    pub(super) fn is_metafield(self) -> bool {
        self.name == METAFIELD
    }

    /// Whether the column may have the kind of a record, such as `simple`, in place of a category.
    pub(super) fn is_kind(self) -> bool {
        matches!(self.name, "type" | "product_type" | "item_type" | "typ" | "tipo")
    }
}

impl Columns {
    /// So many different columns are remembered.
    const REMEMBERED: usize = 1_000;

    /// Columns of which some are named by the merchant.
    ///
    /// Where there is a price for each currency, that of the shop's currency counts.
    pub(super) fn new(map: &BTreeMap<String, String>, currency: Currency) -> Columns {
        let named = map.iter().filter_map(|(label, column)| Some((plain(column), Field::labelled(label)?)));
        let mut mapped: BTreeMap<String, Field> = named.collect();
        for name in ["price", "variant price", "price amount"] {
            mapped.entry(plain(&format!("{name} {}", currency.code()))).or_insert(Field::Price);
        }
        Columns { known: BTreeMap::new(), mapped }
    }

    /// The use of a column, and whether it is seen for the first time.
    pub(super) fn find(&mut self, column: &str) -> (Use, bool) {
        if let Some(known) = self.known.get(column) {
            return (*known, false);
        }
        let plain = plain(column);
        let mapped =
            self.mapped.get(&plain).map(|field| Meaning { field: *field, rank: MAPPED, number: 0, name: field.name() });
        let found = match (AROUND.contains(&plain.as_str()), mapped.or_else(|| meaning(column, &plain))) {
            (true, meaning) => Use::Around(meaning),
            (false, Some(meaning)) => Use::Field(meaning),
            (false, None) => Use::Nothing,
        };
        if self.known.len() < Self::REMEMBERED {
            self.known.insert(column.to_owned(), found);
        }
        (found, true)
    }

    /// A member of an object that stands around fields.
    pub(super) fn find_inside(&mut self, around: &str, column: &str) -> Option<Meaning> {
        match self.find(&format!("{around}.{column}")).0 {
            Use::Field(meaning) => Some(meaning),
            Use::Around(_) | Use::Nothing => None,
        }
    }
}

/// Whether some field may be called so.
pub(super) fn is_known(column: &str) -> bool {
    meaning(column, &plain(column)).is_some()
}

/// Whether these are the columns of our own format: every required name of it is there, spelled as we do.
pub(super) fn are_our_own<'a>(columns: &(impl Iterator<Item = &'a str> + Clone)) -> bool {
    FIELDS.into_iter().all(|field| columns.clone().any(|column| column == field))
}

/// The meaning of a column by its plain name, or by what stands around a name of the merchant's own.
fn meaning(column: &str, plain: &str) -> Option<Meaning> {
    static MEANINGS: LazyLock<BTreeMap<String, Meaning>> = LazyLock::new(|| {
        let mut meanings = BTreeMap::new();
        let mut ranks: BTreeMap<Field, usize> = BTreeMap::new();
        for (field, names) in NAMES.iter().chain(&TRANSLATED) {
            for name in names.split('|') {
                let rank = ranks.entry(*field).or_insert(MAPPED);
                *rank += 1;
                let meaning = Meaning { field: *field, rank: *rank, number: 0, name };
                meanings.entry(plain_with(name, '#')).or_insert(meaning);
            }
        }
        meanings
    });
    if let Some(found) = MEANINGS.get(plain) {
        return Some(*found);
    }
    numbered(plain)
        .and_then(|(name, number)| Some(Meaning { number, ..*MEANINGS.get(&name)? }))
        .or_else(|| around(column))
}

/// A name with `#` in place of its first number, and the number.
fn numbered(plain: &str) -> Option<(String, u32)> {
    let start = plain.find(|character: char| character.is_ascii_digit())?;
    let (before, rest) = plain.split_at(start);
    let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    Some((format!("{before}#{after}"), digits.parse().ok()?))
}

/// Columns whose name has a part of the merchant's own: `Price USD`, `Current Quantity Main Street`, `Color (variant attribute)`,
/// `Material (product.metafields.custom.material)`.
fn around(column: &str) -> Option<Meaning> {
    let lower = column.trim().to_lowercase();
    let of = |field, name| Some(Meaning { field, rank: OWN_PART, number: 0, name });
    if lower.ends_with("(variant attribute)") {
        return of(Field::OptionValue, "(variant attribute)");
    }
    if lower.ends_with("(product attribute)") {
        return of(Field::Trait, "(product attribute)");
    }
    // Of Shopify's namespaces these are facts for shoppers: the merchant's own, and those of its taxonomy. The others are of apps.
    if ["custom", "shopify"].iter().any(|space| lower.contains(&format!(" (product.metafields.{space}."))) {
        return of(Field::Trait, METAFIELD);
    }
    if lower.starts_with("current quantity ") || lower.starts_with("inventory quantity ") {
        return of(Field::Stock, "location quantity");
    }
    if lower.ends_with("(warehouse quantity)") {
        return of(Field::Stock, "location quantity");
    }
    if lower.ends_with("(channel price amount)") || lower.ends_with("(price amount)") {
        return of(Field::Price, "channel price");
    }
    None
}

/// A name without what does not count in it. `g:` is how feeds for Google mark its names.
fn plain(column: &str) -> String {
    plain_with(column, '.')
}

/// The same with one more character that counts.
fn plain_with(column: &str, counts: char) -> String {
    let column = column.trim().strip_prefix("g:").unwrap_or(column);
    // No name that is known is longer.
    let short: String = column.chars().take(64).collect();
    let folded = fold(&short);
    let mut name: String = folded
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == '.' || *character == counts)
        .collect();
    name.truncate(name.trim_end_matches('.').len());
    name
}
