//! The first products of a file, as the shop shows them: for the merchant to see whether each column was taken for the right field.
//! Plain texts; how they are printed is the command line's business.

use crate::build::record::Record;
use crate::build::report::Sample;
use crate::model::currency::Currency;
use crate::model::details::StockPolicy;

/// The view of a record.
pub(super) fn of(record: &Record, currency: Currency) -> Sample {
    let leading = record.details.leading();
    let (price, before) = leading.map_or((record.price, record.compare_at), |facts| (facts.price, facts.compare_at));
    let code = currency.code();
    let price = match before.filter(|before| *before > price) {
        Some(before) => format!("{} {code}, before {} {code}", currency.decimal(price), currency.decimal(before)),
        None => format!("{} {code}", currency.decimal(price)),
    };
    let variants = &record.details.variants;
    let is_uncounted = variants.iter().any(|variant| variant.facts.policy != StockPolicy::Deny);
    let count = if variants.is_empty() { record.stock } else { record.details.stock() };
    let stock = match (is_uncounted, count) {
        (true, _) => "in stock, not counted".to_owned(),
        (false, 0) => "out of stock".to_owned(),
        (false, count) => format!("{count} in stock"),
    };
    let values = |place: usize| {
        let mut values: Vec<String> = Vec::new();
        for value in variants.iter().filter_map(|variant| variant.values.get(place)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    };
    let options = record.details.options.iter().enumerate().map(|(place, name)| (name.clone(), values(place)));
    let path = record.parents.iter().chain([&record.category]).map(String::as_str);
    Sample {
        id: record.id.clone(),
        name: record.name.clone(),
        price,
        category: path.collect::<Vec<_>>().join(" > "),
        stock,
        options: options.collect(),
        variants: variants.len(),
        pictures: record.details.images.len().max(usize::from(!record.image_url.is_empty())),
    }
}
