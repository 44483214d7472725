//! Who a request is: its id, and its place in a trace (W3C Trace Context, <https://www.w3.org/TR/trace-context/>). Takes over what is
//! well formed, and makes anew what is not.

use axum::http::HeaderMap;

/// The longest id that is taken over.
const LONGEST: usize = 64;

/// The marks of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) request: String,
    /// 32 hexadecimal digits.
    pub(crate) trace: String,
    /// This server's part of the trace: 16 hexadecimal digits.
    pub(crate) span: String,
}

impl Marks {
    /// Those of a request; the trace only if somebody wants to know it.
    pub(crate) fn of(headers: &HeaderMap, is_traced: bool) -> Marks {
        let header = |name: &str| {
            let mut values = headers.get_all(name).iter();
            // A field that is given twice says nothing.
            values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
        };
        let request = header("x-request-id").filter(|id| is_request_id(id)).map(str::to_owned);
        Marks {
            request: request.unwrap_or_else(|| digits(32)),
            trace: if is_traced {
                header("traceparent").and_then(trace_id).map_or_else(|| digits(32), str::to_owned)
            } else {
                String::new()
            },
            span: if is_traced { digits(16) } else { String::new() },
        }
    }
}

/// So many hexadecimal digits by chance; the first is never 0, since an id of zeros is none.
fn digits(count: usize) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(count);
    let mut chance = fastrand::u64(..) | 1;
    for place in 0..count {
        if place == 16 {
            chance = fastrand::u64(..);
        }
        let [low, ..] = chance.to_le_bytes();
        text.push(DIGITS.get(usize::from(low & 0xf)).copied().unwrap_or('0'));
        chance >>= 4;
    }
    text
}

fn is_request_id(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_allowed)
}

/// The trace of a `traceparent`, if it keeps the rules. A later version may have more at its end.
fn trace_id(parent: &str) -> Option<&str> {
    let mut parts = parent.splitn(5, '-');
    let (version, trace, span, flags, rest) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next());
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_well_formed = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    let is_valid = is_well_formed && version != "ff" && !is_zero(trace) && !is_zero(span);
    (is_valid && (rest.is_none() || version != "00")).then_some(trace)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Marks, trace_id};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_well_formed_parent_is_followed() {
        #[track_caller]
        fn check(parent: &str, expect: Option<&str>) {
            assert_eq!(trace_id(parent), expect, "{parent}");
        }
        check(&format!("00-{TRACE}-00f067aa0ba902b7-01"), Some(TRACE));
        check(&format!("cc-{TRACE}-00f067aa0ba902b7-01-what-comes-later"), Some(TRACE));
        check(&format!("00-{TRACE}-00f067aa0ba902b7-01-more"), None);
        check(&format!("ff-{TRACE}-00f067aa0ba902b7-01"), None);
        check(&format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)), None);
        check(&format!("00-{TRACE}-0000000000000000-01"), None);
        check(&format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()), None);
        check(&format!("00-{TRACE}-00f067aa0ba902b7"), None);
        check("", None);
    }

    #[test]
    fn an_id_is_taken_over_if_it_can_stand_in_a_log() {
        let marks = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static("x-request-id"), HeaderValue::from_str(id).unwrap());
            Marks::of(&headers, true).request
        };
        assert_eq!(marks("abc.DEF_1-2"), "abc.DEF_1-2");
        for id in ["", "with space", "a\"b", &"x".repeat(65)] {
            assert_eq!(marks(id).len(), 32, "{id}");
        }
        assert_ne!(Marks::of(&HeaderMap::new(), true).request, Marks::of(&HeaderMap::new(), true).request);
    }
}
