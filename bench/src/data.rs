//! The judged set: a folder with `products.ndjson.gz` in the shop's own schema and `judgments.tsv` (query, product, rating).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use crate::score::Ratings;

/// The first line of the ratings.
const HEADER: &str = "query\tproduct\trating";
const HIGHEST_RATING: u8 = 3;

/// What other engines index of a product.
#[derive(Deserialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) brand: String,
    #[serde(default)]
    pub(crate) collections: Vec<String>,
    #[serde(default)]
    pub(crate) attributes: Vec<Attribute>,
    #[serde(default)]
    pub(crate) variants: Vec<Variant>,
}

impl Product {
    /// The parameters by which a product is found, one for each of its values; of its options those of the first variant.
    pub(crate) fn parameters(&self) -> [Vec<String>; 4] {
        let pair = |name: &str, value: &str| format!("{name}={}", encoded(value));
        [
            Some(&self.brand).into_iter().filter(|brand| !brand.is_empty()).map(|brand| pair("brand", brand)).collect(),
            self.variants
                .iter()
                .take(1)
                .flat_map(|one| &one.options)
                .map(|(name, value)| pair(&format!("option.{name}"), value))
                .collect(),
            self.attributes.iter().map(|one| pair(&format!("attr.{}", one.name), &one.value)).collect(),
            self.collections.iter().map(|name| pair("collection", name)).collect(),
        ]
    }
}

/// A fact by name.
#[derive(Deserialize)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A variant as filters see it.
#[derive(Deserialize)]
pub(crate) struct Variant {
    #[serde(default)]
    pub(crate) options: BTreeMap<String, String>,
}

/// Percent-encoded as a browser's form would.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// The file of products.
pub(crate) fn products_file(folder: &Path) -> PathBuf {
    folder.join("products.ndjson.gz")
}

/// The products, in the file's order.
pub(crate) fn products(folder: &Path) -> Result<Vec<Product>> {
    let path = products_file(folder);
    let file = File::open(&path).with_context(|| format!("cannot open `{}`", path.display()))?;
    let mut products = Vec::new();
    for (number, line) in (1_u32..).zip(BufReader::new(MultiGzDecoder::new(file)).lines()) {
        let line = line.with_context(|| format!("cannot read `{}`", path.display()))?;
        let product = serde_json::from_str(&line);
        products.push(product.with_context(|| format!("line {number} of `{}` is no product", path.display()))?);
    }
    Ok(products)
}

/// The ratings of each query.
pub(crate) fn judgments(folder: &Path) -> Result<BTreeMap<String, Ratings>> {
    let path = folder.join("judgments.tsv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    parse(&text).with_context(|| format!("cannot use `{}`", path.display()))
}

fn parse(text: &str) -> Result<BTreeMap<String, Ratings>> {
    let mut lines = (1_u32..).zip(text.lines());
    if lines.next().is_none_or(|(_, line)| line != HEADER) {
        bail!("the first line is not `{}`", HEADER.replace('\t', "<tab>"));
    }
    let mut judgments: BTreeMap<String, Ratings> = BTreeMap::new();
    for (number, line) in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let [query, product, rating] = fields.as_slice() else {
            bail!("line {number} has {} fields, not 3", fields.len());
        };
        let Some(rating) = rating.parse().ok().filter(|rating| *rating <= HIGHEST_RATING) else {
            bail!("line {number}: the rating `{rating}` is not a whole number from 0 to {HIGHEST_RATING}");
        };
        if judgments.entry((*query).to_owned()).or_default().insert((*product).to_owned(), rating).is_some() {
            bail!("line {number} rates `{product}` for `{query}` a second time");
        }
    }
    Ok(judgments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_kept_by_query() {
        let judgments = parse("query\tproduct\trating\naa\t7\t3\naa\t8\t0\nssd\t7\t1\n").unwrap();
        assert_eq!(judgments["aa"], Ratings::from([("7".to_owned(), 3), ("8".to_owned(), 0)]));
        assert_eq!(judgments["ssd"], Ratings::from([("7".to_owned(), 1)]));
    }

    #[test]
    fn a_broken_line_is_named() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            assert_eq!(parse(text).unwrap_err().to_string(), expect);
        }
        check("", "the first line is not `query<tab>product<tab>rating`");
        check("aa\t7\t3\n", "the first line is not `query<tab>product<tab>rating`");
        check("query\tproduct\trating\naa\t7\n", "line 2 has 2 fields, not 3");
        check("query\tproduct\trating\naa\t7\t4\n", "line 2: the rating `4` is not a whole number from 0 to 3");
        check("query\tproduct\trating\naa\t7\t3\naa\t7\t2\n", "line 3 rates `7` for `aa` a second time");
    }
}
