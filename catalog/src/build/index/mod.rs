//! Valid records to the bytes of an index: columns, orders, packed texts and the lists that a search reads, in the layout of `format`.
//! Decides every order of the catalog once, here, so that answering sorts nothing.

pub(crate) mod groups;
mod pack;
mod terms;

use core::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::build::record::Record;
use crate::build::rules::SearchRules;
use crate::index::format::{Counts, PriceWidth, Section, write_index};
use crate::index::{details, lookup, records};
use crate::model::currency::Currency;
use crate::model::details::Details;
use crate::model::money::{Price, discount};
use crate::model::product::Product;
use crate::text::fold::fold;
use crate::text::slug::slug;
use web::json::push_string;

/// Writes the index of records that are prepared, under the revision that they have; `None` if it would outgrow its offsets.
pub(super) fn write(records: &[Record], currency: Currency, rules: &SearchRules, revision: u64) -> Option<Vec<u8>> {
    let mut writer = Writer::default();
    let categories = Categories::of(records);
    let prices = |record: &Record| [record.price, record.compare_at.unwrap_or_default()].map(Price::minor);
    let price_width = PriceWidth::of(records.iter().flat_map(prices).max().unwrap_or_default());
    writer.write_facts(records, &categories, price_width)?;
    writer.write_texts(records)?;
    writer.write_details(records)?;
    writer.write_categories(records, &categories)?;
    writer.write_orders(records)?;
    let former_handles = writer.write_handles(records)?;
    let skus = writer.write_skus(records)?;
    let origins = origins(records);
    writer.write_texts_of(Section::OriginStarts, Section::Origins, origins.iter().map(|origin| origin.as_bytes()))?;
    let groups = groups::of(records);
    let searchable = terms::of(records);
    let counts = Counts {
        products: u32::try_from(records.len()).ok()?,
        categories: u16::try_from(categories.paths.len()).ok()?.into(),
        origins: u32::try_from(origins.len()).ok()?,
        words: u32::try_from(searchable.word_count).ok()?,
        terms: u32::try_from(searchable.postings.len()).ok()?,
        former_handles,
        skus,
        groups: u32::try_from(groups.table.len() / 6).ok()?,
        values: u32::try_from(groups.values.len() / 2).ok()?,
        sets: u32::try_from(groups.sets.len()).ok()?,
        currency,
        price_width,
    };
    writer.write_groups(groups)?;
    writer.sections.push((Section::Statistics, searchable.statistics.to_bytes()));
    writer.write_numbers(Section::WordStarts, searchable.word_starts.into_iter());
    writer.sections.push((Section::Words, searchable.words));
    writer.write_texts_of(Section::TermStarts, Section::Postings, searchable.postings.into_iter())?;
    writer.sections.push((Section::Rules, rules.section().to_vec()));
    write_index(counts, revision, &writer.sections)
}

/// The origins of all pictures, sorted.
pub(super) fn origins(records: &[Record]) -> BTreeSet<&str> {
    records.iter().flat_map(|record| &record.image_origins).map(String::as_str).collect()
}

/// The sections as they grow.
#[derive(Default)]
struct Writer {
    sections: Vec<(Section, Vec<u8>)>,
}

/// The categories of all records and those above them, sorted by the folded names of their paths, so that a category stands before those
/// below it.
struct Categories<'a> {
    paths: Vec<Vec<&'a str>>,
    /// The category of each record.
    of_records: Vec<usize>,
}

impl<'a> Categories<'a> {
    fn of(records: &'a [Record]) -> Categories<'a> {
        let path_of = |record: &'a Record| -> Vec<&'a str> {
            record.parents.iter().chain([&record.category]).map(String::as_str).collect()
        };
        let distinct: BTreeSet<Vec<&str>> = records
            .iter()
            .map(path_of)
            .flat_map(|path| (1..=path.len()).filter_map(move |depth| path.get(..depth).map(<[&str]>::to_vec)))
            .collect();
        let folded = |path: &[&str]| -> Vec<String> { path.iter().map(|name| fold(name).into_owned()).collect() };
        let mut paths: Vec<(Vec<String>, Vec<&str>)> = distinct.into_iter().map(|path| (folded(&path), path)).collect();
        paths.sort();
        let paths: Vec<Vec<&str>> = paths.into_iter().map(|(_, path)| path).collect();
        let numbers: BTreeMap<&[&str], usize> = paths.iter().map(Vec::as_slice).zip(0..).collect();
        let of_records = records.iter().filter_map(|record| numbers.get(path_of(record).as_slice()).copied()).collect();
        Categories { paths, of_records }
    }

    /// One more than the number of the category above each; nothing where none has one.
    fn parents(&self) -> Option<Vec<u16>> {
        if self.paths.iter().all(|path| path.len() == 1) {
            return Some(Vec::new());
        }
        let numbers: BTreeMap<&[&str], usize> = self.paths.iter().map(Vec::as_slice).zip(0..).collect();
        let parent = |path: &Vec<&str>| match path.split_last()? {
            (_, []) => Some(0),
            (_, above) => numbers.get(above).and_then(|number| u16::try_from(number + 1).ok()),
        };
        self.paths.iter().map(parent).collect()
    }
}

impl Writer {
    fn write_facts(&mut self, records: &[Record], categories: &Categories<'_>, width: PriceWidth) -> Option<()> {
        self.write_prices(Section::Prices, width, records.iter().map(|record| record.price));
        let is_any = records.iter().any(|record| record.compare_at.is_some());
        let before = records.iter().filter(|_| is_any).map(|record| record.compare_at.unwrap_or_default());
        self.write_prices(Section::CompareAt, width, before);
        self.write_numbers(Section::Stocks, records.iter().map(|record| record.stock));
        self.write_halves(Section::Ratings, records.iter().map(|record| Some(record.rating.hundredths())))?;
        self.write_numbers(Section::Reviews, records.iter().map(|record| record.reviews));
        let is_any = records.iter().any(|record| record.published > 0);
        self.write_numbers(Section::Published, records.iter().filter(|_| is_any).map(|record| record.published));
        self.write_halves(
            Section::ProductCategories,
            categories.of_records.iter().map(|category| u16::try_from(*category).ok()),
        )
    }

    /// Writes the texts that listings show.
    fn write_texts(&mut self, records: &[Record]) -> Option<()> {
        self.write_texts_of(Section::IdStarts, Section::Ids, records.iter().map(|record| record.id.as_bytes()))?;
        let texts = |record: &Record| {
            records::write(&record.name, &record.description, &record.image_url, written_handle(record))
        };
        let packed = pack::pack(records.iter().map(texts).collect());
        self.write_texts_of(Section::RecordStarts, Section::Records, packed.records.into_iter())?;
        self.sections.push((Section::RecordDictionary, packed.dictionary));
        Some(())
    }

    /// Writes everything else that is known of the products, and prices and stock of their variants.
    fn write_details(&mut self, records: &[Record]) -> Option<()> {
        let details: Vec<Vec<u8>> = records.iter().map(|record| details::write(&record.details)).collect();
        let packed = pack::pack(details);
        self.write_optional_texts(Section::DetailStarts, Section::Details, packed.records)?;
        self.sections.push((Section::DetailDictionary, packed.dictionary));
        let facts = |record: &Record| details::write_facts(record.details.variants.iter().map(|variant| variant.facts));
        self.write_optional_texts(Section::VariantStarts, Section::Variants, records.iter().map(facts).collect())
    }

    fn write_categories(&mut self, records: &[Record], categories: &Categories<'_>) -> Option<()> {
        let names = categories.paths.iter().filter_map(|path| path.last());
        let texts = names.flat_map(|name| [name.as_bytes().to_vec(), json_string(name)]);
        self.write_texts_of(Section::CategoryStarts, Section::CategoryTexts, texts)?;
        self.write_halves(Section::CategoryParents, categories.parents()?.into_iter().map(Some))?;
        let mut by_category: Vec<(usize, usize)> = categories.of_records.iter().copied().zip(0..).collect();
        by_category.sort_unstable();
        let mut counts = Vec::new();
        let mut starts = vec![0];
        let mut start = 0;
        for category in 0..categories.paths.len() {
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
        let weighted = |record: &Record| Reverse(record.rating.weighted(record.reviews));
        self.write_order(Section::ByPriceAscending, records, |record| record.price)?;
        self.write_order(Section::ByRating, records, weighted)?;
        self.write_order(Section::ByName, records, |record| (fold(&record.name).into_owned(), record.name.clone()))?;
        self.write_order(Section::ByMerit, records, |record| {
            (record.stock == 0, weighted(record), Reverse(record.reviews))
        })?;
        let is_dated = records.iter().any(|record| record.published > 0);
        let dated = if is_dated { records } else { &[] };
        self.write_order(Section::ByNewest, dated, |record| Reverse(record.published))?;
        let is_reduced = records.iter().any(|record| record.compare_at.is_some());
        let reduced = if is_reduced { records } else { &[] };
        self.write_order(Section::ByDiscount, reduced, |record| Reverse(discount(record.price, record.compare_at)))
    }

    /// Writes the order of handles and the table of former ones, and returns how many of these there are.
    fn write_handles(&mut self, records: &[Record]) -> Option<u32> {
        self.write_order(Section::ByHandle, records, |record| lookup::hash(&record.handle))?;
        let mut formers: Vec<(&str, usize)> = (0..)
            .zip(records)
            .flat_map(|(position, record)| {
                record.details.former_handles.iter().map(move |handle| (handle.as_str(), position))
            })
            .collect();
        formers.sort_unstable();
        let texts = formers.iter().map(|(handle, _)| handle.as_bytes());
        self.write_texts_of(Section::FormerHandleStarts, Section::FormerHandles, texts)?;
        self.write_positions(Section::FormerHandlesOf, formers.iter().map(|(_, position)| *position))?;
        u32::try_from(formers.len()).ok()
    }

    /// Writes the order of SKUs and other codes, and returns how many there are.
    fn write_skus(&mut self, records: &[Record]) -> Option<u32> {
        // Positions that do not fit into an entry fit into no order either.
        let of = |(position, record): (u32, &'_ Record)| lookup::codes(position, &record.details).collect::<Vec<_>>();
        let mut skus: Vec<(u64, u32)> = (0_u32..).zip(records).flat_map(of).collect();
        skus.sort_unstable();
        let count = u32::try_from(skus.len()).ok()?;
        self.write_numbers(Section::BySku, skus.into_iter().map(|(_, entry)| entry));
        Some(count)
    }

    fn write_groups(&mut self, groups: groups::Groups) -> Option<()> {
        self.write_numbers(Section::Groups, groups.table.into_iter());
        self.write_texts_of(Section::GroupNameStarts, Section::GroupNames, groups.names.into_iter())?;
        self.write_texts_of(Section::ValueStarts, Section::Values, groups.values.into_iter())?;
        self.write_texts_of(Section::SetStarts, Section::Sets, groups.sets.into_iter())?;
        self.write_numbers(Section::SetCounts, groups.set_counts.into_iter());
        self.sections.push((Section::GroupColumns, groups.columns));
        Some(())
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

    /// A table of texts that is left out where all of them are empty.
    fn write_optional_texts(&mut self, starts: Section, section: Section, texts: Vec<Vec<u8>>) -> Option<()> {
        if texts.iter().all(Vec::is_empty) {
            self.sections.extend([(starts, Vec::new()), (section, Vec::new())]);
            return Some(());
        }
        self.write_texts_of(starts, section, texts.into_iter())
    }

    fn write_prices(&mut self, section: Section, width: PriceWidth, prices: impl Iterator<Item = Price>) {
        let mut bytes = Vec::new();
        prices.for_each(|price| width.push(price.minor(), &mut bytes));
        self.sections.push((section, bytes));
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

/// The hash of each record, in their order.
pub(super) fn hashes(records: &[Record], currency: Currency) -> Vec<u64> {
    let mut json = Vec::new();
    let hash = |record: &Record| {
        let path: Vec<&str> = record.parents.iter().chain([&record.category]).map(String::as_str).collect();
        hash(&product(record, currency), &record.details, &path, record.published, &mut json)
    };
    records.iter().map(hash).collect()
}

/// The hash of a product; `json` is a buffer.
pub(super) fn hash(product: &Product<'_>, details: &Details, path: &[&str], published: u32, json: &mut Vec<u8>) -> u64 {
    json.clear();
    product.push_whole_json(details, path, published, json);
    xxh3_64(json)
}

/// The revision of a catalog: a hash of its currency, of the hash of each record in id order, and of the rules for searches if there are any.
/// A record that changes takes one hash anew, and not the text of all records.
pub(super) fn revision_of(hashes: &[u64], currency: Currency, rules: &[u8]) -> u64 {
    let mut revision = Xxh3Default::new();
    revision.update(currency.code().as_bytes());
    for hash in hashes {
        revision.update(&hash.to_le_bytes());
    }
    revision.update(rules);
    revision.digest()
}

/// The handle as a record has it: nothing where it is the slug of the name.
pub(super) fn written_handle(record: &Record) -> &str {
    if record.handle == slug(&record.name) { "" } else { &record.handle }
}

fn product(record: &Record, currency: Currency) -> Product<'_> {
    Product {
        id: &record.id,
        handle: record.handle.as_str().into(),
        name: record.name.as_str().into(),
        description: record.description.as_str().into(),
        price: record.price,
        compare_at: record.compare_at,
        currency,
        is_from: record.details.variants.iter().any(|variant| variant.facts.price > record.price),
        image_url: record.image_url.as_str().into(),
        category: &record.category,
        brand: (!record.brand.is_empty()).then_some(record.brand.as_str()),
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
