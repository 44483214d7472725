//! The filters of a query as a list of predicates, each of which looks at 64 products at a time. A further filter is a further
//! variant with its rule and its kind: listings, totals and facets follow (`sieve.rs`). Texts are for `terms.rs`.

use core::ops::RangeInclusive;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Prices, Section};
use crate::index::groups::{Group, GroupKind, SetColumn};
use crate::index::set::{Set, WORD};
use crate::model::details::MAX_OPTIONS;
use crate::model::money::Price;
use crate::query::{NamedFilter, Query};
use crate::search::options::{self, OptionSets};
use crate::text::fold::fold;
use crate::text::slug::slug;

/// A rule that a product keeps or not.
pub(super) enum Predicate<'c> {
    /// The category is one of these, by their numbers; no product has a category that the catalog lacks.
    Category { of: Column<'c, 2>, among: Vec<bool> },
    /// The price lies in a range.
    Price { of: Prices<'c>, range: RangeInclusive<u64> },
    /// The product is in stock, or out of it.
    Stock { of: &'c Set, is_in: bool },
    /// The product has a price before, or has none.
    Sale { of: &'c Set, is_on: bool },
    /// The rating is this one or better.
    Rating { of: Column<'c, 2>, least: u32 },
    /// The set of values is one of these, by their numbers: of brands, collections or an attribute.
    /// `only` is the number if there is one alone.
    Values { kind: Kind, of: SetColumn<'c>, among: Vec<bool>, only: Option<u32> },
    /// The set of options is one of these.
    Options { of: SetColumn<'c>, among: OptionSets },
    /// Nothing is kept: the catalog lacks what is asked for.
    Nothing { kind: Kind },
}

/// The kind of a predicate, which is also what a facet is about: a facet ignores the predicate of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Category,
    Price,
    Stock,
    Sale,
    Rating,
    Brand,
    Collections,
    /// The option at this place among those that are asked for.
    Option(usize),
    /// The attribute at this place among those that are asked for.
    Attribute(usize),
}

/// A value that is asked for, as it is and folded.
struct AskedValue<'q> {
    text: &'q str,
    folded: String,
}

/// The predicates of a query; a product has to keep all of them.
pub(super) struct Filters<'c> {
    list: Vec<Predicate<'c>>,
    kinds: Vec<Kind>,
    /// The filter by options among variants that can be bought, where the one in the list is among all of them.
    available: Option<Predicate<'c>>,
}

/// A filter by category.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CategoryFilter {
    Any,
    One(u32),
    Several,
    /// A category that the catalog lacks.
    Unknown,
}

/// The slug of a value.
fn slug_of(group: &Group<'_>, value: u32) -> String {
    group.value_key(value).map(slug).unwrap_or_default()
}

impl Predicate<'_> {
    /// Whether a product keeps this predicate.
    fn keeps(&self, position: u32) -> bool {
        let (first, place) = (position - position % WORD, position % WORD);
        self.passing(first, 1 << place) > 0
    }

    /// Which of 64 products keep it, as [`Column::passing`] has it.
    pub(super) fn passing(&self, first: u32, wanted: u64) -> u64 {
        let word = |set: &Set, is_in: bool| {
            let word = set.word(usize::try_from(first / WORD).unwrap_or(usize::MAX));
            wanted & if is_in { word } else { !word }
        };
        match self {
            Predicate::Category { of, among } => of.passing(first, wanted, |category| is_among(among, category)),
            Predicate::Price { of, range } => of.passing(first, wanted, |price| range.contains(&price)),
            Predicate::Stock { of, is_in } => word(of, *is_in),
            Predicate::Sale { of, is_on } => word(of, *is_on),
            Predicate::Rating { of, least } => of.passing(first, wanted, |rating| rating >= *least),
            Predicate::Values { of, only: Some(only), .. } => of.passing(first, wanted, |set| set == *only),
            Predicate::Values { of, among, .. } => of.passing(first, wanted, |set| is_among(among, set)),
            Predicate::Options { of, among } => of.passing(first, wanted, |set| is_among(&among.every, set)),
            Predicate::Nothing { .. } => 0,
        }
    }

    /// Whether it takes no more than a look at a bit.
    pub(super) fn is_marked(&self) -> bool {
        matches!(self, Predicate::Stock { .. } | Predicate::Sale { .. })
    }

    /// The kinds of facets that ignore it.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let kind = match self {
            Predicate::Category { .. } => Kind::Category,
            Predicate::Price { .. } => Kind::Price,
            Predicate::Stock { .. } => Kind::Stock,
            Predicate::Sale { .. } => Kind::Sale,
            Predicate::Rating { .. } => Kind::Rating,
            Predicate::Values { kind, .. } | Predicate::Nothing { kind } => *kind,
            Predicate::Options { among, .. } => return (0..among.but_one.len()).map(Kind::Option).collect(),
        };
        vec![kind]
    }

    /// Of 64 products that break it those that count in the facet at this place among its kinds all the same.
    pub(super) fn passing_but(&self, place: usize, first: u32, broken: u64) -> u64 {
        match self {
            Predicate::Options { of, among } => {
                let but_one = among.but_one.get(place).map(Vec::as_slice).unwrap_or_default();
                of.passing(first, broken, |set| is_among(but_one, set))
            }
            _ => broken,
        }
    }
}

/// Whether a number is among some.
#[inline]
fn is_among(among: &[bool], number: u32) -> bool {
    usize::try_from(number).ok().and_then(|number| among.get(number)) == Some(&true)
}

impl<'c> Filters<'c> {
    /// The filters of a query, its text aside.
    pub(super) fn of(catalog: &'c Catalog, query: &Query) -> Self {
        let mut filters = Filters { list: Vec::new(), kinds: Vec::new(), available: None };
        if !query.categories.is_empty() {
            let among = catalog.categories_named(&query.categories);
            let of = catalog.column(Section::ProductCategories);
            filters.push(Kind::Category, Predicate::Category { of, among });
        }
        if !query.brands.is_empty() {
            filters.push_values(Kind::Brand, catalog.group(GroupKind::Brand, ""), &query.brands, |_, key, asked| {
                key == asked.folded
            });
        }
        if !query.collections.is_empty() {
            let group = catalog.group(GroupKind::Collections, "");
            let slugs: Vec<String> =
                group.iter().flat_map(|group| (0..group.value_count()).map(|value| slug_of(group, value))).collect();
            filters.push_values(Kind::Collections, group, &query.collections, |value, key, asked| {
                key == asked.folded || slugs.get(value).is_some_and(|slug| slug == asked.text)
            });
        }
        filters.push_options(catalog, query);
        for (place, NamedFilter { name, values }) in query.attributes.iter().enumerate() {
            let group = catalog.group(GroupKind::Attribute, &fold(name));
            filters.push_values(Kind::Attribute(place), group, values, |_, key, asked| key == asked.folded);
        }
        // What fewer products break comes last: a product is not looked at any more once it breaks filters of two kinds.
        let highest = Price::MAX.minor();
        let range = query.min_price.unwrap_or_default().minor()..=query.max_price.map_or(highest, Price::minor);
        if range != (0..=highest) {
            filters.push(Kind::Price, Predicate::Price { of: catalog.prices(Section::Prices), range });
        }
        if let Some(is_in) = query.in_stock {
            filters.push(Kind::Stock, Predicate::Stock { of: &catalog.marks().in_stock, is_in });
        }
        if let Some(is_on) = query.on_sale {
            filters.push(Kind::Sale, Predicate::Sale { of: &catalog.marks().on_sale, is_on });
        }
        if let Some(rating) = query.min_rating.filter(|rating| rating.hundredths() > 0) {
            let of = catalog.column(Section::Ratings);
            filters.push(Kind::Rating, Predicate::Rating { of, least: rating.hundredths().into() });
        }
        filters
    }

    /// Adds a filter by the values of a group.
    fn push_values(
        &mut self,
        kind: Kind,
        group: Option<Group<'c>>,
        asked: &[String],
        is_meant: impl Fn(usize, &str, &AskedValue<'_>) -> bool,
    ) {
        let Some(group) = group else { return self.push(kind, Predicate::Nothing { kind }) };
        // Folded once, however many values the group has.
        let asked: Vec<AskedValue<'_>> =
            asked.iter().map(|text| AskedValue { text, folded: fold(text).into_owned() }).collect();
        let is_asked = |(place, value): (usize, u32)| {
            group.value_key(value).is_some_and(|key| asked.iter().any(|asked| is_meant(place, key, asked)))
        };
        let values: Vec<bool> =
            (0..group.value_count()).enumerate().map(|(place, value)| is_asked((place, value))).collect();
        let has_one = |set: u32| {
            let of_set = group.plain_values(set);
            of_set.filter_map(|value| usize::try_from(value).ok()).any(|value| values.get(value) == Some(&true))
        };
        let among: Vec<bool> = (0..group.set_count()).map(has_one).collect();
        let mut sets = (0_u32..).zip(&among).filter(|(_, is_in)| **is_in).map(|(set, _)| set);
        let only = sets.next().filter(|_| sets.next().is_none());
        self.push(kind, Predicate::Values { kind, of: group.column(), among, only });
    }

    /// Adds the filter by options: one predicate for all of them, since one variant has to have a value of each. Among products in stock
    /// only variants that can be bought count.
    fn push_options(&mut self, catalog: &'c Catalog, query: &Query) {
        if query.options.is_empty() {
            return;
        }
        self.kinds.extend((0..query.options.len()).map(Kind::Option));
        // No product has more options, so that no variant has a value of each.
        if query.options.len() > MAX_OPTIONS {
            return self.list.push(Predicate::Nothing { kind: Kind::Option(0) });
        }
        let of_kind = |kind: GroupKind| match catalog.group(kind, "") {
            Some(group) => Predicate::Options { of: group.column(), among: options::sets(&group, &query.options) },
            None => Predicate::Nothing { kind: Kind::Option(0) },
        };
        let available = of_kind(GroupKind::Available);
        if query.in_stock == Some(true) {
            self.list.push(available);
        } else {
            self.list.push(of_kind(GroupKind::Options));
            self.available = Some(available);
        }
    }

    fn push(&mut self, kind: Kind, predicate: Predicate<'c>) {
        self.kinds.push(kind);
        self.list.push(predicate);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a product keeps all predicates.
    pub(super) fn keep(&self, position: u32) -> bool {
        self.list.iter().all(|predicate| predicate.keeps(position))
    }

    /// The predicates.
    pub(super) fn predicates(&self) -> impl Iterator<Item = &Predicate<'c>> {
        self.list.iter()
    }

    /// Which of 64 products in stock would still be found if only those in stock were asked for: with options, the variant that has them
    /// has to be in stock.
    pub(super) fn available(&self, first: u32, in_stock: u64) -> u64 {
        self.available.as_ref().map_or(in_stock, |predicate| predicate.passing(first, in_stock))
    }

    /// Whether all predicates are of these kinds.
    pub(super) fn are_of(&self, kinds: &[Kind]) -> bool {
        self.kinds.iter().all(|kind| kinds.contains(kind))
    }

    /// The category that is asked for.
    pub(super) fn category(&self) -> CategoryFilter {
        let Some(among) = self.categories() else { return CategoryFilter::Any };
        let mut numbers = (0_u32..).zip(among).filter(|(_, is_in)| **is_in).map(|(number, _)| number);
        match (numbers.next(), numbers.next()) {
            (None, _) => CategoryFilter::Unknown,
            (Some(number), None) => CategoryFilter::One(number),
            (Some(_), Some(_)) => CategoryFilter::Several,
        }
    }

    /// For each category whether it is asked for, if any is.
    pub(super) fn categories(&self) -> Option<&[bool]> {
        self.list.iter().find_map(|predicate| match predicate {
            Predicate::Category { among, .. } => Some(among.as_slice()),
            _ => None,
        })
    }

    /// The prices that are asked for, if not all are.
    pub(super) fn prices(&self) -> Option<RangeInclusive<u64>> {
        self.list.iter().find_map(|predicate| match predicate {
            Predicate::Price { range, .. } => Some(range.clone()),
            _ => None,
        })
    }

    /// The state of the stock that is asked for.
    pub(super) fn in_stock(&self) -> Option<bool> {
        self.list.iter().find_map(|predicate| match predicate {
            Predicate::Stock { is_in, .. } => Some(*is_in),
            _ => None,
        })
    }
}
