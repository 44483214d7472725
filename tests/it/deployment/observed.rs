//! The record of requests by the real Worker: the time that they waited, the versions that pages were made with, a line each where that is
//! on, and the trace that goes on at the origin. The fields of a line are `edge/tests/observe.test.mjs`'s subject.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::Value;
use storefront_tests::canned::{Answer, Asked, Canned};
use storefront_tests::client::{Request, Response};
use storefront_tests::project;
use storefront_tests::record::Record;
use storefront_tests::server::{Server, Setup, shop};

use crate::remotes::beacon::{post, report};

#[test]
fn an_answer_says_what_it_waited_and_what_it_was_made_with() {
    let page = shop().get("/products");
    let waited =
        |answer: &Response| -> Option<u32> { answer.header("server-timing")?.strip_prefix("edge;dur=")?.parse().ok() };
    // The first page may wait for a release, an API answer for nothing.
    assert!(waited(&page).is_some(), "{page}");
    let list = shop().get("/api/products");
    assert_eq!(waited(&list), Some(0), "{list}");
    let remotes = page.header("x-remotes").expect("a page names the version in its slot");
    assert!(remotes.starts_with("products@"), "{remotes}");
    let start = shop().get("/").header("x-remotes").expect("every page has the slot of the cart");
    assert!(start.starts_with("cart@"), "{start}");
    let file = shop().get("/favicon.ico");
    assert!(waited(&file).is_some(), "{file}");
}

#[test]
fn a_request_is_a_line_in_the_log_where_that_is_on() {
    let setup = Setup { variables: &[("LOG", "requests")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = Request::get("/products/cafe-press?utm_source=letter")
        .header("traceparent", &format!("00-{trace}-b7ad6b7169203331-01"));
    assert_eq!(server.send(&request).status, 200);
    server.expect_output(trace);
    let output = server.output();
    let line = output.lines().find(|line| line.contains(trace)).expect("the line is there");
    let line: Value = serde_json::from_str(line.trim()).expect("a line is JSON");
    assert_eq!((&line["event"], &line["method"]), (&"request".into(), &"GET".into()), "{line}");
    assert_eq!((&line["route"], &line["status"]), (&"product".into(), &200.into()), "{line}");
    assert!(line["remotes"].as_str().is_some_and(|remotes| remotes.starts_with("product-detail@")), "{line}");
    assert!(!output.contains("utm_source\":"), "nothing of the query");
}

#[test]
fn the_origin_is_asked_in_the_trace_of_the_request_that_led_to_it() {
    let record = Record::start(&[]);
    let url = record.url();
    let setup = Setup { variables: &[("ORIGIN_URL", &url), ("ORIGIN_EVERY_MS", "50")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = Request::get("/health").header("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    // Only a request that comes when the origin is due to be asked leads to a question.
    let asked = (0..200).any(|_| {
        assert_eq!(server.send(&request).status, 200);
        std::thread::sleep(Duration::from_millis(20));
        record.log().contains(trace)
    });
    assert!(asked, "no line of the origin has the trace:\n{}", record.log());
    let log = record.log();
    let line = log.lines().find(|line| line.contains(trace)).expect("the line is there");
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    assert_eq!((&line["trace"], &line["route"]), (&trace.into(), &"feed".into()), "{line}");
    assert_eq!(line["revision"].as_str(), record.get("/health").header("x-catalog-revision").as_deref(), "{line}");
}

/// An origin that holds its answer to a question of one trace until the test lets it go, and notes every question.
#[derive(Default)]
struct Holding {
    asked: Mutex<Vec<(String, String)>>,
    is_free: Mutex<bool>,
    changed: Condvar,
}

impl Holding {
    /// Long enough for a loaded machine; a test that runs into it fails.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn answer(&self, asked: &Asked, held: &str) -> Answer {
        let traceparent = asked.header("traceparent").unwrap_or_default().to_owned();
        let is_held = traceparent.contains(held) && asked.line.contains("/changes");
        self.asked.lock().expect("no thread panicked").push((asked.line.clone(), traceparent));
        self.changed.notify_all();
        if !is_held {
            return Answer { status: 503, ..Answer::json("{}") };
        }
        let free = self.is_free.lock().expect("no thread panicked");
        drop(self.changed.wait_timeout_while(free, Self::PATIENCE, |is_free| !*is_free).expect("no thread panicked"));
        // Of another base than the Worker's: it asks for a snapshot next.
        let headers = vec![
            ("x-catalog-base", "another-base".to_owned()),
            ("x-catalog-revision", "another-revision".to_owned()),
            ("x-catalog-since", "1".to_owned()),
        ];
        Answer { headers, ..Answer::json("{}") }
    }

    fn release(&self) {
        *self.is_free.lock().expect("no thread panicked") = true;
        self.changed.notify_all();
    }

    /// The `traceparent` of the first question about this within a trace, or within any.
    fn trace(&self, about: &str, trace: &str) -> Option<String> {
        let asked = self.asked.lock().expect("no thread panicked");
        let is_it = |(line, traceparent): &&(String, String)| line.contains(about) && traceparent.contains(trace);
        asked.iter().find(is_it).map(|(_, traceparent)| traceparent.clone())
    }

    /// The `traceparent` of the first question about this, when it has come.
    fn wait(&self, about: &str) -> String {
        let asked = self.asked.lock().expect("no thread panicked");
        let is_missing = |asked: &mut Vec<(String, String)>| !asked.iter().any(|(line, _)| line.contains(about));
        drop(self.changed.wait_timeout_while(asked, Self::PATIENCE, is_missing).expect("no thread panicked"));
        self.trace(about, "").unwrap_or_else(|| panic!("the origin was not asked about `{about}`"))
    }
}

#[test]
fn requests_that_overlap_lead_to_questions_in_a_trace_each() {
    let (first, second) = ("4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c");
    let holding = Arc::new(Holding::default());
    let script = Arc::clone(&holding);
    let origin = Canned::start_with(move |asked| script.answer(asked, first));
    let url = origin.url();
    let variables = [("ORIGIN_URL", url.as_str()), ("ORIGIN_EVERY_MS", "50"), ("ORIGIN_TIMEOUT_MS", "20000")];
    let server = Server::start(&Setup { variables: &variables, ..Setup::default() });
    let server = server.unwrap_or_else(|reason| panic!("{reason}"));
    // Only a request that comes when the origin is due to be asked leads to a question.
    let lead = |trace: &str| {
        let request = Request::get("/health").header("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
        (0..500).find_map(|_| {
            assert_eq!(server.send(&request).status, 200);
            holding.trace("/changes", trace)
        })
    };
    let asked = lead(first).expect("the first request leads to a question");
    // The first one's question is open while the second request comes and is answered.
    let other = Request::get("/health").header("traceparent", &format!("00-{second}-00f067aa0ba902b7-01"));
    assert_eq!(server.send(&other).status, 200);
    holding.release();
    let next = holding.wait("/snapshot/");
    assert!(next.contains(first), "the first request's second question is in the trace `{next}`");
    assert_ne!(asked, next, "each question is a span of its own");
    assert!(lead(second).is_some(), "the second request leads to a question of its own");
}

/// Stands around the Worker's script, and gives it a dataset of Analytics Engine that logs its points: wrangler's own drops them.
const WITH_DATASET: &str = r#"
import shop from "./shop.js";
const METRICS = { writeDataPoint: (point) => console.log("point " + JSON.stringify(point)) };
export default { fetch: (request, env, context) => shop.fetch(request, { ...env, METRICS }, context) };
"#;

#[test]
fn a_counted_event_is_a_point_as_well_as_a_line() {
    let (root, project) = (tempfile::tempdir().expect("a folder for the Worker"), project());
    let (copy, built) = (root.path().join("edge/build"), project.join("edge/build"));
    std::fs::create_dir_all(&copy).expect("a folder for the script");
    std::fs::create_dir_all(root.path().join("assets")).expect("a folder for the assets");
    std::fs::copy(built.join("index.js"), copy.join("shop.js")).expect("the Worker is built");
    std::fs::copy(built.join("index_bg.wasm"), copy.join("index_bg.wasm")).expect("the Worker is built");
    std::fs::write(copy.join("index.js"), WITH_DATASET).expect("the script can be written");
    std::os::unix::fs::symlink(project.join("assets/dist"), root.path().join("assets/dist")).expect("a link");
    // Nothing listens there.
    let setup = Setup { variables: &[("ORIGIN_URL", "http://127.0.0.1:9")], ..Setup::default() };
    let server = Server::start_built(root.path(), &setup).unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!(server.send(&post(report("secret"))).status, 204);
    assert!(server.get("/products?remote.products=one").status >= 400, "no version");
    let point = |kind: &str| -> Value {
        let start = format!("point {{\"indexes\":[\"{kind}\"]");
        server.expect_output(&start);
        let output = server.output();
        let line = output.lines().find_map(|line| line.trim().strip_prefix("point ").filter(|_| line.contains(&start)));
        serde_json::from_str(line.expect("it is there")).expect("a point is JSON")
    };
    let failed = point("remote-failed");
    let version = storefront_tests::bundle::remote("products").version;
    assert_eq!(failed["blobs"], serde_json::json!(["remote-failed", "products", version, "import"]), "{failed}");
    assert_eq!(failed["doubles"], serde_json::json!([0]), "{failed}");
    let refused = point("preview-refused");
    assert_eq!(refused["blobs"], serde_json::json!(["preview-refused", "malformed"]), "{refused}");
    assert_eq!(refused["doubles"], serde_json::json!([1]), "{refused}");
    assert_eq!(point("origin")["blobs"], serde_json::json!(["origin", "changes", "failed"]));
    assert_eq!(point("request")["indexes"], serde_json::json!(["request"]));
    server.expect_output(r#"{"event":"preview-refused","reason":"malformed","count":1}"#);
}
