//! From a handle, a SKU or another code to its product: two orders by hash, searched where they lie. Neither keeps the hashes, which are those of texts
//! that the index has anyway; since hashes are spread evenly, a few guesses are enough.

use xxhash_rust::xxh3::xxh3_64;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Section};
use crate::model::details::{Details, MAX_VARIANTS};

/// A product that a handle leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleMatch {
    /// The handle is the product's own.
    Current(u32),
    /// The product had it before: its page is at another address now.
    Former(u32),
}

/// Something that is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sold {
    /// The position of its product.
    pub position: u32,
    /// Which variant it is; `None` for a product that is its own single variant.
    pub variant: Option<usize>,
}

impl Catalog {
    /// The product that has a handle, or had it before.
    pub fn by_handle(&self, handle: &str) -> Option<HandleMatch> {
        let order: Column<'_, 3> = self.column(Section::ByHandle);
        let hash_at = |place: u32| Some(hash(&self.handle_at(order.get(place)?)?));
        let of_hash = matching(self.count(), hash(handle), hash_at);
        let is_its_own = |position: &u32| self.handle_at(*position).is_some_and(|found| found == handle);
        if let Some(position) = of_hash.filter_map(|place| order.get(place)).find(is_its_own) {
            return Some(HandleMatch::Current(position));
        }
        let formers = self.texts(Section::FormerHandleStarts, Section::FormerHandles);
        let (mut low, mut high) = (0, self.counts().former_handles);
        while low < high {
            let middle = low + (high - low) / 2;
            match formers.text(middle)?.cmp(handle) {
                core::cmp::Ordering::Equal => {
                    let of: Column<'_, 3> = self.column(Section::FormerHandlesOf);
                    return of.get(middle).map(HandleMatch::Former);
                }
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// What is sold by a SKU.
    pub fn by_sku(&self, sku: &str) -> Option<Sold> {
        let is_it =
            |entry: &u32| split(*entry).1 < MAX_VARIANTS && self.code_at(*entry).is_some_and(|code| code == sku);
        if let Some(entry) = self.coded(sku).find(is_it) {
            let (position, variant) = split(entry);
            return Some(Sold { position, variant: Some(variant) });
        }
        let position = self.position(sku)?;
        let is_single = self.variant_facts_at(position).next().is_none();
        is_single.then_some(Sold { position, variant: None })
    }

    /// The products that have a text for a code, whatever its case: their id, a SKU, the merchant's own, a GTIN or a part number. A product
    /// may be among them twice.
    pub(crate) fn by_code(&self, text: &str) -> impl Iterator<Item = u32> {
        let ids = [text.to_owned(), text.to_ascii_lowercase(), text.to_ascii_uppercase()];
        let has_it = |entry: &u32| self.code_at(*entry).is_some_and(|code| code.eq_ignore_ascii_case(text));
        let coded = self.coded(text).filter(has_it).map(|entry| split(entry).0);
        coded.chain(ids.into_iter().filter_map(|id| self.position(&id))).collect::<Vec<u32>>().into_iter()
    }

    /// The entries of the order of codes whose code has the hash of a text.
    fn coded(&self, text: &str) -> impl Iterator<Item = u32> {
        let order: Column<'_> = self.column(Section::BySku);
        let hash_at = move |place: u32| self.code_hash_at(order.get(place)?);
        matching(self.counts().skus, code_hash(text), hash_at)
            .take(CODES_LIMIT)
            .filter_map(move |place| order.get(place))
    }

    /// The hash of the code of an entry.
    pub(crate) fn code_hash_at(&self, entry: u32) -> Option<u64> {
        Some(code_hash(&self.code_at(entry)?))
    }

    /// The code of an entry of the order of codes.
    fn code_at(&self, entry: u32) -> Option<String> {
        let (position, number) = split(entry);
        code(&self.fixed_details_at(position)?, number).map(str::to_owned)
    }
}

/// Most entries of one hash that are looked at: many products may have one part number.
const CODES_LIMIT: usize = 16;

/// The codes of a product by their numbers: the SKUs of its variants first, then those in the merchant's books, from the third limit on those
/// of the product itself, and with the rest of the numbers the GTINs of its variants.
const OF_PRODUCT: usize = 2 * MAX_VARIANTS;
const OF_GTINS: usize = OF_PRODUCT + 3;

/// More than the number of any code.
const CODE_NUMBERS: usize = 256;

/// The code of a number; `None` for one that the product lacks.
fn code(details: &Details, number: usize) -> Option<&str> {
    let of = |start: usize| details.variants.get(number.checked_sub(start)?);
    let code = match number {
        0..MAX_VARIANTS => &of(0)?.sku,
        MAX_VARIANTS..OF_PRODUCT => &of(MAX_VARIANTS)?.merchant_sku,
        _ => match number - OF_PRODUCT {
            0 => &details.gtin,
            1 => &details.mpn,
            2 => &details.merchant_sku,
            _ => &of(OF_GTINS)?.gtin,
        },
    };
    (!code.is_empty()).then_some(code.as_str())
}

/// The entries of a product in the order of codes, each with its hash.
pub(crate) fn codes(position: u32, details: &Details) -> impl Iterator<Item = (u64, u32)> {
    let hashed = move |number: usize| Some((code_hash(code(details, number)?), joined(position, number)?));
    (0..CODE_NUMBERS).filter_map(hashed)
}

/// The hash by which codes are ordered: their case does not count.
fn code_hash(text: &str) -> u64 {
    hash(&text.to_ascii_lowercase())
}

/// The hash by which handles are ordered.
pub(crate) fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// A position and the number of a code in one number.
pub(crate) fn joined(position: u32, number: usize) -> Option<u32> {
    let number = u8::try_from(number).ok()?;
    (position < 1 << 24).then(|| position | u32::from(number) << 24)
}

/// The same, apart.
pub(crate) fn split(entry: u32) -> (u32, usize) {
    let [low, middle, high, number] = entry.to_le_bytes();
    (u32::from_le_bytes([low, middle, high, 0]), number.into())
}

/// The first place of an order by hash whose hash is not below one.
pub(crate) fn first_place(count: u32, hash: u64, hash_at: impl Fn(u32) -> Option<u64>) -> u32 {
    let (mut low, mut high) = (0_u32, count);
    let (mut least, mut most) = (0_u64, u64::MAX);
    for round in 0_u32.. {
        if low >= high {
            break;
        }
        let span = high - low;
        // Where it would be if hashes were spread evenly between the bounds; every third guess halves, so that no order is slow.
        let middle = if round % 3 == 2 {
            low + span / 2
        } else {
            let share = u128::from(hash.saturating_sub(least)) * u128::from(span);
            let guess = share / u128::from(most.saturating_sub(least).max(1));
            low + u32::try_from(guess).unwrap_or(u32::MAX).min(span - 1)
        };
        match hash_at(middle) {
            Some(found) if found < hash => (low, least) = (middle + 1, found),
            Some(found) => (high, most) = (middle, found),
            None => return count,
        }
    }
    low
}

/// The places of an order by hash that have exactly this one.
fn matching(count: u32, hash: u64, hash_at: impl Fn(u32) -> Option<u64> + Copy) -> impl Iterator<Item = u32> {
    let first = first_place(count, hash, hash_at);
    (first..count).take_while(move |place| hash_at(*place) == Some(hash))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::first_place;

    proptest! {
        #[test]
        fn a_place_is_found_in_any_order(mut hashes in prop::collection::vec(any::<u64>(), 0..300), hash in any::<u64>(), near in 0_usize..300) {
            hashes.sort_unstable();
            for hash in [hash, hashes.get(near).copied().unwrap_or(7), 0, u64::MAX] {
                let count = u32::try_from(hashes.len()).unwrap();
                let found = first_place(count, hash, |place| hashes.get(usize::try_from(place).unwrap()).copied());
                prop_assert_eq!(usize::try_from(found).unwrap(), hashes.partition_point(|other| *other < hash));
            }
        }
    }
}
