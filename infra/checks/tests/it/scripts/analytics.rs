//! The questions of scripts to Analytics Engine, with a stand-in for it, and their results: the judgement of a soak, and metrics.
//! Cloudflare's own reading of the questions cannot be tried here.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use infra_checks::stand_in::{Fault, StandIns};
use serde_json::{Value, json};
use storefront_tests::{project, read};

use super::{Bench, every_fault};

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a-token-that-may-read";

/// Answers every question with the same rows, and remembers what it was asked.
struct Analytics {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Analytics {
    fn start(status: &'static str, rows: &'static str) -> Analytics {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("a listener has an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&asked);
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let question = answer(stream, status, rows).expect("curl sends a whole request");
                remembered.lock().expect("nobody panics with it").push(question);
            }
        });
        Analytics { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

/// Reads one request, says what it asked with what right, and answers it.
fn answer(mut stream: TcpStream, status: &str, rows: &str) -> std::io::Result<String> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let text = format!("{{\"data\":{rows},\"rows\":1}}");
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len())?;
    Ok(format!("{head}\n{}", String::from_utf8_lossy(&body)))
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(analytics: &Analytics, script: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new("bash");
    command.arg(project().join("infra/scripts").join(script)).args(arguments).stdin(Stdio::null());
    command.env("CLOUDFLARE_API_URL", format!("http://{}/client/v4", analytics.address));
    command.env("CLOUDFLARE_ACCOUNT_ID", ACCOUNT).env("CLOUDFLARE_API_TOKEN", TOKEN).envs(variables.iter().copied());
    command.env("GITHUB_OUTPUT", "/dev/stdout");
    let output = command.output().expect("bash runs");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The command line with a release whose canary is this version.
const STOREFRONT: &str = r#"printf '{"remotes":[{"remote":"products","release":{"stable":"1.0.0","canary":{"version":"%s","percent":5}}}]}\n' "$(<"$HOME_OF_STAND_INS/canary")""#;

fn released(canary: &str) -> StandIns {
    let stand_ins = StandIns::new().program("storefront", STOREFRONT);
    stand_ins.write("canary", canary);
    stand_ins
}

fn soak_for(analytics: &Analytics, remote: &str, minutes: &str, release: &StandIns) -> Ran {
    let storefront = release.path("bin/storefront").display().to_string();
    let limits = [("MINIMUM_VIEWS", "200"), ("MOST_PERCENT", "2"), ("MOST_REPORTS", "5")];
    let mut variables = vec![("REMOTE", remote), ("VERSION", "1.1.0"), ("SOAK_MINUTES", minutes)];
    variables.extend([("STOREFRONT", storefront.as_str()), ("SOAK_SECONDS_BETWEEN", "0")]);
    variables.extend(limits);
    run(analytics, "remote-soak.sh", &[], &variables)
}

fn soak(analytics: &Analytics, remote: &str) -> Ran {
    soak_for(analytics, remote, "0", &released("1.1.0"))
}

const FAILED: i32 = 1;
const UNJUDGED: i32 = 3;
const CHANGED: i32 = 4;

#[test]
fn a_version_is_judged_by_its_page_views() {
    #[track_caller]
    fn check(rows: &'static str, code: i32, error: &str) {
        let ran = soak(&Analytics::start("200 OK", rows), "products");
        assert_eq!(ran.code, code, "{rows}: {}\n{}", ran.out, ran.err);
        assert!(ran.err.starts_with(error), "{rows}: {}", ran.err);
    }
    check(r#"[{"views":1000,"failed":0,"refused":0}]"#, 0, "");
    check(r#"[{"views":"200","failed":null,"refused":null}]"#, 0, "");
    // Six reports by one person are no more than a share of what shoppers saw.
    check(r#"[{"views":1000,"failed":6,"refused":0}]"#, 0, "");
    check(r#"[{"views":1000,"failed":20,"refused":0}]"#, 0, "");
    let failed = "error: browsers have reported 21 failures of `products` 1.1.0 in 1000 page views, more than 5 and more than 2 %";
    check(r#"[{"views":1000,"failed":"21","refused":0}]"#, FAILED, failed);
    // A handful of reports is not judged by a share.
    check(r#"[{"views":200,"failed":5,"refused":0}]"#, 0, "");
    check(r#"[{"views":200,"failed":5.5,"refused":0}]"#, FAILED, "error: browsers have reported 6 failures");
    check(r#"[{"views":3,"failed":40,"refused":0}]"#, FAILED, "error: browsers have reported 40 failures");
    check(r#"[{"views":0,"failed":6,"refused":0}]"#, FAILED, "error: browsers have reported 6 failures");
}

#[test]
fn a_version_that_nobody_sees_cannot_be_judged() {
    for rows in [
        "[]",
        r#"[{"views":0,"failed":0,"refused":0}]"#,
        r#"[{"views":null,"failed":null,"refused":null}]"#,
        r#"[{"views":199,"failed":0,"refused":0}]"#,
    ] {
        let ran = soak(&Analytics::start("200 OK", rows), "products");
        assert_eq!(ran.code, UNJUDGED, "{rows}: {}\n{}", ran.out, ran.err);
        assert!(ran.err.contains("cannot be judged") && ran.err.contains("fewer than 200"), "{rows}: {}", ran.err);
        assert!(!ran.out.contains("passed"), "{rows}: {}", ran.out);
    }
}

/// A flood at the gate hides a broken version: its own reports are refused as well.
#[test]
fn a_version_whose_reports_are_refused_cannot_be_judged() {
    let ran = soak(&Analytics::start("200 OK", r#"[{"views":1000,"failed":0,"refused":2000}]"#), "products");
    assert_eq!(ran.code, UNJUDGED, "{}", ran.err);
    assert!(ran.err.contains("2000 refused ones"), "{}", ran.err);
    let ran = soak(&Analytics::start("200 OK", r#"[{"views":1000,"failed":0,"refused":20}]"#), "products");
    assert_eq!(ran.code, 0, "a few are as good as none: {}", ran.err);
    let ran = soak(&Analytics::start("200 OK", r#"[{"views":1000,"failed":100,"refused":2000}]"#), "products");
    assert_eq!(ran.code, FAILED, "what is known is enough: {}", ran.err);
}

/// The gate moves reports of failures to the refused ones, so that neither count alone is over the limit.
#[test]
fn failures_and_refused_reports_are_judged_together() {
    #[track_caller]
    fn check(rows: &'static str, minutes: &str, code: i32) {
        let ran = soak_for(&Analytics::start("200 OK", rows), "products", minutes, &released("1.1.0"));
        assert_eq!(ran.code, code, "{rows}: {}\n{}", ran.out, ran.err);
        let rounds = ran.out.matches("page views").count();
        assert_eq!(rounds, 1, "{rows} is judged at once: {}", ran.out);
        let is_named = ran.err.contains("15 reports of failures and 15 refused ones in 1000 page views");
        assert_eq!(is_named, code == UNJUDGED, "{}", ran.err);
    }
    let both = r#"[{"views":1000,"failed":15,"refused":15}]"#;
    check(both, "0", UNJUDGED);
    check(both, "30", UNJUDGED);
    check(r#"[{"views":1000,"failed":10,"refused":10}]"#, "0", 0);
    check(r#"[{"views":1000,"failed":30,"refused":15}]"#, "30", FAILED);
}

/// A person who ends the canary, or begins another one, ends the soak; a store that cannot be read is left to the promotion.
#[test]
fn a_release_that_somebody_changed_is_not_watched() {
    for canary in ["1.2.0", "1.0.9"] {
        let analytics = Analytics::start("200 OK", r#"[{"views":1000,"failed":0,"refused":0}]"#);
        let ran = soak_for(&analytics, "products", "30", &released(canary));
        assert_eq!(ran.code, CHANGED, "{}\n{}", ran.out, ran.err);
        assert!(ran.out.contains("changed=true\n"), "the step outputs it: {}", ran.out);
        assert!(ran.err.contains("error: somebody changed the release of `products`"), "{}", ran.err);
    }
    for fault in Fault::ALL {
        let release = released("1.1.0");
        release.break_calls("storefront status", fault);
        let analytics = Analytics::start("200 OK", r#"[{"views":1000,"failed":0,"refused":0}]"#);
        let ran = soak_for(&analytics, "products", "0", &release);
        assert!(ran.code == 0 && ran.err.contains("error: "), "{fault:?}: {}\n{}", ran.out, ran.err);
        assert!(!ran.out.contains("changed"), "{fault:?}: {}", ran.out);
    }
}

#[test]
fn the_question_is_about_page_views_and_reports_of_that_version() {
    let analytics = Analytics::start("200 OK", r#"[{"views":1000,"failed":0,"refused":0}]"#);
    soak(&analytics, "products");
    let asked = analytics.asked();
    assert_eq!(asked.len(), 1);
    for part in [
        format!("POST /client/v4/accounts/{ACCOUNT}/analytics_engine/sql").as_str(),
        &format!("Bearer {TOKEN}"),
        "sum(if(index1 = 'request', _sample_interval, 0)) AS views",
        "blob6 = 'products@1.1.0'",
        "sum(if(index1 = 'remote-failed', _sample_interval, 0)) AS failed",
        "sum(if(index1 = 'remote-refused', _sample_interval * double1, 0)) AS refused",
        "blob2 = 'products' AND blob3 = '1.1.0'",
    ] {
        assert!(asked[0].contains(part), "`{part}` is not in {}", asked[0]);
    }
    // Which text of a point is which is decided there.
    let observe = read("edge/observe.js");
    assert!(
        observe.contains(
            "const blobs = [\"request\", route, request.method, String(response.status), revision, remotes];"
        ),
        "edge/observe.js writes other points"
    );
}

#[test]
fn not_to_know_is_not_to_pass() {
    let ran = soak(&Analytics::start("503 Service Unavailable", "[]"), "products");
    assert_eq!(ran.code, UNJUDGED, "{}", ran.err);
    assert!(ran.err.contains("error: Analytics Engine does not answer the question"), "{}", ran.err);
    for rows in [
        r#"[{"views":1000}]"#,
        r#"[{"views":1000,"failed":0}]"#,
        r#"[{"views":"many","failed":0,"refused":0}]"#,
        r#"[{"views":1000,"failed":true,"refused":0}]"#,
        r#"[{"views":1000,"failed":-1,"refused":0}]"#,
        r#"[{"views":1000,"failed":0,"refused":0},{"views":1,"failed":0,"refused":0}]"#,
        r#"{"views":1000,"failed":0,"refused":0}"#,
        "[[1000,0,0]]",
        "null",
    ] {
        let ran = soak(&Analytics::start("200 OK", rows), "products");
        assert_eq!(ran.code, UNJUDGED, "{rows}: {}", ran.err);
    }
}

#[test]
fn nothing_else_gets_into_a_question() {
    let analytics = Analytics::start("200 OK", "[]");
    let ran = soak(&analytics, "products' OR '1'='1");
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(analytics.asked(), Vec::<String>::new());
    assert_eq!(run(&analytics, "edge-metrics.sh", &["5' MINUTE"], &[]).code, 2);
}

/// No rows of anything, and a soak that is over at once.
fn soaking() -> StandIns {
    let stand_ins = released("1.1.0").program("curl", "echo '{\"data\":[]}'").with("STOREFRONT", "storefront");
    let stand_ins = stand_ins.with("CLOUDFLARE_ACCOUNT_ID", ACCOUNT).with("CLOUDFLARE_API_TOKEN", TOKEN);
    let stand_ins = stand_ins.with("REMOTE", "products").with("VERSION", "1.1.0").with("SOAK_MINUTES", "0");
    stand_ins.with("MINIMUM_VIEWS", "1").with("MOST_PERCENT", "2").with("MOST_REPORTS", "5")
}

pub(super) fn bench(script: &'static str) -> Bench {
    // Enough page views, so that nothing but the answer that is broken is wrong.
    let stand_ins = soaking().program("curl", "echo '{\"data\":[{\"views\":9,\"failed\":0,\"refused\":0}]}'");
    let arguments: &[&str] = if script == "edge-metrics.sh" { &["15"] } else { &["SELECT 1"] };
    Bench::new(script, arguments, stand_ins)
}

#[test]
fn every_bad_answer_of_curl_is_a_failure() {
    let scripts = [("analytics.sh", "SELECT 1"), ("edge-metrics.sh", "15"), ("remote-soak.sh", "")];
    for (script, argument) in scripts {
        every_fault(
            &["curl"],
            soaking,
            |stand_ins| stand_ins.run(script, &[argument]),
            |_, ran, case| {
                assert!(script == "remote-soak.sh" || ran.out.is_empty(), "{script}, {case}: {}", ran.out);
                assert!(script != "remote-soak.sh" || ran.code == UNJUDGED, "{case}: {}", ran.code);
            },
        );
    }
}

/// A missing figure would be counted as 0, and no alarm would ring.
#[test]
fn a_figure_that_is_not_there_is_no_zero() {
    for rows in [
        r#"[{"requests":1200,"questions":3,"p95":1}]"#,
        r#"[{"a":1}]"#,
        r#"[{"requests":{},"responses4xx":1,"responses5xx":1,"questions":0,"p95":0}]"#,
    ] {
        let ran = run(&Analytics::start("200 OK", rows), "edge-metrics.sh", &["5"], &[]);
        assert!(ran.code > 0 && ran.out.is_empty(), "{rows}: {}", ran.out);
    }
}

#[test]
fn metrics_have_the_form_of_cloudwatch() {
    let rows = r#"[{"requests":"1200","responses4xx":60,"responses5xx":null,"questions":3,"p95":812.5}]"#;
    let analytics = Analytics::start("200 OK", rows);
    let ran = run(&analytics, "edge-metrics.sh", &["5"], &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let metrics: Value = serde_json::from_str(&ran.out).expect("the metrics are JSON");
    let expect = json!([
        { "MetricName": "Requests", "Unit": "Count", "Value": 1200 },
        { "MetricName": "Responses4xx", "Unit": "Count", "Value": 60 },
        { "MetricName": "Responses5xx", "Unit": "Count", "Value": 0 },
        { "MetricName": "OriginLatencyP95", "Unit": "Milliseconds", "Value": 812.5 },
    ]);
    assert_eq!(metrics, expect);
}

#[test]
fn an_edge_at_rest_is_counted_too() {
    let analytics = Analytics::start("200 OK", "[]");
    let ran = run(&analytics, "edge-metrics.sh", &["5"], &[]);
    let metrics: Value = serde_json::from_str(&ran.out).expect("the metrics are JSON");
    assert_eq!(metrics.as_array().map(Vec::len), Some(3), "no latency of nothing: {metrics}");
    assert_eq!(metrics[0], json!({ "MetricName": "Requests", "Unit": "Count", "Value": 0 }));
}
