//! Valid records to the bytes of an index: columns, orders, folded words and rendered JSON, laid out as `format` says.
//! Decides every order of the catalog once, here, so that answering sorts nothing.

use core::cmp::Reverse;
use core::fmt::Display;
use std::collections::BTreeSet;

use xxhash_rust::xxh3::Xxh3Default;

use crate::build::record::Record;
use crate::fold::{fold, words};
use crate::format::{Counts, Section, write_index};
use crate::id;
use crate::json::{push_number, push_string};

/// Writes the index; `None` if it would outgrow its offsets.
pub(super) fn write(mut records: Vec<Record>) -> Option<Vec<u8>> {
    records.sort_by(|left, right| id::compare(&left.id, &right.id));
    let mut writer = Writer::default();
    let categories = Categories::of(&records);
    writer.write_facts(&records, &categories)?;
    let revision = writer.write_texts(&records)?;
    writer.write_categories(&records, &categories)?;
    writer.write_orders(&records)?;
    let origins: BTreeSet<&str> = records.iter().filter_map(|record| record.image_origin.as_deref()).collect();
    writer.write_texts_of(Section::Origins, origins.iter().map(|origin| origin.as_bytes()))?;
    let counts = Counts {
        products: u32::try_from(records.len()).ok()?,
        categories: u32::try_from(categories.names.len()).ok()?,
        origins: u32::try_from(origins.len()).ok()?,
    };
    let heap = core::mem::take(&mut writer.heap);
    writer.sections.push((Section::Heap, heap));
    write_index(counts, revision, &writer.sections)
}

/// The sections as they grow.
#[derive(Default)]
struct Writer {
    sections: Vec<(Section, Vec<u8>)>,
    heap: Vec<u8>,
}

/// The categories of all records, sorted by folded name.
struct Categories<'a> {
    names: Vec<&'a str>,
    /// The category of each record.
    of_records: Vec<usize>,
}

impl<'a> Categories<'a> {
    fn of(records: &'a [Record]) -> Categories<'a> {
        let sorted: BTreeSet<_> =
            records.iter().map(|record| (fold(&record.category), record.category.as_str())).collect();
        let names: Vec<&str> = sorted.into_iter().map(|(_, name)| name).collect();
        let mut numbers: Vec<(&str, usize)> = names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        numbers.sort_unstable();
        let number_of = |record: &Record| {
            let place = numbers.binary_search_by(|(name, _)| (*name).cmp(record.category.as_str())).ok()?;
            numbers.get(place).map(|(_, number)| *number)
        };
        let of_records = records.iter().filter_map(number_of).collect();
        Categories { names, of_records }
    }
}

impl Writer {
    fn write_facts(&mut self, records: &[Record], categories: &Categories<'_>) -> Option<()> {
        self.write_numbers(Section::Prices, records.iter().map(|record| record.price.minor()));
        self.write_numbers(Section::Stocks, records.iter().map(|record| record.stock));
        self.write_numbers(Section::Ratings, records.iter().map(|record| u32::from(record.rating.hundredths())));
        self.write_numbers(Section::Reviews, records.iter().map(|record| record.reviews));
        self.write_places(Section::ProductCategories, categories.of_records.iter().copied())
    }

    /// Writes all text of the products and returns the revision, a hash of their JSON.
    fn write_texts(&mut self, records: &[Record]) -> Option<u64> {
        let texts =
            records.iter().flat_map(|record| [&record.id, &record.name, &record.description, &record.image_url]);
        self.write_texts_of(Section::ProductTexts, texts.map(String::as_bytes))?;
        let fields = records.iter().flat_map(|record| [&record.name, &record.category, &record.description]);
        self.write_texts_of(Section::ProductWords, fields.map(|field| folded_words(field).into_bytes()))?;
        let objects = records.iter().flat_map(|record| [product_json(record), suggestion_json(record)]);
        self.write_texts_of(Section::ProductJson, objects)?;
        let mut revision = Xxh3Default::new();
        for record in records {
            revision.update(&product_json(record));
            revision.update(b"\n");
        }
        Some(revision.digest())
    }

    fn write_categories(&mut self, records: &[Record], categories: &Categories<'_>) -> Option<()> {
        let texts = categories.names.iter().flat_map(|name| [name.as_bytes().to_vec(), json_string(name)]);
        self.write_texts_of(Section::CategoryTexts, texts)?;
        let mut by_category: Vec<(usize, usize)> = categories.of_records.iter().copied().zip(0..).collect();
        by_category.sort_unstable();
        let mut counts = Vec::new();
        let mut starts = vec![0];
        let mut start = 0;
        for category in 0..categories.names.len() {
            let end = by_category.partition_point(|(of, _)| *of <= category);
            let members = by_category.get(start..end)?;
            let is_in_stock = |position: usize| records.get(position).is_some_and(|record| record.stock > 0);
            counts.extend([members.len(), members.iter().filter(|(_, position)| is_in_stock(*position)).count()]);
            starts.push(end);
            start = end;
        }
        self.write_places(Section::CategoryCounts, counts.into_iter())?;
        self.write_places(Section::CategoryStarts, starts.into_iter())?;
        self.write_places(Section::CategoryMembers, by_category.into_iter().map(|(_, position)| position))
    }

    /// Ties break by position, which is id order.
    fn write_orders(&mut self, records: &[Record]) -> Option<()> {
        self.write_order(Section::ByPriceAscending, records, |record| record.price)?;
        self.write_order(Section::ByPriceDescending, records, |record| Reverse(record.price))?;
        self.write_order(Section::ByRating, records, |record| Reverse(record.rating))?;
        self.write_order(Section::ByName, records, |record| (fold(&record.name).into_owned(), record.name.clone()))?;
        self.write_order(Section::ByMerit, records, |record| {
            (record.stock == 0, Reverse(record.rating), Reverse(record.reviews))
        })
    }

    fn write_order<K: Ord>(&mut self, section: Section, records: &[Record], key: impl Fn(&Record) -> K) -> Option<()> {
        let mut keyed: Vec<(K, usize)> = records.iter().map(key).zip(0..).collect();
        keyed.sort();
        self.write_places(section, keyed.into_iter().map(|(_, position)| position))
    }

    fn write_texts_of(&mut self, section: Section, texts: impl Iterator<Item = impl AsRef<[u8]>>) -> Option<()> {
        let mut offsets = vec![self.heap.len()];
        for text in texts {
            self.heap.extend_from_slice(text.as_ref());
            offsets.push(self.heap.len());
        }
        self.write_places(section, offsets.into_iter())
    }

    fn write_places(&mut self, section: Section, places: impl Iterator<Item = usize>) -> Option<()> {
        let numbers: Vec<u32> = places.map(|place| u32::try_from(place).ok()).collect::<Option<_>>()?;
        self.write_numbers(section, numbers.into_iter());
        Some(())
    }

    fn write_numbers(&mut self, section: Section, numbers: impl Iterator<Item = u32>) {
        self.sections.push((section, numbers.flat_map(u32::to_le_bytes).collect()));
    }
}

/// The product as the API gives it, fields in the order of the contract.
fn product_json(record: &Record) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + record.description.len());
    out.extend_from_slice(b"{\"id\":");
    push_string(&mut out, &record.id);
    push_field(&mut out, "name", |out| push_string(out, &record.name));
    push_field(&mut out, "description", |out| push_string(out, &record.description));
    push_field(&mut out, "price", |out| push_display(out, record.price));
    push_field(&mut out, "imageUrl", |out| push_string(out, &record.image_url));
    push_field(&mut out, "category", |out| push_string(out, &record.category));
    push_field(&mut out, "stock", |out| push_number(out, record.stock));
    push_field(&mut out, "rating", |out| push_display(out, record.rating));
    push_field(&mut out, "reviews", |out| push_number(out, record.reviews));
    out.push(b'}');
    out
}

fn suggestion_json(record: &Record) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(b"{\"id\":");
    push_string(&mut out, &record.id);
    push_field(&mut out, "name", |out| push_string(out, &record.name));
    push_field(&mut out, "category", |out| push_string(out, &record.category));
    push_field(&mut out, "price", |out| push_display(out, record.price));
    push_field(&mut out, "imageUrl", |out| push_string(out, &record.image_url));
    out.push(b'}');
    out
}

fn push_field(out: &mut Vec<u8>, name: &str, push: impl FnOnce(&mut Vec<u8>)) {
    out.push(b',');
    push_string(out, name);
    out.push(b':');
    push(out);
}

fn push_display(out: &mut Vec<u8>, number: impl Display) {
    out.extend_from_slice(number.to_string().as_bytes());
}

fn json_string(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

fn folded_words(text: &str) -> String {
    words(&fold(text)).collect::<Vec<_>>().join(" ")
}
