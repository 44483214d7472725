//! The filters of a query as a list of predicates, each of which looks at one product by its position. A further filter is a further
//! variant with its rule and its kind: listings, totals and facets follow, by going through the products. Texts are for `terms.rs`.

use core::ops::RangeInclusive;

use crate::index::catalog::Catalog;
use crate::index::format::{Column, Prices, Section};
use crate::index::groups::{Group, GroupKind, SetColumn};
use crate::model::details::MAX_OPTIONS;
use crate::model::money::Price;
use crate::query::{NamedFilter, Query};
use crate::search::options;
use crate::text::fold::fold;
use crate::text::slug::slug;

/// A rule that a product keeps or not.
pub(super) enum Predicate<'c> {
    /// The category is one of these, by their numbers; no product has a category that the catalog lacks.
    Category { of: Column<'c, 2>, among: Vec<bool> },
    /// The price lies in a range.
    Price { of: Prices<'c>, range: RangeInclusive<u64> },
    /// The product is in stock, or out of it.
    Stock { of: Column<'c>, is_in: bool },
    /// The product has a price before, or has none.
    Sale { of: Prices<'c>, is_on: bool },
    /// The rating is this one or better.
    Rating { of: Column<'c, 2>, least: u32 },
    /// The set of values is one of these, by their numbers: of brands, collections or an attribute.
    Values { kind: Kind, of: SetColumn<'c>, among: Vec<bool> },
    /// For each set of options, the facets in which a product with it counts.
    Options { of: SetColumn<'c>, counted: Vec<Facet> },
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

/// The facets in which a product counts, a bit each; all bits for one that keeps all predicates.
pub(super) type Facet = u128;

/// Every facet: the product is among the hits.
pub(super) const EVERY: Facet = Facet::MAX;

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

impl Kind {
    /// The bit of the facet that ignores predicates of this kind.
    pub(super) fn bit(self) -> Facet {
        let place = match self {
            Kind::Category => 0,
            Kind::Price => 1,
            Kind::Stock => 2,
            Kind::Sale => 3,
            Kind::Rating => 4,
            Kind::Brand => 5,
            Kind::Collections => 6,
            // At most `Query::MAX_VALUES` of each.
            Kind::Option(place) => 7 + place,
            Kind::Attribute(place) => 64 + place,
        };
        u32::try_from(place).ok().and_then(|place| Facet::from(1_u8).checked_shl(place)).unwrap_or_default()
    }
}

impl Predicate<'_> {
    /// The facets in which a product counts as far as this predicate is concerned.
    fn counted(&self, position: u32) -> Facet {
        let is_among = |among: &[bool], number: Option<u32>| {
            number.and_then(|number| among.get(usize::try_from(number).ok()?)).is_some_and(|is_in| *is_in)
        };
        let (is_kept, kind) = match self {
            Predicate::Category { of, among } => (is_among(among, of.get(position)), Kind::Category),
            Predicate::Price { of, range } => {
                (of.get(position).is_some_and(|price| range.contains(&price)), Kind::Price)
            }
            Predicate::Stock { of, is_in } => {
                (of.get(position).is_some_and(|stock| *is_in == (stock > 0)), Kind::Stock)
            }
            Predicate::Sale { of, is_on } => (*is_on == (of.get(position).unwrap_or_default() > 0), Kind::Sale),
            Predicate::Rating { of, least } => (of.get(position).is_some_and(|rating| rating >= *least), Kind::Rating),
            Predicate::Values { kind, of, among } => (is_among(among, of.get(position)), *kind),
            Predicate::Options { of, counted } => {
                let set = of.get(position).and_then(|set| usize::try_from(set).ok());
                return set.and_then(|set| counted.get(set)).copied().unwrap_or_default();
            }
            Predicate::Nothing { kind } => (false, *kind),
        };
        if is_kept { EVERY } else { kind.bit() }
    }
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
        // What fewer products break comes last: a product is not looked at any more once it counts in no facet.
        let highest = Price::MAX.minor();
        let range = query.min_price.unwrap_or_default().minor()..=query.max_price.map_or(highest, Price::minor);
        if range != (0..=highest) {
            filters.push(Kind::Price, Predicate::Price { of: catalog.prices(Section::Prices), range });
        }
        if let Some(is_in) = query.in_stock {
            filters.push(Kind::Stock, Predicate::Stock { of: catalog.column(Section::Stocks), is_in });
        }
        if let Some(is_on) = query.on_sale {
            filters.push(Kind::Sale, Predicate::Sale { of: catalog.prices(Section::CompareAt), is_on });
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
            let of_set = group.set_values(set).into_iter();
            of_set.filter_map(|value| usize::try_from(value).ok()).any(|value| values.get(value) == Some(&true))
        };
        let among = (0..group.set_count()).map(has_one).collect();
        self.push(kind, Predicate::Values { kind, of: group.column(), among });
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
            Some(group) => Predicate::Options { of: group.column(), counted: options::counted(&group, &query.options) },
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
        self.list.iter().all(|predicate| predicate.counted(position) == EVERY)
    }

    /// The facets in which a product counts: those that ignore every predicate that it breaks.
    pub(super) fn counted(&self, position: u32) -> Facet {
        let mut counted = EVERY;
        for predicate in &self.list {
            counted &= predicate.counted(position);
            if counted == 0 {
                break;
            }
        }
        counted
    }

    /// Whether a product in stock would still be found if only those in stock were asked for: with options, the variant that has them
    /// has to be in stock.
    pub(super) fn is_available(&self, position: u32) -> bool {
        self.available.as_ref().is_none_or(|predicate| predicate.counted(position) == EVERY)
    }

    /// Whether there is a predicate of a kind.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The kind of all predicates, if they have the same one.
    pub(super) fn only_kind(&self) -> Option<Kind> {
        self.kinds.first().copied().filter(|kind| self.kinds.iter().all(|other| other == kind))
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
