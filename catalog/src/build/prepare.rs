//! What no record can decide by itself: handles and SKUs that are unique over all of them, one spelling for each category, and the
//! order of ids. The same records lead to the same outcome, in whatever order a file has them.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::record::Record;
use crate::model::handle::Handle;
use crate::model::id;
use crate::model::sku::{self, Sku};
use crate::text::slug::slug;

/// Brings records into id order and gives them what they lack.
pub(super) fn prepare(records: &mut [Record]) {
    records.sort_by(|left, right| id::compare(&left.id, &right.id));
    records.iter_mut().for_each(lead);
    spell_categories(records);
    give_handles(records);
    give_skus(records);
}

/// Of variants, the one that leads is what a listing shows of its product.
pub(super) fn lead(record: &mut Record) {
    if let Some(leading) = record.details.leading() {
        (record.price, record.compare_at) = (leading.price, leading.compare_at);
        record.stock = record.details.stock();
    }
    record.compare_at = record.compare_at.filter(|before| *before > record.price);
    for variant in &mut record.details.variants {
        let price = variant.facts.price;
        variant.facts.compare_at = variant.facts.compare_at.filter(|before| *before > price);
    }
}

/// Categories that differ in case alone are one, under the name that most products have for it.
fn spell_categories(records: &mut [Record]) {
    let mut spellings: BTreeMap<Vec<String>, BTreeMap<Vec<String>, usize>> = BTreeMap::new();
    let path_of = |record: &Record| -> Vec<String> {
        record.parents.iter().chain([&record.category]).map(String::clone).collect()
    };
    let key_of = |path: &[String]| -> Vec<String> { path.iter().map(|name| name.to_lowercase()).collect() };
    for record in records.iter() {
        let path = path_of(record);
        // Each level is a category of its own, which may be written differently above different ones.
        for depth in 1..=path.len() {
            let part = path.get(..depth).unwrap_or_default();
            *spellings.entry(key_of(part)).or_default().entry(part.to_vec()).or_default() += 1;
        }
    }
    let is_one = |spellings: &BTreeMap<Vec<String>, usize>| spellings.len() == 1;
    if spellings.values().all(is_one) {
        return;
    }
    let chosen: BTreeMap<Vec<String>, String> = spellings
        .into_iter()
        .filter_map(|(key, spellings)| {
            // Of those that are as common, the first in byte order.
            let best = spellings.into_iter().rev().max_by_key(|(_, count)| *count);
            best.and_then(|(path, _)| path.last().cloned()).map(|name| (key, name))
        })
        .collect();
    for record in records {
        let key = key_of(&path_of(record));
        let name_at = |depth: usize| chosen.get(key.get(..depth).unwrap_or_default()).cloned();
        for (depth, name) in (1..).zip(record.parents.iter_mut().chain([&mut record.category])) {
            if let Some(spelling) = name_at(depth) {
                *name = spelling;
            }
        }
    }
}

/// Handles are unique over handles and ids, since both stand in addresses of pages. Those of the file come first, then those that names
/// lead to, and of equals that of the first id.
fn give_handles(records: &mut [Record]) {
    let mut taken: BTreeMap<String, usize> =
        records.iter().enumerate().map(|(place, record)| (record.id.clone(), place)).collect();
    let mut take = |handle: &str, place: usize| {
        if Handle::new(handle).is_err() || taken.get(handle).is_some_and(|of| *of != place) {
            return false;
        }
        taken.insert(handle.to_owned(), place);
        true
    };
    for (place, record) in records.iter_mut().enumerate() {
        if !take(&record.handle, place) {
            record.handle.clear();
        }
    }
    for (place, record) in records.iter_mut().enumerate().filter(|(_, record)| record.handle.is_empty()) {
        let (name, id) = (slug(&record.name), slug(&record.id));
        let behind =
            |front: &str, back: &str| if back.is_empty() { front.to_owned() } else { format!("{front}-{back}") };
        let hash = format!("{:08x}", xxhash_rust::xxh3::xxh3_64(record.id.as_bytes()) >> 32);
        let front = if name.is_empty() { "product" } else { name.as_str() };
        // The hash of an id is as good as the id, and always fits.
        let proposals = [name.clone(), behind(front, &id), behind(front, &hash), behind("product", &hash)];
        record.handle = proposals.into_iter().find(|proposal| take(proposal, place)).unwrap_or_default();
    }
    for (place, record) in records.iter_mut().enumerate() {
        let own = record.handle.clone();
        record.details.former_handles.retain(|former| *former != own && take(former, place));
    }
}

/// SKUs are unique over SKUs and ids. A variant without one, or with one that another has, gets one that follows from its values.
fn give_skus(records: &mut [Record]) {
    let ids: BTreeSet<String> = records.iter().map(|record| record.id.clone()).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for record in records.iter_mut() {
        for variant in &mut record.details.variants {
            let is_own = variant.sku == record.id || !ids.contains(&variant.sku);
            if Sku::new(&variant.sku).is_ok() && is_own && taken.insert(variant.sku.clone()) {
                continue;
            }
            let foreign = core::mem::take(&mut variant.sku);
            if variant.merchant_sku.is_empty() {
                variant.merchant_sku = foreign;
            }
        }
    }
    for record in records {
        let id = &record.id;
        for variant in record.details.variants.iter_mut().filter(|variant| variant.sku.is_empty()) {
            let mut round = String::new();
            loop {
                let values =
                    variant.values.iter().map(String::as_str).chain((!round.is_empty()).then_some(round.as_str()));
                let sku = sku::derived(id, values);
                if !ids.contains(&sku) && taken.insert(sku.clone()) {
                    variant.sku = sku;
                    break;
                }
                round.push('+');
            }
        }
    }
}
