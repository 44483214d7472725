//! The lists of orders for staff: `GET /office/orders?state=&since=&limit=&after=`. Empty and unknown parameters are ignored, bad ones refused.

use axum::body::Body;
use axum::http::Response;
use commerce::{FulfilmentState, OrderList};
use serde::Serialize;
use serde_json::json;
use web::{ProblemKind, decode_form, foreign};

use crate::office::gate::{document, refused};
use crate::store::orders::list::{Listed, Part};
use crate::store::{Store, StoreError};

/// How many orders a response has unless it is asked for more.
const USUAL: u32 = 50;

/// The most.
const MOST: u32 = 200;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedView {
    number: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parcel: Option<&'static str>,
    way: &'static str,
    payment: &'static str,
    total: u64,
    currency: &'static str,
    ordered_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<i64>,
    email: String,
}

/// Answers with a part of a list, and the order after which the next part begins, if there is one.
pub(super) async fn answer(store: &Store, part: Part) -> Result<Response<Body>, StoreError> {
    // One more tells whether there is another part.
    let Some(mut listed) = store.list(&Part { limit: part.limit + 1, ..part }).await? else {
        return Ok(refused(
            ProblemKind::InvalidParameter,
            "`after` is the number of an order, and there is none",
            "after",
        ));
    };
    let is_cut = listed.len() > part.limit as usize;
    listed.truncate(part.limit as usize);
    let next = listed.last().filter(|_| is_cut).map(|last| last.number);
    let data: Vec<ListedView> = listed.into_iter().map(ListedView::of).collect();
    Ok(document(&match next {
        Some(next) => json!({ "data": data, "next": next }),
        None => json!({ "data": data }),
    }))
}

/// Reads which part is asked for, or says what is wrong.
pub(super) fn part(query: &str) -> Result<Part, Box<Response<Body>>> {
    let mut part = Part { which: OrderList::Open, since: 0, after: None, limit: USUAL };
    let refuse = |name: &'static str, rule: String| {
        Box::new(refused(ProblemKind::InvalidParameter, &format!("`{name}` {rule}"), name))
    };
    let mut seen = Vec::new();
    for pair in decode_form(query) {
        let Ok((name, value)) = pair else {
            return Err(refuse("query", "is not percent-encoded UTF-8".to_owned()));
        };
        let known = ["state", "since", "limit", "after"].into_iter().find(|known| *known == name);
        let Some(known) = known.filter(|_| !value.is_empty()) else { continue };
        if seen.contains(&known) {
            return Err(refuse(known, "is there twice".to_owned()));
        }
        seen.push(known);
        let given = foreign::excerpt(&value);
        let number = Some(&value).filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
        match known {
            "state" => {
                let which = value.parse();
                part.which =
                    which.map_err(|_| refuse(known, format!("is one of {}, not `{given}`", OrderList::names())))?;
            }
            "since" => {
                let since = number.and_then(|value| value.parse().ok());
                part.since = since.ok_or_else(|| refuse(known, "is a time in milliseconds since 1970".to_owned()))?;
            }
            "limit" => {
                let limit = number.and_then(|value| value.parse().ok()).filter(|limit| (1..=MOST).contains(limit));
                part.limit = limit.ok_or_else(|| refuse(known, format!("is a whole number from 1 to {MOST}")))?;
            }
            _ => {
                let after = value
                    .parse()
                    .map_err(|_| refuse(known, "is the number of an order, such as 7K3M-Q9XR".to_owned()))?;
                part.after = Some(after);
            }
        }
    }
    Ok(part)
}

impl ListedView {
    fn of(listed: Listed) -> ListedView {
        let Listed { number, state, parcel, way, payment, total, currency, ordered_at, withdrawn_at, email } = listed;
        ListedView {
            number: number.to_string(),
            state: state.name(),
            parcel: parcel.map(FulfilmentState::name),
            way: way.name(),
            payment: payment.name(),
            total,
            currency,
            ordered_at,
            withdrawn_at: (withdrawn_at > 0).then_some(withdrawn_at),
            email,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_or_refused() {
        #[track_caller]
        fn check(query: &str, expect: Option<(OrderList, i64, u32, bool)>) {
            let found = part(query).ok();
            assert_eq!(found.map(|part| (part.which, part.since, part.limit, part.after.is_some())), expect, "{query}");
        }
        check("", Some((OrderList::Open, 0, 50, false)));
        check("state=&since=&limit=&after=&other=1", Some((OrderList::Open, 0, 50, false)));
        check("state=all&since=1764288000000&limit=200", Some((OrderList::All, 1_764_288_000_000, 200, false)));
        check("after=7k3m-q9xr&limit=1", Some((OrderList::Open, 0, 1, true)));
        check("state=Open", None);
        check("state=open&state=packed", None);
        check("since=-1", None);
        check("since=yesterday", None);
        check("limit=0", None);
        check("limit=201", None);
        check("limit=%2B5", None);
        check("after=7K3M", None);
        check("state=%ff", None);
    }
}
