//! Parts of an export to products: rows of one key, variants of a parent, children by SKU. One way for all platforms, which differ in
//! their columns only. `join.rs` makes a record of each group.

use std::collections::BTreeMap;

use super::known::Known;
use super::part::{Kind, Part};
use super::visible::NOT_ALONE;
use crate::build::field::Field;
use crate::build::problem::Rule;
use crate::build::report::Warnings;

/// A product with everything that belongs to it.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) main: Part,
    /// Its variants, in the order of the file; without the first where that is the product's own record.
    pub(super) parts: Vec<Part>,
}

/// The products so far.
#[derive(Debug, Default)]
pub(super) struct Groups {
    list: Vec<Group>,
    /// The product of each key; none for one that is left out.
    keys: BTreeMap<String, Option<usize>>,
    /// The same for SKUs, and for ids as parents are named by: `id:44`.
    references: BTreeMap<String, Option<usize>>,
    /// Variants whose product did not come yet.
    waiting: Vec<Part>,
    /// Products that are shown as a part of another one only, by SKU.
    alone: Vec<Part>,
    last: Option<usize>,
}

/// Problems of a part, with the columns where they are.
pub(super) type Faults = Vec<(Option<String>, Rule)>;

/// The option that takes what is not for sale.
pub(super) const UNPUBLISHED: Option<&str> = Some("--include-unpublished");

impl Groups {
    /// Takes a part; what is wrong with it.
    pub(super) fn add(
        &mut self,
        mut part: Part,
        left_out: Option<&'static str>,
        columns: &Known,
        warnings: &mut Warnings,
    ) -> Faults {
        let (reason, option) = match part.kind {
            Kind::Set => (Some("a set of other products"), None),
            Kind::Elsewhere => (Some("sold elsewhere"), None),
            _ => (left_out, UNPUBLISHED),
        };
        if part.kind == Kind::Nothing {
            return Vec::new();
        }
        if part.parent == "0" {
            part.parent.clear();
        }
        let key = key(&part);
        let known = self.keys.get(&key).copied();
        match reason {
            Some(NOT_ALONE) => {
                let faults = core::mem::take(&mut part.problems);
                self.alone.push(part);
                return faults;
            }
            Some(reason) => {
                // Further rows of it are no other products.
                if known.is_none() && part.parent.is_empty() {
                    self.register(&part, key, None);
                }
                if known.is_none() || !part.name.is_empty() {
                    let name = if part.name.is_empty() { &part.foreign_id } else { &part.name };
                    warnings.leave_out(reason, name, option);
                }
                self.last = None;
                return Vec::new();
            }
            None => {}
        }
        let faults = core::mem::take(&mut part.problems);
        if !part.parent.is_empty() && part.parent != part.sku {
            match self.references.get(&part.parent) {
                Some(Some(place)) => return [faults, self.attach(*place, part)].concat(),
                Some(None) => return Vec::new(),
                None => self.waiting.push(part),
            }
            return faults;
        }
        let is_continued = part.foreign_id.is_empty() && part.name.is_empty() && part.is_variant();
        if let (Some(last), true) = (self.last, part.kind == Kind::Variant || is_continued) {
            return [faults, self.attach(last, part)].concat();
        }
        match known {
            Some(Some(place)) => {
                let is_same = !part.name.is_empty() && !part.has_options() && part.group.is_empty();
                if is_same && part.kind != Kind::Variant {
                    let first = self.list.get(place).map_or(0, |group| group.main.record);
                    return [faults, vec![(None, Rule::Duplicate { first })]].concat();
                }
                [faults, self.attach(place, part)].concat()
            }
            Some(None) => Vec::new(),
            None => self.found(part, key, faults, columns),
        }
    }

    /// The groups, once all parts are there.
    pub(super) fn finish(
        mut self,
        takes_unpublished: bool,
        warnings: &mut Warnings,
    ) -> (Vec<Group>, Vec<(Part, Faults)>) {
        let mut faults = Vec::new();
        for part in core::mem::take(&mut self.waiting) {
            match self.references.get(&part.parent).copied() {
                Some(Some(place)) => {
                    let (line, record) = (part.line, part.record);
                    let found = self.attach(place, part);
                    faults.push((Part { line, record, ..Part::default() }, found));
                }
                Some(None) => {}
                None => warnings.leave_out("a variant of no product in the file", name_of(&part), None),
            }
        }
        self.claim(&mut faults, takes_unpublished, warnings);
        faults.retain(|(_, found)| !found.is_empty());
        (self.list, faults)
    }

    /// Gives children to the products that name them by SKU. The others were never to be seen.
    fn claim(&mut self, faults: &mut Vec<(Part, Faults)>, takes_unpublished: bool, warnings: &mut Warnings) {
        let mut alone: BTreeMap<String, Part> = BTreeMap::new();
        for part in core::mem::take(&mut self.alone) {
            alone.insert(part.sku.clone(), part);
        }
        for place in 0..self.list.len() {
            let children = self.list.get_mut(place).map(|group| core::mem::take(&mut group.main.children));
            for (sku, values) in children.unwrap_or_default() {
                let visible = || self.references.get(&sku).copied().flatten().and_then(|place| self.list.get(place));
                let child = alone.remove(&sku).or_else(|| visible().map(|group| group.main.clone()));
                let Some(mut child) = child else { continue };
                child.options = values;
                let (line, record) = (child.line, child.record);
                let found = self.attach(place, child);
                faults.push((Part { line, record, ..Part::default() }, found));
            }
        }
        let mut left: Vec<Part> = alone.into_values().collect();
        left.sort_by_key(|part| part.line);
        for part in left {
            if takes_unpublished {
                self.list.push(Group { main: part, parts: Vec::new() });
            } else {
                warnings.leave_out(NOT_ALONE, name_of(&part), UNPUBLISHED);
            }
        }
    }

    /// A product of its own.
    fn found(&mut self, part: Part, key: String, mut faults: Faults, columns: &Known) -> Faults {
        let has_fault = |faults: &Faults, field: Field| faults.iter().any(|(_, rule)| rule.kind() == field.name());
        if part.name.is_empty() {
            faults.push(columns.lacking(Field::Name));
        }
        if part.foreign_id.is_empty() && part.group.is_empty() && !has_fault(&faults, Field::Id) {
            faults.insert(0, columns.lacking(Field::Id));
        }
        let may_lack = part.kind.may_lack_price() || !part.variants.is_empty();
        if part.price.is_none() && !may_lack && !has_fault(&faults, Field::Price) {
            faults.push(columns.lacking(Field::Price));
        }
        let place = self.list.len();
        if !key.is_empty() {
            self.register(&part, key, Some(place));
        }
        self.last = Some(place);
        self.list.push(Group { main: part, parts: Vec::new() });
        faults
    }

    fn register(&mut self, part: &Part, key: String, place: Option<usize>) {
        for reference in [part.sku.clone(), format!("id:{}", part.foreign_id), part.foreign_id.clone()] {
            if !reference.is_empty() {
                self.references.entry(reference).or_insert(place);
            }
        }
        self.keys.insert(key, place);
    }

    fn attach(&mut self, place: usize, part: Part) -> Faults {
        let Some(group) = self.list.get_mut(place) else { return Vec::new() };
        self.last = Some(place);
        group.attach(part)
    }
}

impl Group {
    /// Adds a variant, or further pictures.
    fn attach(&mut self, mut part: Part) -> Faults {
        let main = &mut self.main;
        for (place, (name, _)) in part.options.iter_mut().enumerate() {
            if name.is_empty() {
                main.options.get(place).into_iter().for_each(|(known, _)| name.clone_from(known));
            }
        }
        let is_own = part.kind == Kind::Variant || !part.group.is_empty() || !part.parent.is_empty();
        if is_own && part.variant_image.is_none() {
            part.variant_image = part.images.first().cloned();
        }
        for image in part.images.drain(..).chain(part.variant_image.clone()) {
            if !main.images.iter().any(|known| known.url == image.url) {
                main.images.push(image);
            }
        }
        if !part.is_variant() {
            return Vec::new();
        }
        // Texts of a variant that its product has, too, would only be kept in vain.
        part.description = String::new();
        part.html = String::new();
        self.parts.push(part);
        Vec::new()
    }
}

/// The name of a part in a list of those that are left out.
pub(super) fn name_of(part: &Part) -> &str {
    if part.name.is_empty() { &part.foreign_id } else { &part.name }
}

/// The key that all parts of a product share.
fn key(part: &Part) -> String {
    if part.group.is_empty() { part.foreign_id.clone() } else { format!("group {}", part.group) }
}
