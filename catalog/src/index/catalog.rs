//! The catalog: an index that is opened in place and asked for products, pages of a search and facets.
//! The only door to the data: callers never see the layout, so that a larger index can replace this one.

use std::borrow::Cow;

use crate::index::dictionary::Dictionary;
use crate::index::format::{Column, Counts, Header, OpenError, Section};
use crate::index::postings::Postings;
use crate::index::records;
use crate::index::rules::Rules;
use crate::model::id;
use crate::model::money::Price;
use crate::model::product::{Product, Rating};
use crate::text::fold::fold;

/// An opened index. Cheap to open, immutable afterwards.
#[derive(Clone, Debug)]
pub struct Catalog {
    index: Cow<'static, [u8]>,
    header: Header,
    revision: String,
}

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
    /// Opens an index by its header (magic, format version, checksum and bounds) and the order of the two short tables that are
    /// read as a whole. Nothing is parsed or copied.
    ///
    /// Bytes that came over a network want [`Catalog::verify`] as well.
    pub fn open(index: impl Into<Cow<'static, [u8]>>) -> Result<Catalog, OpenError> {
        let index = index.into();
        let header = Header::read(&index)?;
        let revision = format!("{:016x}", header.revision);
        Ok(Catalog { index, header, revision })
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

    /// The product at this position. Positions are in id order: whole numbers by value, then the rest.
    pub fn product_at(&self, position: u32) -> Option<Product<'_>> {
        let texts = records::read(
            self.header.texts(&self.index, Section::RecordStarts, Section::Records).bytes(position)?,
            self.header.bytes(&self.index, Section::RecordDictionary),
        )?;
        Some(Product {
            id: self.id_at(position)?,
            name: texts.name,
            description: texts.description,
            price: Price::from_minor(self.column::<4>(Section::Prices).get(position)?).ok()?,
            image_url: texts.image_url,
            category: self.category_name(self.column::<2>(Section::ProductCategories).get(position)?)?,
            stock: self.column::<4>(Section::Stocks).get(position)?,
            rating: Rating::new(u16::try_from(self.column::<2>(Section::Ratings).get(position)?).ok()?).ok()?,
            reviews: self.column::<4>(Section::Reviews).get(position)?,
        })
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
        let origins = self.header.texts(&self.index, Section::OriginStarts, Section::Origins);
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
        let lists = self.header.texts(&self.index, Section::TermStarts, Section::Postings);
        Postings::read(lists.bytes(term)?, self.count())
    }

    /// The merchant's rules for searches.
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules::of(self.header.bytes(&self.index, Section::Rules))
    }

    /// The id of the product at this position, without reading the rest of it.
    pub fn id_at(&self, position: u32) -> Option<&str> {
        self.header.texts(&self.index, Section::IdStarts, Section::Ids).text(position)
    }

    /// The names of the categories as JSON strings, sorted.
    pub(crate) fn category_names_json(&self) -> impl Iterator<Item = &[u8]> {
        let texts = self.header.texts(&self.index, Section::CategoryStarts, Section::CategoryTexts);
        (0..self.header.counts.categories)
            .filter_map(move |category| texts.bytes(category.checked_mul(2)?.checked_add(1)?))
    }

    /// The number of the category with exactly this name.
    pub(crate) fn category(&self, name: &str) -> Option<u32> {
        let texts = self.header.texts(&self.index, Section::CategoryStarts, Section::CategoryTexts);
        (0..self.header.counts.categories).find(|category| {
            category.checked_mul(2).and_then(|entry| texts.bytes(entry)).is_some_and(|bytes| bytes == name.as_bytes())
        })
    }

    /// The name of a category.
    pub(crate) fn category_name(&self, category: u32) -> Option<&str> {
        self.header.texts(&self.index, Section::CategoryStarts, Section::CategoryTexts).text(category.checked_mul(2)?)
    }

    /// The positions of a category's products, in id order.
    pub(crate) fn category_members(&self, category: u32) -> Column<'_, 3> {
        let starts: Column<'_> = self.column(Section::CategoryMemberStarts);
        let bounds = starts.get(category).zip(starts.get(category.saturating_add(1)));
        let (start, end) = bounds.unwrap_or_default();
        self.column(Section::CategoryMembers).slice(start..end)
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

    /// A column of the index.
    pub(crate) fn column<const N: usize>(&self, section: Section) -> Column<'_, N> {
        self.header.column(&self.index, section)
    }
}
