//! Rates in thousandths of a percent, and the only two ways in which one is applied to money, both rounded half up.

use core::fmt;

use catalog::Amount;

/// A share from 0 to 100 %, in thousandths of a percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u32);

/// A whole in thousandths of a percent.
const WHOLE: u64 = 100_000;

impl Rate {
    /// Reads percents: `19`, `7.5`, `8.875`. `None` above 100, with a sign, or with more than three places.
    pub(crate) fn parse(text: &str) -> Option<Rate> {
        let (whole, places) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=3).contains(&whole.len()) || places.len() > 3 || !is_digits(whole) || !is_digits(places) {
            return None;
        }
        let thousandths = format!("{whole}{places:0<3}").parse().ok()?;
        (u64::from(thousandths) <= WHOLE).then_some(Rate(thousandths))
    }

    /// The rate of this many thousandths of a percent; a larger one is 100 %.
    pub fn from_thousandths(thousandths: u32) -> Rate {
        Rate(if u64::from(thousandths) > WHOLE { 100_000 } else { thousandths })
    }

    /// The rate in thousandths of a percent.
    pub fn thousandths(self) -> u32 {
        self.0
    }

    /// This share of an amount.
    pub fn of(self, amount: Amount) -> Amount {
        half_up(amount, self.0.into(), WHOLE)
    }

    /// The part of an amount that was added by this rate: the tax within a gross price.
    pub fn within(self, amount: Amount) -> Amount {
        half_up(amount, self.0.into(), WHOLE + u64::from(self.0))
    }
}

/// The shortest decimal: `19`, `7.5`, `8.875`.
impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, places) = (self.0 / 1_000, self.0 % 1_000);
        match places {
            0 => write!(formatter, "{whole}"),
            places if places % 100 == 0 => write!(formatter, "{whole}.{}", places / 100),
            places if places % 10 == 0 => write!(formatter, "{whole}.{:02}", places / 10),
            places => write!(formatter, "{whole}.{places:03}"),
        }
    }
}

fn half_up(amount: Amount, part: u64, whole: u64) -> Amount {
    let exact = u128::from(amount.minor()) * u128::from(part);
    let rounded = (exact + u128::from(whole / 2)) / u128::from(whole);
    Amount::from_minor(u64::try_from(rounded).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use catalog::Amount;

    use super::Rate;

    #[test]
    fn percents_are_read_exactly_and_written_shortest() {
        for (text, thousandths) in
            [("19", 19_000), ("7.5", 7_500), ("8.875", 8_875), ("0", 0), ("100", 100_000), ("0.07", 70)]
        {
            let rate = Rate::parse(text).unwrap();
            assert_eq!((rate.thousandths(), rate.to_string().as_str()), (thousandths, text));
        }
        for wrong in ["", "-1", "+1", "1.", ".5", "7,5", "100.001", "101", "1.2345", "19 %", "1e1", "0007"] {
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_half_is_rounded_up() {
        let of = |percent: &str, minor: u64| {
            let (rate, amount) = (Rate::parse(percent).unwrap(), Amount::from_minor(minor));
            (rate.of(amount).minor(), rate.within(amount).minor())
        };
        assert_eq!(of("19", 11_900), (2_261, 1_900));
        assert_eq!(of("50", 1), (1, 0));
        assert_eq!(of("50", 3), (2, 1));
        assert_eq!(of("100", 1), (1, 1));
        assert_eq!(of("0", u64::MAX), (0, 0));
        assert_eq!(of("100", u64::MAX).0, u64::MAX);
    }
}
