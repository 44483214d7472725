//! Valid records to the bytes of an index: columns, orders, packed texts and the lists that a search reads, in the layout of `format`.
//! Decides every order of the catalog once, here, so that answering sorts nothing.

mod pack;
mod terms;

use core::cmp::Reverse;
use std::collections::BTreeSet;

use xxhash_rust::xxh3::Xxh3Default;

use crate::build::record::Record;
use crate::build::rules::SearchRules;
use crate::index::format::{Counts, Section, write_index};
use crate::index::records;
use crate::model::id;
use crate::model::product::Product;
use crate::text::fold::fold;
use web::json::push_string;

/// Writes the index; `None` if it would outgrow its offsets.
pub(super) fn write(mut records: Vec<Record>, rules: &SearchRules) -> Option<Vec<u8>> {
    records.sort_by(|left, right| id::compare(&left.id, &right.id));
    let mut writer = Writer::default();
    let categories = Categories::of(&records);
    writer.write_facts(&records, &categories)?;
    writer.write_texts(&records)?;
    writer.write_categories(&records, &categories)?;
    writer.write_orders(&records)?;
    let origins: BTreeSet<&str> = records.iter().filter_map(|record| record.image_origin.as_deref()).collect();
    writer.write_texts_of(Section::OriginStarts, Section::Origins, origins.iter().map(|origin| origin.as_bytes()))?;
    let searchable = terms::of(&records);
    let counts = Counts {
        products: u32::try_from(records.len()).ok()?,
        categories: u16::try_from(categories.names.len()).ok()?.into(),
        origins: u32::try_from(origins.len()).ok()?,
        words: u32::try_from(searchable.word_count).ok()?,
        terms: u32::try_from(searchable.postings.len()).ok()?,
    };
    writer.sections.push((Section::Statistics, searchable.statistics.to_bytes()));
    writer.write_numbers(Section::WordStarts, searchable.word_starts.into_iter());
    writer.sections.push((Section::Words, searchable.words));
    writer.write_texts_of(Section::TermStarts, Section::Postings, searchable.postings.into_iter())?;
    writer.sections.push((Section::Rules, rules.section().to_vec()));
    write_index(counts, revision(&records, rules), &writer.sections)
}

/// The sections as they grow.
#[derive(Default)]
struct Writer {
    sections: Vec<(Section, Vec<u8>)>,
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
        self.write_halves(Section::Ratings, records.iter().map(|record| Some(record.rating.hundredths())))?;
        self.write_numbers(Section::Reviews, records.iter().map(|record| record.reviews));
        self.write_halves(
            Section::ProductCategories,
            categories.of_records.iter().map(|category| u16::try_from(*category).ok()),
        )
    }

    /// Writes all text of the products.
    fn write_texts(&mut self, records: &[Record]) -> Option<()> {
        self.write_texts_of(Section::IdStarts, Section::Ids, records.iter().map(|record| record.id.as_bytes()))?;
        let texts = |record: &Record| records::write(&record.name, &record.description, &record.image_url);
        let packed = pack::pack(records.iter().map(texts).collect());
        self.write_texts_of(Section::RecordStarts, Section::Records, packed.records.into_iter())?;
        self.sections.push((Section::RecordDictionary, packed.dictionary));
        Some(())
    }

    fn write_categories(&mut self, records: &[Record], categories: &Categories<'_>) -> Option<()> {
        let texts = categories.names.iter().flat_map(|name| [name.as_bytes().to_vec(), json_string(name)]);
        self.write_texts_of(Section::CategoryStarts, Section::CategoryTexts, texts)?;
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
        self.write_places(Section::CategoryMemberStarts, starts.into_iter())?;
        self.write_positions(Section::CategoryMembers, by_category.into_iter().map(|(_, position)| position))
    }

    /// Ties break by position, which is id order.
    fn write_orders(&mut self, records: &[Record]) -> Option<()> {
        self.write_order(Section::ByPriceAscending, records, |record| record.price)?;
        self.write_order(Section::ByRating, records, |record| Reverse(record.rating))?;
        self.write_order(Section::ByName, records, |record| (fold(&record.name).into_owned(), record.name.clone()))?;
        self.write_order(Section::ByMerit, records, |record| {
            (record.stock == 0, Reverse(record.rating), Reverse(record.reviews))
        })
    }

    fn write_order<K: Ord>(&mut self, section: Section, records: &[Record], key: impl Fn(&Record) -> K) -> Option<()> {
        let mut keyed: Vec<(K, usize)> = records.iter().map(key).zip(0..).collect();
        keyed.sort();
        self.write_positions(section, keyed.into_iter().map(|(_, position)| position))
    }

    fn write_texts_of(
        &mut self,
        starts: Section,
        section: Section,
        texts: impl Iterator<Item = impl AsRef<[u8]>>,
    ) -> Option<()> {
        let (mut heap, mut offsets) = (Vec::new(), vec![0]);
        for text in texts {
            heap.extend_from_slice(text.as_ref());
            offsets.push(heap.len());
        }
        self.write_places(starts, offsets.into_iter())?;
        self.sections.push((section, heap));
        Some(())
    }

    fn write_positions(&mut self, section: Section, positions: impl Iterator<Item = usize>) -> Option<()> {
        let bytes: Vec<[u8; 3]> = positions
            .map(|position| {
                let [low, middle, high, above] = u32::try_from(position).ok()?.to_le_bytes();
                (above == 0).then_some([low, middle, high])
            })
            .collect::<Option<_>>()?;
        self.sections.push((section, bytes.concat()));
        Some(())
    }

    fn write_halves(&mut self, section: Section, numbers: impl Iterator<Item = Option<u16>>) -> Option<()> {
        let numbers: Vec<u16> = numbers.collect::<Option<_>>()?;
        self.sections.push((section, numbers.into_iter().flat_map(u16::to_le_bytes).collect()));
        Some(())
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

/// The revision of a catalog of these records, which are in id order: a hash of their JSON, and of the rules for searches if there are any.
pub(super) fn revision(records: &[Record], rules: &SearchRules) -> u64 {
    let mut revision = Xxh3Default::new();
    let mut json = Vec::new();
    for record in records {
        json.clear();
        product(record).push_json(&mut json);
        json.push(b'\n');
        revision.update(&json);
    }
    revision.update(rules.section());
    revision.digest()
}

fn product(record: &Record) -> Product<'_> {
    Product {
        id: &record.id,
        name: record.name.as_str().into(),
        description: record.description.as_str().into(),
        price: record.price,
        image_url: record.image_url.as_str().into(),
        category: &record.category,
        stock: record.stock,
        rating: record.rating,
        reviews: record.reviews,
    }
}

fn json_string(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}
