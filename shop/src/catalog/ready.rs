//! `/health/ready`: the edition that this isolate answers from, its staleness, and the trouble with the origin of record.
//! For operators and probes: holds no address and no secret, and words for operators alone. Isolates may differ, so it is no part of
//! the API's contract.

use rollout::json::Writer;

use crate::reply::{CACHE_NOTHING, Head, Policy, Reply};
use crate::request::Incoming;
use crate::shop::Shop;
use crate::time;

/// Answers 200 always: a shop whose origin is gone is ready to sell by what it has.
pub(crate) fn answer(shop: &Shop, request: &Incoming<'_>) -> Reply {
    let standing = shop.catalogs.standing(request.now());
    let has_words = shop.has_words(request);
    let body = Writer::document(|fields| {
        fields.field("status").string("ready");
        fields.field("catalog").object(|fields| {
            fields.field("revision").string(&shop.catalogs.revision());
            fields.field("base").string(&standing.base);
            fields.field("baseSource").string(if standing.is_bundled { "bundled" } else { "origin" });
            fields.field("products").bare(&shop.catalogs.current().len());
            match standing.age {
                Some(age) => fields.field("ageMilliseconds").bare(&time::milliseconds(age)),
                None => fields.field("ageMilliseconds").bare(&"null"),
            }
            fields.field("unconfirmed").bare(&standing.is_unconfirmed);
            match &standing.error {
                Some(error) => fields.field("error").string(&error.text(has_words)),
                None => fields.field("error").bare(&"null"),
            }
        });
    });
    let head = Head::new(200, "application/json", CACHE_NOTHING, Policy::Resource);
    Reply::new(head, body.into_bytes()).without_body(request.is_head())
}
