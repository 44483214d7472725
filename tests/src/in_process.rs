//! The shop of the built Worker in this process: the same crate `shop` around the same bundle, so that only the host differs.
//! Reads no store: a shop in which no release was published answers alike.

use std::time::{SystemTime, UNIX_EPOCH};

use shop::config::Config;
use shop::forward::Next;
use shop::{BUNDLED, Incoming, Plan, Shop, routes};
use web::Reply;

use crate::read;

/// The shop as `wrangler.toml` configures it for development.
pub fn shop() -> Shop {
    let configuration = read("wrangler.toml");
    let config = Config::parse(|name| variable(&configuration, name)).expect("`wrangler.toml` is accepted");
    Shop::new(edge::bundled::BUNDLE, config, BUNDLED).expect("the bundle opens")
}

/// The response to a request, as a host arrives at it.
pub fn answer(shop: &Shop, request: web::Request<'_>, content: &[u8]) -> Reply {
    let (path, query) = (request.path, request.query);
    let now = now();
    let (clock, draw) = (|| now, || None);
    let incoming = Incoming::new(request, &clock, &draw);
    let matched = match routes::route(path, query) {
        Ok(matched) => matched,
        Err(error) => return shop.refuse(error, &incoming).reply,
    };
    match shop.plan(&matched, &incoming) {
        Plan::Now(response) => response.reply,
        Plan::Content => match shop.receive(&matched, &incoming, content) {
            Next::Now(response) => response.reply,
            Next::Ask(ask) => panic!("{path} asks the origin: {ask:?}"),
        },
        Plan::Page(planned) => {
            let response = shop.render(&planned, now).with_cookies(planned.resolved.cookies);
            response.answering(incoming.request()).reply
        }
        other => panic!("{path} needs more than the shop: {other:?}"),
    }
}

/// A variable of the environment without a name, `[vars]`.
fn variable(configuration: &str, name: &str) -> Option<String> {
    let section = configuration.lines().skip_while(|line| *line != "[vars]").skip(1);
    let mut rows = section.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "));
    rows.find(|(key, _)| *key == name).map(|(_, value)| value.trim_matches('"').to_owned())
}

#[expect(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "the host's clock, in milliseconds since 1970"
)]
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |elapsed| elapsed.as_millis() as f64)
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn variables_are_those_of_development() {
        let text = "name = \"x\"\n\n[vars]\nA = \"b c\"\nC = \"\"\n\n[env.production.vars]\nA = \"d\"\nE = \"f\"\n";
        let of = |name| variable(text, name);
        assert_eq!((of("A").as_deref(), of("C").as_deref(), of("E"), of("name")), (Some("b c"), Some(""), None, None));
    }
}
