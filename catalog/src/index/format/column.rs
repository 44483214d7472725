//! Columns of numbers and tables of texts, read where they lie.

use core::ops::Range;

use crate::index::format::TEXT_LIMIT;

/// How many bytes a price has in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PriceWidth {
    /// Enough for 42 million in a currency with two decimal places.
    #[default]
    Four,
    /// Enough for any.
    Five,
}

/// A column of prices.
#[derive(Clone, Copy)]
pub(crate) enum Prices<'a> {
    Narrow(Column<'a, 4>),
    Wide(Column<'a, 5>),
}

/// A column of whole numbers of `N` bytes, read where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a, const N: usize = 4>(pub(super) &'a [[u8; N]]);

/// A column of offsets with the heap they point into.
#[derive(Clone, Copy)]
pub(crate) struct TextTable<'a> {
    pub(super) offsets: Column<'a>,
    pub(super) heap: &'a [u8],
}

impl PriceWidth {
    /// The width that the highest of some prices needs.
    #[cfg(feature = "build")]
    pub(crate) fn of(highest: u64) -> PriceWidth {
        if highest > u64::from(u32::MAX) { PriceWidth::Five } else { PriceWidth::Four }
    }

    /// Whether it holds a price.
    pub(crate) fn holds(self, minor: u64) -> bool {
        minor <= u64::MAX >> (64 - 8 * self.bytes())
    }

    /// How many bytes.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            PriceWidth::Four => 4,
            PriceWidth::Five => 5,
        }
    }

    /// Appends a price.
    pub(crate) fn push(self, minor: u64, out: &mut Vec<u8>) {
        let bytes = minor.to_le_bytes();
        out.extend(bytes.into_iter().take(usize::try_from(self.bytes()).unwrap_or_default()));
    }
}

impl<'a, const N: usize> Column<'a, N> {
    /// A column over bytes, of which those that are too few for a number are left out.
    pub(crate) fn over(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// A column of its own.
    #[cfg(test)]
    pub(crate) fn of(numbers: &'a [[u8; N]]) -> Self {
        Self(numbers)
    }

    /// The number at this place.
    pub(crate) fn get(self, place: u32) -> Option<u32> {
        self.0.get(usize::try_from(place).ok()?).map(number)
    }

    /// The numbers of a range of places; none if it does not lie in the column.
    pub(crate) fn slice(self, range: Range<u32>) -> Column<'a, N> {
        let bounds = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        Column(bounds.and_then(|(start, end)| self.0.get(start..end)).unwrap_or_default())
    }

    /// All numbers in order.
    pub(crate) fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        self.0.iter().map(number)
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    /// Which of the 64 numbers from a place on pass a test, a bit each; the others of `wanted` and those beyond it do not.
    #[inline]
    pub(crate) fn passing(self, first: u32, wanted: u64, test: impl Fn(u32) -> bool) -> u64 {
        passing(self.0, first, wanted, |bytes| test(number(bytes)))
    }

    /// The first number, which is taken off.
    pub(crate) fn take_first(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(number(first))
    }
}

impl Prices<'_> {
    /// The price at this place, in minor units.
    pub(crate) fn get(self, place: u32) -> Option<u64> {
        match self {
            Prices::Narrow(column) => column.get(place).map(u64::from),
            Prices::Wide(column) => column.0.get(usize::try_from(place).ok()?).copied().map(long),
        }
    }

    /// Which of the 64 prices from a place on pass a test, as [`Column::passing`] has it.
    #[inline]
    pub(crate) fn passing(self, first: u32, wanted: u64, test: impl Fn(u64) -> bool) -> u64 {
        match self {
            Prices::Narrow(column) => column.passing(first, wanted, |price| test(price.into())),
            Prices::Wide(column) => passing(column.0, first, wanted, |bytes| test(long(*bytes))),
        }
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        match self {
            Prices::Narrow(column) => column.len(),
            Prices::Wide(column) => column.0.len(),
        }
    }
}

/// Of so many wanted numbers on, all 64 are compared: that takes no step that depends on the one before.
const DENSE: u32 = 24;

#[inline]
fn passing<const N: usize>(numbers: &[[u8; N]], first: u32, wanted: u64, test: impl Fn(&[u8; N]) -> bool) -> u64 {
    let rest = usize::try_from(first).ok().and_then(|first| numbers.get(first..)).unwrap_or_default();
    let mut passing = 0;
    if wanted.count_ones() >= DENSE
        && let Some(all) = rest.first_chunk::<64>()
    {
        for (place, bytes) in all.iter().enumerate() {
            passing |= u64::from(test(bytes)) << place;
        }
        return passing & wanted;
    }
    let mut left = wanted;
    while left > 0 {
        let place = left.trailing_zeros();
        left &= left - 1;
        let bytes = usize::try_from(place).ok().and_then(|place| rest.get(place));
        passing |= u64::from(bytes.is_some_and(&test)) << place;
    }
    passing
}

/// Five bytes, the least first.
fn long(bytes: [u8; 5]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// At most four bytes, the least first.
fn number<const N: usize>(bytes: &[u8; N]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

impl<'a> TextTable<'a> {
    /// The bytes of an entry.
    pub(crate) fn bytes(self, entry: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(self.offsets.get(entry)?).ok()?;
        let end = usize::try_from(self.offsets.get(entry.checked_add(1)?)?).ok()?;
        self.heap.get(start..end)
    }

    /// An entry as text. Checked each time: short texts cost nanoseconds, and a damaged byte must not reach a `str`.
    pub(crate) fn text(self, entry: u32) -> Option<&'a str> {
        core::str::from_utf8(self.bytes(entry).filter(|bytes| bytes.len() <= TEXT_LIMIT)?).ok()
    }
}
