//! The fields of a product, how long its texts and how large its numbers may be, and how large a whole file.

/// The longest name, in characters.
pub const MAX_NAME_LENGTH: usize = 200;
/// The longest name of a category, in characters; the longest that a query can ask for.
pub const MAX_CATEGORY_LENGTH: usize = crate::Query::MAX_TEXT_LENGTH;
/// The longest description, in characters.
pub const MAX_DESCRIPTION_LENGTH: usize = 10_000;
/// The longest picture URL, in characters.
pub const MAX_IMAGE_URL_LENGTH: usize = 2_048;
/// The largest stock and the largest number of reviews.
pub const MAX_COUNT: u32 = 999_999_999;

/// The fewest products that may take the place of so many served ones unless somebody allows fewer: one, and half of them. An export that
/// broke off has fewer.
pub fn fewest_after(served: usize) -> usize {
    served.div_ceil(2).max(1)
}

/// The fields of our own format.
pub(super) const FIELDS: [&str; 9] =
    ["id", "name", "description", "price", "imageUrl", "category", "stock", "rating", "reviews"];

/// How large a catalog file may be. Whatever is larger is refused before it takes memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most records.
    pub records: usize,
    /// The longest record, in bytes: a JSON object, a line, a row.
    pub record_bytes: usize,
    /// The most text, in bytes, once unpacked.
    pub text_bytes: u64,
    /// How many times larger a packed file may become, once it has become larger than `unpacked_freely`.
    pub unpacked_times: u64,
    /// So many bytes of text a packed file may unpack to in any case: they take less than a second.
    pub unpacked_freely: u64,
    /// How deep lists and objects may lie in each other in a record.
    pub depth: usize,
}

impl Default for Limits {
    /// Of catalogs that were tried, real ones become up to 9 times larger when they are unpacked, 20,000 products with the same 900
    /// characters of description 86 times, and with the same 10,000 characters 130 times. Files of blanks become 1,000 times larger.
    fn default() -> Limits {
        Limits {
            records: 2_000_000,
            record_bytes: 1 << 20,
            text_bytes: 2 << 30,
            unpacked_times: 200,
            unpacked_freely: 64 << 20,
            depth: 32,
        }
    }
}
