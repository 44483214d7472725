//! A part of the traffic, exact to a hundredth of a percent, and the steps in which a canary grows.
//! Integers only: a share that was written, read and compared is the same share.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use web::foreign::excerpt;

/// Hundredths of a percent in the whole: the number of buckets that visitors fall into.
pub const BUCKETS: u16 = 10_000;

/// Most steps that a canary may take.
pub const STEPS_LIMIT: usize = 20;

/// Why a share or a list of steps was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Not a percentage with at most two places.
    #[error("`{0}` is no percentage: it is a number from 0 to 100 with at most two places, such as 5 or 12.5")]
    Syntax(String),
    /// The list of steps is empty, too long, not growing or does not end at 100.
    #[error("the steps `{0}` were refused: they grow from above 0 to 100 percent, at most {STEPS_LIMIT} of them")]
    Steps(String),
}

/// A part of the traffic in hundredths of a percent, 0 to 10,000. In text and JSON it is a percentage.
///
/// ```
/// use rollout::Share;
/// let share: Share = "12.5".parse()?;
/// assert_eq!(share.buckets(), 1250);
/// assert_eq!(share.to_string(), "12.5");
/// # Ok::<(), rollout::ShareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

impl Share {
    /// No visitor.
    pub const NONE: Self = Self(0);
    /// Every visitor.
    pub const ALL: Self = Self(BUCKETS);

    /// So many of the [`BUCKETS`]; `None` for more than there are.
    pub fn of_buckets(buckets: u16) -> Option<Self> {
        (buckets <= BUCKETS).then_some(Self(buckets))
    }

    /// A whole percentage, cut to 100.
    pub const fn percent(percent: u8) -> Self {
        Self(if percent >= 100 { BUCKETS } else { percent as u16 * 100 })
    }

    /// How many of the [`BUCKETS`].
    pub const fn buckets(self) -> u16 {
        self.0
    }

    /// The share of all others.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(BUCKETS - self.0)
    }

    /// Whether some get it and some do not.
    pub const fn splits(self) -> bool {
        self.0 > 0 && self.0 < BUCKETS
    }
}

impl fmt::Display for Share {
    /// The percentage, without a sign: `5`, `12.5`, `0.01`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, places) = (self.0 / 100, self.0 % 100);
        match (places, places % 10) {
            (0, _) => write!(formatter, "{whole}"),
            (_, 0) => write!(formatter, "{whole}.{}", places / 10),
            _ => write!(formatter, "{whole}.{places:02}"),
        }
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 3) || !digits(places, 2) {
            return Err(refused(text));
        }
        let whole: u32 = whole.parse().map_err(|_| refused(text))?;
        let hundredths: u32 = places.parse().map_err(|_| refused(text))?;
        let hundredths = if places.len() == 1 { hundredths * 10 } else { hundredths };
        u16::try_from(whole * 100 + hundredths).ok().and_then(Self::of_buckets).ok_or_else(|| refused(text))
    }
}

fn refused(text: &str) -> ShareError {
    ShareError::Syntax(excerpt(text))
}

/// A JSON number without exponent and needless zeros; `None` if it has so many places that it is no share.
fn plain(number: &str) -> Option<String> {
    let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let exponent: i8 = exponent.parse().ok()?;
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    let zeros = "0".repeat(usize::from(exponent.unsigned_abs()));
    // As many zeros as the point may move over, on both sides.
    let all = format!("{zeros}{whole}{places}{zeros}");
    let point = (zeros.len() + whole.len()).checked_add_signed(isize::from(exponent))?;
    let (whole, places) = all.split_at_checked(point)?;
    let (whole, places) = (whole.trim_start_matches('0'), places.trim_end_matches('0'));
    Some(format!(
        "{}{whole}{}{places}",
        if whole.is_empty() { "0" } else { "" },
        if places.is_empty() { "" } else { "." }
    ))
}

impl Serialize for Share {
    /// A JSON number. Whole percentages are written without a point.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u16(self.0 / 100)
        } else {
            // By its own text: a float would not be exact.
            RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    /// A JSON number, read exactly from its text and never through a float.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Box::<RawValue>::deserialize(deserializer)?;
        let json = value.get();
        let found = match json.as_bytes().first() {
            Some(b'"') => Unexpected::Other("string"),
            Some(b'{') => Unexpected::Map,
            Some(b'[') => Unexpected::Seq,
            Some(b't' | b'f') => Unexpected::Other("boolean"),
            Some(b'n') => Unexpected::Other("null"),
            _ => {
                let text = plain(json);
                return text.as_deref().unwrap_or(json).parse().map_err(|_| D::Error::custom(refused(json)));
            }
        };
        Err(D::Error::invalid_type(found, &"a number"))
    }
}

/// The shares through which a canary grows: increasing, the last one everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Share>", into = "Vec<Share>")]
pub struct Steps(Vec<Share>);

impl Steps {
    /// Accepts an increasing list that ends with everybody.
    pub fn new(shares: Vec<Share>) -> Result<Self, ShareError> {
        let grows = shares.is_sorted_by(|before, after| before < after);
        let begins = shares.first().is_some_and(|first| *first > Share::NONE);
        if grows && begins && shares.last() == Some(&Share::ALL) && shares.len() <= STEPS_LIMIT {
            return Ok(Self(shares));
        }
        Err(ShareError::Steps(excerpt(&Self(shares).to_string())))
    }

    /// The first step above a share; `None` when everybody has it.
    pub fn after(&self, share: Share) -> Option<Share> {
        self.0.iter().copied().find(|step| *step > share)
    }

    /// The shares, growing.
    pub fn shares(&self) -> &[Share] {
        &self.0
    }
}

impl Default for Steps {
    /// 1, 5, 25, 50 and 100 percent.
    fn default() -> Self {
        Self([1, 5, 25, 50, 100].into_iter().map(Share::percent).collect())
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, share) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(formatter, "{separator}{share}")?;
        }
        Ok(())
    }
}

impl FromStr for Steps {
    type Err = ShareError;

    /// Percentages with commas between them: `1,5,25,100`.
    fn from_str(text: &str) -> Result<Self, ShareError> {
        let shares: Result<Vec<Share>, ShareError> =
            text.split(',').take(STEPS_LIMIT + 1).map(|part| part.trim().parse()).collect();
        Self::new(shares?)
    }
}

impl TryFrom<Vec<Share>> for Steps {
    type Error = ShareError;

    fn try_from(shares: Vec<Share>) -> Result<Self, ShareError> {
        Self::new(shares)
    }
}

impl From<Steps> for Vec<Share> {
    fn from(steps: Steps) -> Vec<Share> {
        steps.0
    }
}
