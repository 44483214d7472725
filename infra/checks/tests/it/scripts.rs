//! The scripts that workflows run, with a stand-in for Analytics Engine: its questions, and what becomes of its answers.
//! What needs an account of somebody else's (wrangler's uploads, App Runner, ECS) is not run here.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::{ACCESS_KEY, SECRET_KEY, StoreServer};
use storefront_tests::{bundle, project};

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
    let output = command.output().expect("bash runs");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn soak(analytics: &Analytics, remote: &str, most: &str) -> Ran {
    let variables = [("REMOTE", remote), ("VERSION", "1.1.0"), ("SOAK_MINUTES", "0"), ("MOST_REPORTS", most)];
    run(analytics, "remote-soak.sh", &[], &variables)
}

#[test]
fn a_version_that_browsers_report_is_stopped() {
    let analytics = Analytics::start("200 OK", r#"[{"reports":"6"}]"#);
    let ran = soak(&analytics, "products", "5");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.err.starts_with("error: browsers have reported 6 failures of `products` 1.1.0, more than 5"),
        "{}",
        ran.err
    );
    let asked = analytics.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].contains(&format!("POST /client/v4/accounts/{ACCOUNT}/analytics_engine/sql")), "{}", asked[0]);
    assert!(asked[0].contains(&format!("Bearer {TOKEN}")), "{}", asked[0]);
    assert!(asked[0].contains("blob2 = 'products' AND blob3 = '1.1.0'"), "{}", asked[0]);
}

#[test]
fn a_version_that_few_report_goes_on() {
    for rows in [r#"[{"reports":5}]"#, r#"[{"reports":null}]"#, "[]"] {
        let analytics = Analytics::start("200 OK", rows);
        let ran = soak(&analytics, "products", "5");
        assert_eq!(ran.code, 0, "{rows}: {}", ran.err);
    }
}

#[test]
fn not_to_know_is_to_stop() {
    let analytics = Analytics::start("503 Service Unavailable", "[]");
    let ran = soak(&analytics, "products", "5");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("error: Analytics Engine does not answer the question"), "{}", ran.err);
}

#[test]
fn nothing_else_gets_into_a_question() {
    let analytics = Analytics::start("200 OK", "[]");
    let ran = soak(&analytics, "products' OR '1'='1", "5");
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(analytics.asked(), Vec::<String>::new());
    assert_eq!(run(&analytics, "edge-metrics.sh", &["5' MINUTE"], &[]).code, 2);
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

/// The store is a real one, and so is the command line; only the environment is made up.
fn canary(store: &StoreServer, output: &std::path::Path) -> Ran {
    let mut command = Command::new("bash");
    command.arg("infra/scripts/remote-canary.sh").current_dir(project()).stdin(Stdio::null());
    command.env("STOREFRONT", storefront_tests::program("storefront")).env("GITHUB_OUTPUT", output);
    command.env("REMOTE", "products").env("PERCENT", "5").env("STOREFRONT_AUTHOR", "workflow");
    command
        .env("AWS_ENDPOINT_URL_S3", store.endpoint())
        .env("AWS_REGION", "us-east-1")
        .env("REMOTES_BUCKET", store.bucket());
    command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY).env_remove("SHOP_URL");
    let output = command.output().expect("bash runs");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_built_version_is_published_and_shown_to_a_few() {
    let store = StoreServer::start("shop");
    let operator = Operator::of_store(&store);
    let folders = tempfile::tempdir().expect("a folder for versions");
    let before = Made::new("products", "0.9.0").write(folders.path());
    operator.run(&format!("publish {}", before.display())).expect(0);
    operator.run("promote products 0.9.0 --stable 0.9.0").expect(0);

    let built = bundle::remote("products").version;
    let output = folders.path().join("output");
    let ran = canary(&store, &output);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert_eq!(std::fs::read_to_string(&output).unwrap_or_default(), format!("version={built}\n"), "{}", ran.out);
    let status = operator.run("status products").expect(0);
    assert!(status.out.contains(&built) && status.out.contains("5 %"), "{status}");

    operator.run(&format!("promote products {built} --yes")).expect(0);
    std::fs::remove_file(&output).expect("the output is there");
    let ran = canary(&store, &output);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("is what everybody gets already"), "{}", ran.out);
    assert!(!output.exists(), "no version is to be watched");
}

/// Deploys with a stand-in for the AWS command line, whose answers to `apprunner list-operations` are these, one after the other.
fn deploy(answers: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("answers"), answers.join("\n")).expect("a file");
    let stand_in = "#!/usr/bin/env bash\n\
        cd \"$(dirname \"$0\")\"\n\
        if [[ $2 == list-operations ]]; then head -n 1 answers; sed -i 1d answers; else printf '%s\\n' \"$*\" >>calls; fi\n";
    std::fs::write(path("aws"), stand_in).expect("a file");
    let mut chmod = Command::new("chmod");
    assert!(chmod.arg("+x").arg(path("aws")).status().expect("chmod runs").success());
    #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
    let search_path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.arg(project().join("infra/scripts/origin-deploy.sh")).stdin(Stdio::null());
    command.env("PATH", format!("{}:{search_path}", folder.path().display())).env("DEPLOY_SECONDS_BETWEEN", "0");
    command.env("PLATFORM", "apprunner").env("IMAGE", "registry/origin@sha256:0").env("LOG_RETENTION_DAYS", "30");
    command
        .env("SERVICE", "arn:aws:apprunner:us-east-1:123456789012:service/shop-origin/0123")
        .env("STARTED", "1764000000");
    let output = command.output().expect("bash runs");
    let calls = std::fs::read_to_string(path("calls")).unwrap_or_default();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: format!("{}{calls}", String::from_utf8_lossy(&output.stdout)),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_deployment_is_waited_for_and_not_the_one_before() {
    // 2025-11-24T16:00:00Z is 1764000000.
    let before = "2025-11-24T15:00:00+00:00\tSUCCEEDED";
    let running = "2025-11-24T16:00:05+00:00\tIN_PROGRESS";
    let ended = "2025-11-24T16:00:05+00:00\tSUCCEEDED";
    let ran = deploy(&[before, before, running, ended]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out.matches("the deployment is not begun").count(), 2, "{}", ran.out);
    for kind in ["application", "service"] {
        assert!(ran.out.contains(&format!("/aws/apprunner/shop-origin/0123/{kind}")), "{}", ran.out);
    }
    let ran = deploy(&[running, "2025-11-24T16:00:05+00:00\tROLLBACK_SUCCEEDED"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("ended as ROLLBACK_SUCCEEDED; the image before goes on"), "{}", ran.err);
    let ran = deploy(&[before]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("the deployment is still not begun"), "{}", ran.err);
}

/// What a script says as its outputs, with a stand-in for wrangler that reports in the form of its version 4.
fn uploaded(script: &str, reports: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let status = r#"{"versions":[{"version_id":"less","percentage":10},{"version_id":"before","percentage":90}]}"#;
    let stand_in = format!(
        "#!/bin/sh\nif [ \"$2\" = deployments ]; then echo '{status}'; exit; fi\necho '{reports}' >>\"$WRANGLER_OUTPUT_FILE_PATH\"\n"
    );
    std::fs::write(path("npx"), stand_in).expect("a file");
    assert!(Command::new("chmod").arg("+x").arg(path("npx")).status().expect("chmod runs").success());
    #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
    let search_path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.arg(project().join("infra/scripts").join(script)).stdin(Stdio::null());
    command.env("PATH", format!("{}:{search_path}", folder.path().display()));
    command.env("GITHUB_OUTPUT", path("output")).env("GITHUB_SHA", "0123456789abcdef").envs(variables.iter().copied());
    let output = command.output().expect("bash runs");
    (output.status.code(), std::fs::read_to_string(path("output")).unwrap_or_default())
}

#[test]
fn uploads_say_what_wrangler_reports() {
    let reports =
        r#"{"type":"version-upload","version_id":"new","preview_url":null,"preview_alias_url":"https://pr-1.example"}"#;
    let (shop, alias) = (("PUBLIC_ORIGIN", "https://shop.example"), ("ALIAS", "pr-1"));
    assert_eq!(uploaded("edge-upload.sh", reports, &[shop]), (Some(0), "version=new\nbefore=before\n".to_owned()));
    assert_eq!(uploaded("preview-upload.sh", reports, &[alias]), (Some(0), "url=https://pr-1.example\n".to_owned()));
    let nothing = r#"{"type":"wrangler-session"}"#;
    assert_eq!(uploaded("edge-upload.sh", nothing, &[shop]), (Some(1), String::new()));
    assert_eq!(uploaded("preview-upload.sh", nothing, &[alias]), (Some(1), String::new()));
}
