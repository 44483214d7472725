//! Products with everything that listings are filtered by: the made-up ones of `large/`, each with three variants of two options, a brand, five
//! attributes, collections, and some with a price before. The same ones every time, without a network.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::large;

const SIZES: [&str; 6] = ["XS", "S", "M", "L", "XL", "XXL"];
const COLOURS: [&str; 12] =
    ["Black", "Blue", "Brown", "Cream", "Green", "Grey", "Olive", "Orange", "Red", "Sand", "White", "Yellow"];

/// The attributes, and how many values each has.
const ATTRIBUTES: [(&str, u64); 5] = [("Material", 40), ("Origin", 30), ("Style", 20), ("Care", 8), ("Warranty", 5)];
const BRANDS: u64 = 400;
const COLLECTIONS: u64 = 60;
const VARIANTS: u64 = 3;

/// Writes so many products, a line each, unless the file is there.
pub(super) fn write(path: &Path, count: u64) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let cannot = || format!("cannot write `{}`", path.display());
    // Under another name until it is whole.
    let unfinished = path.with_extension("unfinished");
    let mut out = BufWriter::new(File::create(&unfinished).with_context(cannot)?);
    for number in 1..=count {
        writeln!(out, "{}", product(number)).with_context(cannot)?;
    }
    out.flush().with_context(cannot)?;
    std::fs::rename(&unfinished, path).with_context(cannot)
}

/// A number below `limit` that only looks random; the lower ones come more often.
fn skewed(number: u64, salt: u64, limit: u64) -> u64 {
    mixed(number, salt) % (1 + mixed(number, salt + 1000) % limit)
}

fn mixed(number: u64, salt: u64) -> u64 {
    let mixed = number.wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33
}

fn picked<'a>(of: &[&'a str], place: u64) -> &'a str {
    let count = u64::try_from(of.len()).unwrap_or(1);
    usize::try_from(place % count).ok().and_then(|place| of.get(place)).copied().unwrap_or_default()
}

fn product(number: u64) -> Value {
    let mut product = large::product(number);
    let price = product.get("price").and_then(Value::as_f64).unwrap_or(1.0);
    let attributes: Vec<Value> = (1..)
        .zip(ATTRIBUTES)
        .map(|(salt, (name, values))| json!({ "name": name, "value": format!("{name} {}", skewed(number, salt, values)) }))
        .collect();
    let collections: Vec<String> =
        (0..mixed(number, 20) % 4).map(|place| format!("Range {}", skewed(number, 21 + place, COLLECTIONS))).collect();
    let (size, colour) = (mixed(number, 30), mixed(number, 31));
    let is_on_sale = mixed(number, 32).is_multiple_of(4);
    let variants: Vec<Value> = (0..VARIANTS)
        .map(|place| {
            let mut variant = json!({
                "sku": format!("W{number}-{place}"),
                "options": { "Size": picked(&SIZES, size + place), "Colour": picked(&COLOURS, colour + place / 2) },
                "price": price,
                "stock": mixed(number, 40 + place) % 5 * 7,
            });
            if let (true, Some(variant)) = (is_on_sale, variant.as_object_mut()) {
                variant.insert("compareAtPrice".to_owned(), json!((price * 1.25).ceil()));
            }
            variant
        })
        .collect();
    if let Some(product) = product.as_object_mut() {
        product.insert("brand".to_owned(), format!("Brand {}", skewed(number, 50, BRANDS)).into());
        product.insert("attributes".to_owned(), attributes.into());
        product.insert("collections".to_owned(), collections.into());
        product.insert("options".to_owned(), json!([{ "name": "Size" }, { "name": "Colour" }]));
        product.insert("variants".to_owned(), variants.into());
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_has_everything_and_is_the_same_every_time() {
        let one = product(7);
        assert_eq!(one, product(7));
        assert_eq!(one["variants"].as_array().map(Vec::len), Some(3));
        assert_eq!(one["attributes"].as_array().map(Vec::len), Some(5));
        assert!(one["brand"].as_str().is_some_and(|brand| brand.starts_with("Brand ")));
        assert!((1..100).any(|number| product(number)["variants"][0].get("compareAtPrice").is_some()));
    }
}
