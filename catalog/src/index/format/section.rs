//! The sections of an index: which there are, in which order, and how long each is.

use crate::index::format::{Counts, WORDS_PER_BLOCK};

/// The sections of the body, in the order in which the header lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// P × M bytes: prices in minor units.
    Prices,
    /// P × M bytes, optional: prices before, in minor units; 0 for none.
    CompareAt,
    /// P × u32: how many are in stock.
    Stocks,
    /// P × u16: ratings in hundredths.
    Ratings,
    /// P × u32: numbers of reviews.
    Reviews,
    /// P × u32, optional: when each was published, in seconds since 1970; 0 where that is unknown.
    Published,
    /// P × u16: each product's category.
    ProductCategories,
    /// (P + 1) × u32: offsets into `Ids`.
    IdStarts,
    /// Heap: the ids.
    Ids,
    /// (P + 1) × u32: offsets into `Records`.
    RecordStarts,
    /// Heap: name, description, picture and handle of each product, as `records.rs` packs them.
    Records,
    /// Heap: what the records are packed against; empty when they are not packed.
    RecordDictionary,
    /// (P + 1) × u32, optional: offsets into `Details`.
    DetailStarts,
    /// Heap: the details of each product, as `details.rs` has them, packed as the records are.
    Details,
    /// Heap: what the details are packed against; empty when they are not packed.
    DetailDictionary,
    /// (P + 1) × u32, optional: offsets into `Variants`.
    VariantStarts,
    /// Heap: prices and stock of each product's variants, as `details.rs` has them.
    Variants,
    /// (2 C + 1) × u32: offsets into `CategoryTexts`.
    CategoryStarts,
    /// Heap, 2 a category: its name, and its name as a JSON string. Categories are sorted by the folded names of their path.
    CategoryTexts,
    /// C × u16, optional: one more than the category above each; 0 for none.
    CategoryParents,
    /// 2 C × u32: each category's products, and how many of them are in stock.
    CategoryCounts,
    /// (C + 1) × u32: where each category's members start.
    CategoryMemberStarts,
    /// P × u24: positions by category, in id order within one.
    CategoryMembers,
    /// P × u24: positions, cheapest first; backwards, with each price's own run forwards, it is dearest first.
    ByPriceAscending,
    /// P × u24: positions, best rated first.
    ByRating,
    /// P × u24: positions by folded name.
    ByName,
    /// P × u24: positions for the home page: in stock, rating, reviews.
    ByMerit,
    /// P × u24, optional: positions, the last published first.
    ByNewest,
    /// P × u24, optional: positions, the largest share off the price before first.
    ByDiscount,
    /// P × u24: positions, by the hash of the handle.
    ByHandle,
    /// (H + 1) × u32: offsets into `FormerHandles`.
    FormerHandleStarts,
    /// Heap: handles that products had before, sorted.
    FormerHandles,
    /// H × u24: the position of the product that had each.
    FormerHandlesOf,
    /// K × u32: position and, in the highest byte, number of a SKU or another code of the product, by the hash of the code in small letters.
    BySku,
    /// (O + 1) × u32: offsets into `Origins`.
    OriginStarts,
    /// Heap: the `https` origins of the pictures.
    Origins,
    /// 6 G × u32: of each group its kind and the width of its column, its first value, the number of its values, its first set, the
    /// number of its sets, where its column starts. `groups.rs` has the meaning of these sections.
    Groups,
    /// (2 G + 1) × u32: offsets into `GroupNames`.
    GroupNameStarts,
    /// Heap, 2 a group: its name, and its folded name.
    GroupNames,
    /// (2 V + 1) × u32: offsets into `Values`.
    ValueStarts,
    /// Heap, 2 a value: as it is shown, and folded.
    Values,
    /// (Z + 1) × u32: offsets into `Sets`.
    SetStarts,
    /// Heap: the numbers of the values of each set.
    Sets,
    /// Z × u32: how many products have each set.
    SetCounts,
    /// Heap: for each group P numbers of sets, of as many bytes as its width.
    GroupColumns,
    /// 2 × u64: the words of all names, and of all descriptions.
    Statistics,
    /// One u32 a block of words: offsets into `Words`.
    WordStarts,
    /// Heap: the words, in blocks, as `dictionary.rs` packs them.
    Words,
    /// (T + 1) × u32: offsets into `Postings`.
    TermStarts,
    /// Heap: where each term is, as `postings.rs` packs it.
    Postings,
    /// Heap: the merchant's rules for searches, as `rules.rs` has them; empty without any.
    Rules,
}

impl Section {
    /// Every section, in order.
    pub(crate) const ALL: [Section; Section::COUNT] = [
        Section::Prices,
        Section::CompareAt,
        Section::Stocks,
        Section::Ratings,
        Section::Reviews,
        Section::Published,
        Section::ProductCategories,
        Section::IdStarts,
        Section::Ids,
        Section::RecordStarts,
        Section::Records,
        Section::RecordDictionary,
        Section::DetailStarts,
        Section::Details,
        Section::DetailDictionary,
        Section::VariantStarts,
        Section::Variants,
        Section::CategoryStarts,
        Section::CategoryTexts,
        Section::CategoryParents,
        Section::CategoryCounts,
        Section::CategoryMemberStarts,
        Section::CategoryMembers,
        Section::ByPriceAscending,
        Section::ByRating,
        Section::ByName,
        Section::ByMerit,
        Section::ByNewest,
        Section::ByDiscount,
        Section::ByHandle,
        Section::FormerHandleStarts,
        Section::FormerHandles,
        Section::FormerHandlesOf,
        Section::BySku,
        Section::OriginStarts,
        Section::Origins,
        Section::Groups,
        Section::GroupNameStarts,
        Section::GroupNames,
        Section::ValueStarts,
        Section::Values,
        Section::SetStarts,
        Section::Sets,
        Section::SetCounts,
        Section::GroupColumns,
        Section::Statistics,
        Section::WordStarts,
        Section::Words,
        Section::TermStarts,
        Section::Postings,
        Section::Rules,
    ];

    pub(super) const COUNT: usize = 51;

    /// How many bytes the section has; `None` for a heap, which may have any length.
    pub(super) fn length(self, counts: &Counts) -> Option<u64> {
        let (products, categories, origins) =
            (u64::from(counts.products), u64::from(counts.categories), u64::from(counts.origins));
        let (words, terms) = (u64::from(counts.words), u64::from(counts.terms));
        Some(match self {
            Section::Ids
            | Section::Records
            | Section::RecordDictionary
            | Section::Details
            | Section::DetailDictionary
            | Section::Variants
            | Section::CategoryTexts
            | Section::Origins
            | Section::FormerHandles
            | Section::GroupNames
            | Section::Values
            | Section::Sets
            | Section::GroupColumns
            | Section::Words
            | Section::Postings
            | Section::Rules => return None,
            Section::Prices | Section::CompareAt => products * counts.price_width.bytes(),
            Section::Ratings | Section::ProductCategories => products * 2,
            Section::CategoryMembers
            | Section::ByPriceAscending
            | Section::ByRating
            | Section::ByName
            | Section::ByMerit
            | Section::ByHandle
            | Section::ByNewest
            | Section::ByDiscount => products * 3,
            Section::IdStarts | Section::RecordStarts | Section::DetailStarts | Section::VariantStarts => {
                (products + 1) * 4
            }
            Section::CategoryStarts => (categories * 2 + 1) * 4,
            Section::CategoryCounts => categories * 8,
            Section::CategoryParents => categories * 2,
            Section::CategoryMemberStarts => (categories + 1) * 4,
            Section::OriginStarts => (origins + 1) * 4,
            Section::FormerHandleStarts => (u64::from(counts.former_handles) + 1) * 4,
            Section::FormerHandlesOf => u64::from(counts.former_handles) * 3,
            Section::BySku => u64::from(counts.skus) * 4,
            Section::Groups => u64::from(counts.groups) * 24,
            Section::GroupNameStarts => (u64::from(counts.groups) * 2 + 1) * 4,
            Section::ValueStarts => (u64::from(counts.values) * 2 + 1) * 4,
            Section::SetStarts => (u64::from(counts.sets) + 1) * 4,
            Section::SetCounts => u64::from(counts.sets) * 4,
            Section::Statistics => 16,
            Section::WordStarts => words.div_ceil(u64::from(WORDS_PER_BLOCK)) * 4,
            Section::TermStarts => (terms + 1) * 4,
            Section::Stocks | Section::Reviews | Section::Published => products * 4,
        })
    }

    /// Whether the section is empty where no product needs it.
    pub(super) fn is_optional(self) -> bool {
        matches!(
            self,
            Section::CompareAt
                | Section::Published
                | Section::DetailStarts
                | Section::VariantStarts
                | Section::CategoryParents
                | Section::ByNewest
                | Section::ByDiscount
        )
    }
}
