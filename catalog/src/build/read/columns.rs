//! The field of each column of a shop's export: our own names, and the names that other shops' programs write.
//! Case, spaces and punctuation do not count, so that `Variant Price`, `variant_price` and `variantPrice` are one name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::build::limits::FIELDS;

/// A field of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Id,
    Name,
    Description,
    Price,
    Image,
    Category,
    Stock,
    Rating,
    Reviews,
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meaning {
    pub(super) field: Field,
    /// Which of the field's names it is; the lowest one that has a value counts.
    pub(super) rank: usize,
}

/// What is done with a member of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Field(Meaning),
    /// It may be an object whose members are fields.
    Around(Option<Meaning>),
    Nothing,
}

/// Columns that were looked up already.
#[derive(Debug, Default)]
pub(super) struct Columns(BTreeMap<String, Use>);

/// The names of each field, the preferred one first. An id names a product for good, so it is made of one column only: what is
/// fit for a URL comes before stock-keeping units. A price that was lowered may be over, so it counts only where there is no other.
pub(super) const NAMES: [(Field, &[&str]); 9] = [
    (
        Field::Id,
        &[
            "id",
            "product_id",
            "item_id",
            "object_id",
            "handle",
            "slug",
            "sku",
            "product_sku",
            "variant_sku",
            "product_code",
        ],
    ),
    (Field::Name, &["name", "title", "product_name", "product_title", "item_name", "item_title"]),
    (
        Field::Description,
        &[
            "description",
            "body",
            "body_html",
            "product_description",
            "long_description",
            "full_description",
            "description_html",
            "details",
            "short_description",
        ],
    ),
    (
        Field::Price,
        &[
            "price",
            "price_incl_tax",
            "price_including_tax",
            "gross_price",
            "variant_price",
            "variants.price",
            "price.amount",
            "price.value",
            "unit_price",
            "regular_price",
            "list_price",
            "sale_price",
        ],
    ),
    (
        Field::Image,
        &[
            "imageUrl",
            "image",
            "thumbnail",
            "image_src",
            "image.src",
            "image.url",
            "image_link",
            "picture",
            "picture_url",
            "photo",
            "photo_url",
            "main_image",
            "base_image",
            "featured_image",
            "featured_image.src",
            "featured_image.url",
            "thumbnail_url",
            "images",
            "images.src",
            "images.url",
            "image_urls",
            "pictures",
            "photos",
        ],
    ),
    (
        Field::Category,
        &[
            "category",
            "category.name",
            "category_name",
            "product_type",
            "product_category",
            "categories",
            "categories.name",
            "type",
            "google_product_category",
            "category_path",
        ],
    ),
    (
        Field::Stock,
        &[
            "stock",
            "quantity",
            "qty",
            "inventory",
            "inventory_quantity",
            "variant_inventory_qty",
            "variant_inventory_quantity",
            "variants.inventory_quantity",
            "stock_quantity",
            "stock_qty",
            "stock_level",
            "quantity_available",
            "current_stock",
            "in_stock",
            "is_in_stock",
            "availability",
            "availability_status",
            "stock_status",
        ],
    ),
    (
        Field::Rating,
        &[
            "rating",
            "average_rating",
            "avg_rating",
            "rating_average",
            "rating.rate",
            "rating.average",
            "rating.value",
            "rating_value",
            "review_rating",
            "stars",
        ],
    ),
    (
        Field::Reviews,
        &[
            "reviews",
            "review_count",
            "reviews_count",
            "number_of_reviews",
            "num_reviews",
            "rating.count",
            "rating_count",
            "ratings_count",
            "number_of_ratings",
        ],
    ),
];

/// Names whose object has fields in it, or whose list has an object with fields first.
const AROUND: [&str; 8] = ["category", "categories", "featuredimage", "image", "images", "price", "rating", "variants"];

impl Field {
    pub(super) const ALL: [Field; 9] = [
        Field::Id,
        Field::Name,
        Field::Description,
        Field::Price,
        Field::Image,
        Field::Category,
        Field::Stock,
        Field::Rating,
        Field::Reviews,
    ];

    /// As our own format calls it.
    pub(super) fn name(self) -> &'static str {
        let place = Field::ALL.iter().position(|field| *field == self);
        place.and_then(|place| FIELDS.get(place)).copied().unwrap_or_default()
    }

    pub(super) fn names(self) -> &'static [&'static str] {
        NAMES.iter().find(|(field, _)| *field == self).map_or(&[], |(_, names)| names)
    }
}

impl Meaning {
    /// The name that it was found by.
    pub(super) fn name(self) -> &'static str {
        self.field.names().get(self.rank).copied().unwrap_or_default()
    }
}

impl Columns {
    /// So many different columns are remembered.
    const REMEMBERED: usize = 1_000;

    /// What is done with a column, and whether it is seen for the first time.
    pub(super) fn find(&mut self, column: &str) -> (Use, bool) {
        if let Some(known) = self.0.get(column) {
            return (*known, false);
        }
        let plain = plain(column);
        let meaning = meaning(&plain);
        let found = match (AROUND.contains(&plain.as_str()), meaning) {
            (true, meaning) => Use::Around(meaning),
            (false, Some(meaning)) => Use::Field(meaning),
            (false, None) => Use::Nothing,
        };
        if self.0.len() < Self::REMEMBERED {
            self.0.insert(column.to_owned(), found);
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
    meaning(&plain(column)).is_some()
}

/// Whether these are the columns of our own format: every name of it is there, spelled as we do.
pub(super) fn are_our_own<'a>(columns: &(impl Iterator<Item = &'a str> + Clone)) -> bool {
    FIELDS.into_iter().all(|field| columns.clone().any(|column| column == field))
}

fn meaning(plain: &str) -> Option<Meaning> {
    static MEANINGS: LazyLock<BTreeMap<String, Meaning>> = LazyLock::new(|| {
        let of = |(field, names): &(Field, &'static [&'static str])| {
            let field = *field;
            names.iter().enumerate().map(move |(rank, name)| (self::plain(name), Meaning { field, rank }))
        };
        NAMES.iter().flat_map(of).collect()
    });
    MEANINGS.get(plain).copied()
}

/// A name without what does not count in it. `g:` is how feeds for Google mark its names.
fn plain(column: &str) -> String {
    let column = column.trim().strip_prefix("g:").unwrap_or(column);
    // No name that is known is longer.
    let letters = column.chars().take(64).flat_map(char::to_lowercase);
    let mut name: String = letters.filter(|character| character.is_alphanumeric() || *character == '.').collect();
    name.truncate(name.trim_end_matches('.').len());
    name
}
