//! Damaged indexes: opening refuses them or reading gives less, and nothing ever panics.

use catalog::{Catalog, OpenError, Query};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use xxhash_rust::xxh3::xxh3_64;

use crate::layout::{HEADER_LENGTH, place_of, section};
use crate::{INDEX, answer, request};

#[test]
fn opening_says_what_is_wrong() {
    #[track_caller]
    fn check(damage: impl FnOnce(&mut Vec<u8>), expect: &str) {
        let mut index = INDEX.clone();
        damage(&mut index);
        assert_eq!(Catalog::open(index).unwrap_err().to_string(), expect);
    }
    check(Vec::clear, "an index has at least 488 bytes, not 0");
    check(|index| index.truncate(487), "an index has at least 488 bytes, not 487");
    check(|index| index[0] ^= 1, "the bytes are not an index: they start with other bytes than `shopidx`");
    check(|index| index[8] = 1, "the index has format version 1, but this build reads version 5");
    check(|index| index[12] ^= 1, "the index's header is damaged: its checksum does not match");
    check(
        |index| index.truncate(HEADER_LENGTH),
        "the index's section 0 is out of bounds: the index was cut short or is damaged",
    );
    check(
        |index| {
            index.pop();
        },
        "the index's section 49 is out of bounds: the index was cut short or is damaged",
    );
    check(
        |index| {
            index[12] ^= 1;
            seal(index);
        },
        "the index's section 0 is out of bounds: the index was cut short or is damaged",
    );
    check(
        |index| {
            // The second text of the categories starts before the first.
            let starts = place_of(index, section::CATEGORY_STARTS).start;
            index[starts] = 0xff;
        },
        "the index's section 17 is out of bounds: the index was cut short or is damaged",
    );
}

#[test]
fn a_damaged_body_is_found_by_verifying() {
    let mut index = INDEX.clone();
    assert_eq!(Catalog::open(index.clone()).unwrap().verify(), Ok(()));
    *index.last_mut().unwrap() ^= 1;
    let catalog = Catalog::open(index).unwrap();
    assert_eq!(catalog.verify(), Err(OpenError::BodyChecksum));
}

/// Makes the header's checksum right again, so that what lies behind it is put to the test.
fn seal(index: &mut [u8]) {
    if let Some((header, _)) = index.split_at_mut_checked(HEADER_LENGTH) {
        let (checked, stored) = header.split_at_mut(HEADER_LENGTH - 8);
        stored.copy_from_slice(&xxh3_64(checked).to_le_bytes());
    }
}

/// Asks for everything that reads the index.
pub(crate) fn exercise(catalog: &Catalog) {
    for target in [
        "/api/products?include=facets&pageSize=100",
        "/api/products?search=mug+ca&include=facets",
        "/api/products?category=Kitchen&minPrice=1&sort=name",
        "/api/products?sort=price-desc&inStock=true",
        "/api/products?sort=rating",
        "/api/products/7",
        "/api/products/categories",
        "/api/products/suggest?q=a",
        "/health",
    ] {
        let reply = answer(catalog, &request("GET", target));
        assert!(matches!(reply.status, 200 | 404), "{target}");
    }
    let count = u32::try_from(catalog.len()).unwrap_or(u32::MAX);
    for position in (0..count.min(100)).chain([u32::MAX, u32::MAX / 3, u32::MAX / 4]) {
        if let Some(product) = catalog.product_at(position) {
            let _ = (catalog.product(product.id), catalog.related(&product, 4));
        }
    }
    let _ = (catalog.best_rated(9), catalog.categories().count(), catalog.image_origins().count(), catalog.verify());
    let _ = catalog.search(&Query { page: 0, page_size: 0, ..Query::default() }).total_pages(0);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_is_refused_or_survived(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..40),
        length in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut index = INDEX.clone();
        for (place, byte, is_in_header) in damages {
            let end = if is_in_header { HEADER_LENGTH - 8 } else { index.len() };
            index[place.index(end)] = byte;
        }
        // Magic and version are tested above; here they would only hide the rest.
        index[..12].copy_from_slice(&INDEX[..12]);
        if let Some(length) = length {
            index.truncate(length.index(INDEX.len()));
        }
        seal(&mut index);
        if let Ok(catalog) = Catalog::open(index) {
            exercise(&catalog);
        }
    }

    #[test]
    fn a_damaged_body_is_survived(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..200),
    ) {
        let mut index = INDEX.clone();
        for (place, byte) in damages {
            let end = index.len() - HEADER_LENGTH;
            index[HEADER_LENGTH + place.index(end)] = byte;
        }
        // The few tables that are read as a whole are checked when the index opens.
        if let Ok(catalog) = Catalog::open(index) {
            exercise(&catalog);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in any::<Vec<u8>>()) {
        assert!(Catalog::open(bytes).is_err());
    }
}
