//! `/health/ready`: the catalog and the rules that this isolate answers from, the age of its confirmation, and the trouble of the origin of record.
//! For operators and probes: holds no address and no secret, and words for operators alone. Isolates may differ, so it is no part of
//! the API's contract.

use serde::Serialize;

use web::{CacheControl, Reply};

use crate::document::document;
use crate::request::Incoming;
use crate::response::Response;
use crate::shop::Shop;
use crate::time;

#[derive(Serialize)]
struct Document {
    status: &'static str,
    catalog: Catalog,
    rules: Rules,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Catalog {
    revision: String,
    base: String,
    base_source: &'static str,
    products: usize,
    age_milliseconds: Option<u64>,
    unconfirmed: bool,
    error: Option<String>,
}

#[derive(Serialize)]
struct Rules {
    revision: Option<String>,
    source: &'static str,
    error: Option<String>,
}

/// Answers 200 always: a shop without its origin is ready to sell from the catalog that it has.
pub(crate) fn answer(shop: &Shop, request: &Incoming<'_>) -> Response {
    let standing = shop.catalogs.standing(request.now());
    let has_words = shop.has_words(request);
    let catalog = Catalog {
        revision: shop.catalogs.revision().to_string(),
        base: standing.base,
        base_source: if standing.is_bundled { "bundled" } else { "origin" },
        products: shop.catalogs.current().len(),
        age_milliseconds: standing.age.map(time::milliseconds),
        unconfirmed: standing.is_unconfirmed,
        error: standing.error.map(|error| error.text(has_words)),
    };
    let standing = shop.rules.standing();
    let rules = Rules {
        revision: standing.revision.map(|revision| revision.to_string()),
        source: if standing.is_built { "bundled" } else { "origin" },
        error: standing.error.map(|error| error.text(has_words)),
    };
    let body = document(&Document { status: "ready", catalog, rules });
    let reply = Reply::new(200, "application/json", CacheControl::NoStore, body);
    Response::resource(reply).answering(request.request())
}

#[cfg(test)]
mod tests {
    use crate::testing::{NOW, ask, shop};

    #[test]
    fn it_has_these_fields_in_this_order() {
        let shop = shop(false);
        let reply = ask("/health/ready", &[], NOW, |incoming| super::answer(&shop, incoming));
        let (revision, products) = (shop.catalogs.revision(), shop.catalogs.current().len());
        assert_eq!(
            String::from_utf8_lossy(&reply.reply.body),
            format!(
                r#"{{"status":"ready","catalog":{{"revision":"{revision}","base":"{revision}","baseSource":"bundled","products":{products},"ageMilliseconds":null,"unconfirmed":false,"error":null}},"rules":{{"revision":null,"source":"bundled","error":null}}}}"#
            )
        );
    }
}
