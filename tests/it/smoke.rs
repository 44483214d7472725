//! The script that deployments ask a shop with, against real ones: it passes the shop and the origin, and fails what is neither.

use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};

use storefront_tests::project;
use storefront_tests::record::Record;
use storefront_tests::server::shop;

fn smoke(address: SocketAddr, what: &str) -> Output {
    let mut command = Command::new("bash");
    command.arg(project().join("infra/scripts/smoke.sh")).arg(format!("http://{address}")).arg(what);
    command.stdin(Stdio::null()).output().expect("bash runs")
}

#[test]
fn a_deployment_is_asked_what_shoppers_ask() {
    let shop = smoke(shop().address(), "shop");
    assert!(shop.status.success(), "{}", String::from_utf8_lossy(&shop.stderr));
    assert_eq!(String::from_utf8_lossy(&shop.stdout).lines().count(), 10, "each answer is named");

    let record = Record::start(&[]);
    let origin = smoke(record.address(), "origin");
    assert!(origin.status.success(), "{}", String::from_utf8_lossy(&origin.stderr));

    let no_shop = smoke(record.address(), "shop");
    assert_eq!(no_shop.status.code(), Some(1));
    let said = String::from_utf8_lossy(&no_shop.stderr);
    assert!(said.starts_with("error: `/` is of type `application/json`"), "{said}");
}

/// Rolls a version of the Worker out with a stand-in for wrangler, which writes down what it is asked. The shop that is tried is a real one.
fn roll_out(shop: SocketAddr, before: &str) -> (Option<i32>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let (stand_in, calls) = (folder.path().join("npx"), folder.path().join("calls"));
    std::fs::write(&stand_in, format!("#!/bin/sh\necho \"$@\" >>{}\n", calls.display())).expect("a file");
    assert!(Command::new("chmod").arg("+x").arg(&stand_in).status().expect("chmod runs").success());
    #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.arg(project().join("infra/scripts/edge-rollout.sh")).stdin(Stdio::null());
    command.env("PATH", format!("{}:{path}", folder.path().display())).env("SHOP_URL", format!("http://{shop}"));
    command.env("VERSION", "new").env("BEFORE", before).env("STEPS", "10 100").env("WATCH_SECONDS", "0");
    let output = command.output().expect("bash runs");
    let calls = std::fs::read_to_string(calls).unwrap_or_default();
    let deployed =
        |line: &str| line.split(" --env").next().unwrap_or_default().replace("wrangler versions deploy ", "");
    (output.status.code(), calls.lines().map(deployed).collect())
}

#[test]
fn a_version_that_answers_well_gets_more_and_more_shoppers() {
    let (code, deployed) = roll_out(shop().address(), "old");
    assert_eq!(code, Some(0));
    assert_eq!(deployed, ["new@0 old@100", "new@10 old@90", "new@100"]);
    assert_eq!(roll_out(shop().address(), ""), (Some(0), vec!["new@100".to_owned()]), "the first one of all");
}

#[test]
fn a_version_that_does_not_gets_none() {
    let no_shop = Record::start(&[]);
    let (code, deployed) = roll_out(no_shop.address(), "old");
    assert_eq!((code, deployed), (Some(1), vec!["new@0 old@100".to_owned()]), "the workflow then takes it back");
}
