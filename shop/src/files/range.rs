//! Byte ranges (RFC 9110, section 14): which part of a file a `Range` header asks for.
//! Understands one range; several, or a syntax it does not know, mean the whole file, as the RFC allows.

/// The part of a file to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Everything, with status 200.
    Whole,
    /// From `first` to `last`, both included, with status 206.
    Part {
        /// First byte.
        first: u64,
        /// Last byte.
        last: u64,
    },
    /// Nothing: the range lies outside the file; status 416.
    Unsatisfiable,
}

/// Selects from a file of `size` bytes.
pub(crate) fn select(range: Option<&str>, size: u64) -> Selection {
    let Some((unit, specification)) = range.and_then(|header| header.trim().split_once('=')) else {
        return Selection::Whole;
    };
    if !unit.eq_ignore_ascii_case("bytes") {
        return Selection::Whole;
    }
    let Some((first, last)) = specification.trim().split_once('-') else { return Selection::Whole };
    if last.contains(',') {
        return Selection::Whole;
    }
    match (number(first), number(last)) {
        (Some(Some(first)), Some(last)) => {
            if last.is_some_and(|last| last < first) {
                return Selection::Whole;
            }
            if first >= size {
                return Selection::Unsatisfiable;
            }
            let end = size.saturating_sub(1);
            Selection::Part { first, last: last.map_or(end, |last| last.min(end)) }
        }
        (Some(None), Some(Some(suffix))) => {
            if suffix == 0 || size == 0 {
                return Selection::Unsatisfiable;
            }
            Selection::Part { first: size.saturating_sub(suffix), last: size.saturating_sub(1) }
        }
        _ => Selection::Whole,
    }
}

/// `Some(None)` for an empty text, `None` for anything but digits. A number too large for its type is as good as the largest.
#[expect(clippy::option_option, reason = "absent and malformed mean different things in a range")]
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Selection, select};

    #[track_caller]
    fn check(range: &str, expect: Selection) {
        assert_eq!(select(Some(range), 100), expect, "{range}");
    }

    #[test]
    fn one_range_is_cut() {
        check("bytes=0-0", Selection::Part { first: 0, last: 0 });
        check("Bytes=10-19", Selection::Part { first: 10, last: 19 });
        check("bytes=10-19", Selection::Part { first: 10, last: 19 });
        check("bytes=90-", Selection::Part { first: 90, last: 99 });
        check("bytes=90-1000", Selection::Part { first: 90, last: 99 });
        check("bytes=-10", Selection::Part { first: 90, last: 99 });
        check("bytes=-1000", Selection::Part { first: 0, last: 99 });
    }

    #[test]
    fn a_range_outside_the_file_is_refused() {
        check("bytes=100-", Selection::Unsatisfiable);
        check("bytes=99999999999999999999999-", Selection::Unsatisfiable);
        check("bytes=-0", Selection::Unsatisfiable);
    }

    #[test]
    fn what_is_not_understood_means_the_whole() {
        for range in
            ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "bytes=0-1,5-6", "items=0-1", "bytes=1"]
        {
            check(range, Selection::Whole);
        }
        assert_eq!(select(None, 100), Selection::Whole);
    }

    proptest! {
        #[test]
        fn a_part_always_lies_inside(range in "bytes=[0-9-]{0,12}", size in 0_u64..1000) {
            if let Selection::Part { first, last } = select(Some(&range), size) {
                prop_assert!(first <= last && last < size);
            }
        }
    }
}
