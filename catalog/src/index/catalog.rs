//! The catalog: an index that is opened in place and asked for products, pages of a search and facets.
//! The only door to the data: callers never see the layout, so that a larger index can replace this one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::index::details;
use crate::index::dictionary::Dictionary;
use crate::index::format::{Column, Counts, Header, OpenError, Prices, Section, TextTable};
use crate::index::groups::{GroupKind, SEPARATOR};
use crate::index::marks::Marks;
use crate::index::postings::Postings;
use crate::index::records;
use crate::index::rules::Rules;
use crate::model::currency::Currency;
use crate::model::details::{Details, VariantFacts};
use crate::model::id;
use crate::model::money::Price;
use crate::model::product::{Product, Rating};
use crate::text::fold::fold;
use crate::text::slug::slug;

/// An opened index. Cheap to open, immutable afterwards.
#[derive(Clone, Debug)]
pub struct Catalog {
    index: Cow<'static, [u8]>,
    header: Header,
    revision: String,
    marks: OnceLock<Marks>,
}

/// The most levels that a category has above it and with it.
pub const MAX_CATEGORY_DEPTH: usize = 10;

/// The most characters of a value that a query asks for.
pub(crate) const MAX_VALUE_LENGTH: usize = 200;

/// Stands between the names of a category's path in a query.
const PATH_MARK: &str = " > ";

/// Stands before a path that begins at the top, so that a name alone can mean the category at the top.
const ROOT_MARK: &str = "> ";

/// The names of a catalog's categories in lower case, each with how many have it.
pub(crate) struct CategoryNames(BTreeMap<String, u32>);

/// A category with its counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category<'a> {
    /// Its name, which is also its value in a query.
    pub name: &'a str,
    /// How many products it has.
    pub products: u32,
    /// How many of them are in stock.
    pub in_stock: u32,
}

impl Catalog {
    /// Opens an index by its header (magic, format version, checksum and bounds) and the order of the tables that are
    /// read as a whole. Nothing is parsed or copied.
    ///
    /// Bytes that came over a network want [`Catalog::verify`] as well.
    pub fn open(index: impl Into<Cow<'static, [u8]>>) -> Result<Catalog, OpenError> {
        let index = index.into();
        let header = Header::read(&index)?;
        let revision = format!("{:016x}", header.revision);
        Ok(Catalog { index, header, revision, marks: OnceLock::new() })
    }

    /// Compares all bytes with their checksum, in time that grows with the index.
    pub fn verify(&self) -> Result<(), OpenError> {
        self.header.verify(&self.index)
    }

    /// The content hash of the records: 16 hexadecimal digits.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        usize::try_from(self.header.counts.products).unwrap_or(usize::MAX)
    }

    /// Whether there is no product at all.
    pub fn is_empty(&self) -> bool {
        self.header.counts.products == 0
    }

    /// The product with this id.
    pub fn product(&self, id: &str) -> Option<Product<'_>> {
        self.product_at(self.position(id)?)
    }

    /// The position of the product with this id.
    pub fn position_of(&self, id: &str) -> Option<u32> {
        self.position(id)
    }

    /// The product at this position. Positions are in id order: whole numbers by value, then the rest.
    pub fn product_at(&self, position: u32) -> Option<Product<'_>> {
        let texts = self.record_at(position)?;
        let price = |section: Section| self.prices(section).get(position);
        let handle = if texts.handle.is_empty() { Cow::Owned(slug(&texts.name)) } else { texts.handle };
        let minor = price(Section::Prices)?;
        Some(Product {
            id: self.id_at(position)?,
            handle,
            name: texts.name,
            description: texts.description,
            price: Price::from_minor(minor).ok()?,
            is_from: self.variant_facts_at(position).any(|facts| facts.price.minor() > minor),
            compare_at: price(Section::CompareAt).filter(|minor| *minor > 0).map(Price::of),
            currency: self.currency(),
            image_url: texts.image_url,
            category: self.category_name(self.column::<2>(Section::ProductCategories).get(position)?)?,
            brand: self.brand_at(position),
            stock: self.column::<4>(Section::Stocks).get(position)?,
            rating: Rating::new(u16::try_from(self.column::<2>(Section::Ratings).get(position)?).ok()?).ok()?,
            reviews: self.column::<4>(Section::Reviews).get(position)?,
        })
    }

    /// The currency of all prices.
    pub fn currency(&self) -> Currency {
        self.header.counts.currency
    }

    /// What is known of the product at this position beside the fields of a listing.
    pub fn details_at(&self, position: u32) -> Option<Details> {
        let mut details = self.fixed_details_at(position)?;
        for (variant, facts) in details.variants.iter_mut().zip(self.variant_facts_at(position)) {
            variant.facts = facts;
        }
        Some(details)
    }

    /// Price and stock of each variant of the product at this position; nothing for a product that is its own single variant.
    pub fn variant_facts_at(&self, position: u32) -> impl Iterator<Item = VariantFacts> {
        let table = self.texts(Section::VariantStarts, Section::Variants);
        details::facts(table.bytes(position).unwrap_or_default())
    }

    /// The names of the categories above that of the product at this position, and its own, from the top.
    pub fn category_path_at(&self, position: u32) -> Vec<&str> {
        let category = self.column::<2>(Section::ProductCategories).get(position);
        category.map(|category| self.category_path(category)).unwrap_or_default()
    }

    /// The category of the product at this position and those above it, from the top: the name of each, and the value by which a query
    /// means it.
    pub fn category_trail_at(&self, position: u32) -> Vec<(&str, Cow<'_, str>)> {
        let Some(category) = self.column::<2>(Section::ProductCategories).get(position) else { return Vec::new() };
        let names = self.category_names();
        let step = |category: u32| Some((self.category_name(category)?, self.category_value(category, &names)?));
        self.category_lineage(category).into_iter().filter_map(step).collect()
    }

    /// The details without the facts of variants.
    pub(crate) fn fixed_details_at(&self, position: u32) -> Option<Details> {
        let table = self.texts(Section::DetailStarts, Section::Details);
        let Some(bytes) = table.bytes(position).filter(|bytes| !bytes.is_empty()) else {
            return (position < self.count()).then(Details::default);
        };
        let dictionary = self.header.bytes(&self.index, Section::DetailDictionary);
        details::read(&records::unpacked(bytes, dictionary, details::DETAILS_LIMIT)?)
    }

    fn record_at(&self, position: u32) -> Option<records::Texts<'_>> {
        records::read(
            self.texts(Section::RecordStarts, Section::Records).bytes(position)?,
            self.header.bytes(&self.index, Section::RecordDictionary),
        )
    }

    /// The handle of the product at this position.
    pub fn handle_at(&self, position: u32) -> Option<Cow<'_, str>> {
        let texts = self.record_at(position)?;
        Some(if texts.handle.is_empty() { Cow::Owned(slug(&texts.name)) } else { texts.handle })
    }

    fn brand_at(&self, position: u32) -> Option<&str> {
        // The group of brands is the first one where there is one.
        let group = self.groups().next().filter(|group| group.kind == GroupKind::Brand)?;
        group.value(group.set_values(group.column().get(position)?).first().copied()?)
    }

    /// The categories, sorted by name with case and accents aside.
    pub fn categories(&self) -> impl ExactSizeIterator<Item = Category<'_>> {
        let counts: Column<'_> = self.column(Section::CategoryCounts);
        (0..self.header.counts.categories).map(move |category| Category {
            name: self.category_name(category).unwrap_or_default(),
            products: counts.get(category.saturating_mul(2)).unwrap_or_default(),
            in_stock: counts.get(category.saturating_mul(2).saturating_add(1)).unwrap_or_default(),
        })
    }

    /// The `https` origins of the pictures, for the page's security policy; none when all pictures are local.
    pub fn image_origins(&self) -> impl Iterator<Item = &str> {
        let origins = self.texts(Section::OriginStarts, Section::Origins);
        (0..self.header.counts.origins).filter_map(move |origin| origins.text(origin))
    }

    /// The position of the product with this id.
    pub(crate) fn position(&self, id: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.header.counts.products);
        while low < high {
            let middle = low + (high - low) / 2;
            match id::compare(self.id_at(middle)?, id) {
                core::cmp::Ordering::Equal => return Some(middle),
                core::cmp::Ordering::Less => low = middle + 1,
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The products that have a folded text for their name.
    pub(crate) fn named(&self, folded: &str) -> impl Iterator<Item = u32> {
        let order: Column<'_, 3> = self.column(Section::ByName);
        let name = move |place: u32| Some(fold(&self.product_at(order.get(place)?)?.name).into_owned());
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = low + (high - low) / 2;
            if name(middle).is_some_and(|name| name.as_str() < folded) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let is_named = move |place: &u32| name(*place).is_some_and(|name| name == folded);
        (low..self.count()).take_while(is_named).filter_map(move |place| order.get(place))
    }

    /// The words of all texts.
    pub(crate) fn dictionary(&self) -> Dictionary<'_> {
        Dictionary { blocks: self.column(Section::WordStarts), words: self.header.bytes(&self.index, Section::Words) }
    }

    /// The products of a term.
    pub(crate) fn postings(&self, term: u32) -> Option<Postings<'_>> {
        let lists = self.texts(Section::TermStarts, Section::Postings);
        Postings::read(lists.bytes(term)?, self.count())
    }

    /// Facts of all products, a bit each.
    pub(crate) fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| Marks::of(self))
    }

    /// The merchant's rules for searches.
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules::of(self.header.bytes(&self.index, Section::Rules))
    }

    /// The id of the product at this position, without reading the rest of it.
    pub fn id_at(&self, position: u32) -> Option<&str> {
        self.texts(Section::IdStarts, Section::Ids).text(position)
    }

    /// The names of the categories as JSON strings, each once, sorted with case and accents aside.
    pub(crate) fn category_names_json(&self) -> Vec<&[u8]> {
        let texts = self.texts(Section::CategoryStarts, Section::CategoryTexts);
        let json = |category: u32| texts.bytes(category.checked_mul(2)?.checked_add(1)?);
        let numbers = 0..self.header.counts.categories;
        if self.bytes(Section::CategoryParents).is_empty() {
            return numbers.filter_map(json).collect();
        }
        // In the order of paths, names below one another are not in that of names, and one may stand below two.
        let key = |category: u32| {
            let name = self.category_name(category).unwrap_or_default();
            format!("{}{SEPARATOR}{name}", fold(name))
        };
        let by_name: BTreeMap<String, u32> = numbers.map(|category| (key(category), category)).collect();
        by_name.into_values().filter_map(json).collect()
    }

    /// When the product at this position was published, in seconds since 1970; 0 where that is unknown.
    pub(crate) fn published_at(&self, position: u32) -> u32 {
        self.column::<4>(Section::Published).get(position).unwrap_or_default()
    }

    /// Calls `visit` with the place of each of these and every category that it means: by its name, or by its path with ` > ` between the
    /// names, and `> ` before them if need be. Case does not matter, and where nothing is spelled that way accents do not either.
    pub(crate) fn categories_meant(&self, names: &[String], visit: &mut dyn FnMut(usize, u32)) {
        let count = self.header.counts.categories;
        let texts = self.texts(Section::CategoryStarts, Section::CategoryTexts);
        let has_path = names.iter().any(|name| name.contains(PATH_MARK) || name.starts_with(ROOT_MARK));
        let mut left: Vec<(usize, &String)> = names.iter().enumerate().collect();
        for spelling in [str::to_lowercase as fn(&str) -> String, |text| fold(text).into_owned()] {
            let asked: Vec<(usize, String)> = left.iter().map(|(place, name)| (*place, spelling(name))).collect();
            let mut found: Vec<usize> = Vec::new();
            for category in 0..count {
                let own = spelling(category.checked_mul(2).and_then(|entry| texts.text(entry)).unwrap_or_default());
                let path = if has_path { spelling(&self.path_text(category)) } else { String::new() };
                for (place, asked) in &asked {
                    let is_path = || *asked == path || asked.strip_prefix(ROOT_MARK) == Some(path.as_str());
                    if *asked == own || has_path && is_path() {
                        visit(*place, category);
                        if !found.contains(place) {
                            found.push(*place);
                        }
                    }
                }
            }
            left.retain(|(place, _)| !found.contains(place));
            if left.is_empty() {
                break;
            }
        }
    }

    /// For each category whether one of these means it, or a category above it.
    pub(crate) fn categories_named(&self, names: &[String]) -> Vec<bool> {
        let mut among = vec![false; usize::try_from(self.header.counts.categories).unwrap_or_default()];
        self.categories_meant(names, &mut |_, category| {
            if let Some(slot) = usize::try_from(category).ok().and_then(|category| among.get_mut(category)) {
                *slot = true;
            }
        });
        // A category stands before those below it.
        let parents: Column<'_, 2> = self.column(Section::CategoryParents);
        for (category, parent) in parents.iter().enumerate() {
            let parent = parent.checked_sub(1).and_then(|parent| usize::try_from(parent).ok());
            let is_in = parent.and_then(|parent| among.get(parent)).is_some_and(|is_in| *is_in);
            if let Some(slot) = among.get_mut(category).filter(|_| is_in) {
                *slot = true;
            }
        }
        among
    }

    /// The value by which a query means a category: its name, or its path where another category has the same name and a query may have a value
    /// of that length.
    pub(crate) fn category_value(&self, category: u32, names: &CategoryNames) -> Option<Cow<'_, str>> {
        let name = self.category_name(category)?;
        if names.0.is_empty() || names.0.get(&name.to_lowercase()).is_none_or(|count| *count < 2) {
            return Some(Cow::Borrowed(name));
        }
        let path = self.path_text(category);
        let value = if path == name { [ROOT_MARK, name].concat() } else { path };
        let is_short = value.chars().nth(MAX_VALUE_LENGTH).is_none();
        Some(if is_short { Cow::Owned(value) } else { Cow::Borrowed(name) })
    }

    /// How many categories have each name, whatever its case; nothing where none is below another.
    pub(crate) fn category_names(&self) -> CategoryNames {
        let mut names = BTreeMap::new();
        if !self.bytes(Section::CategoryParents).is_empty() {
            for name in (0..self.header.counts.categories).filter_map(|category| self.category_name(category)) {
                *names.entry(name.to_lowercase()).or_default() += 1;
            }
        }
        CategoryNames(names)
    }

    fn path_text(&self, category: u32) -> String {
        self.category_path(category).join(PATH_MARK)
    }

    /// The name of a category.
    pub(crate) fn category_name(&self, category: u32) -> Option<&str> {
        self.texts(Section::CategoryStarts, Section::CategoryTexts).text(category.checked_mul(2)?)
    }

    /// The positions of a category's products, in id order.
    pub(crate) fn category_members(&self, category: u32) -> Column<'_, 3> {
        let starts: Column<'_> = self.column(Section::CategoryMemberStarts);
        let bounds = starts.get(category).zip(starts.get(category.saturating_add(1)));
        let (start, end) = bounds.unwrap_or_default();
        self.column(Section::CategoryMembers).slice(start..end)
    }

    /// The names of a category and of those above it, from the top.
    pub(crate) fn category_path(&self, category: u32) -> Vec<&str> {
        self.category_lineage(category).into_iter().filter_map(|category| self.category_name(category)).collect()
    }

    /// A category and those above it, from the top.
    fn category_lineage(&self, category: u32) -> Vec<u32> {
        let parents: Column<'_, 2> = self.column(Section::CategoryParents);
        let mut lineage = Vec::new();
        let mut next = Some(category);
        while let Some(category) = next.filter(|_| lineage.len() < MAX_CATEGORY_DEPTH) {
            lineage.push(category);
            next = parents.get(category).and_then(|parent| parent.checked_sub(1));
        }
        lineage.reverse();
        lineage
    }

    /// How many products there are, as positions count.
    pub(crate) fn count(&self) -> u32 {
        self.header.counts.products
    }

    /// The bytes of a section.
    pub(crate) fn bytes(&self, section: Section) -> &[u8] {
        self.header.bytes(&self.index, section)
    }

    /// How many of each there are.
    pub(crate) fn counts(&self) -> Counts {
        self.header.counts
    }

    /// The revision as it stands in the header.
    pub(crate) fn revision_number(&self) -> u64 {
        self.header.revision
    }

    /// The bytes of the index.
    pub fn as_bytes(&self) -> &[u8] {
        &self.index
    }

    /// A column of prices, in minor units.
    pub(crate) fn prices(&self, section: Section) -> Prices<'_> {
        self.header.prices(&self.index, section)
    }

    /// A table of texts.
    pub(crate) fn texts(&self, starts: Section, heap: Section) -> TextTable<'_> {
        self.header.texts(&self.index, starts, heap)
    }

    /// A column of the index.
    pub(crate) fn column<const N: usize>(&self, section: Section) -> Column<'_, N> {
        self.header.column(&self.index, section)
    }
}
