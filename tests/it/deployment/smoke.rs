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

/// The versions of the Worker that the tests roll out and go back to.
const NEW: &str = "11111111-1111-4111-8111-111111111111";
const OLD: &str = "22222222-2222-4222-8222-222222222222";

/// A stand-in for `npx wrangler`: notes what is deployed, and answers with the last of it when it is asked what runs.
const STAND_IN: &str = r#"#!/usr/bin/env bash
here="$(dirname "$0")"
case "$2 $3" in
"deployments status") cat "$here/running" ;;
"versions deploy")
  echo "$@" >>"$here/calls"
  shares=()
  for share in "$@"; do
    [[ "$share" == *@* ]] && shares+=("{\"version_id\":\"${share%@*}\",\"percentage\":${share#*@}}")
  done
  (IFS=,; echo "{\"versions\":[${shares[*]}]}") >"$here/running" ;;
esac
"#;

/// Rolls a version of the Worker out. The shop that is tried is a real one.
fn roll_out(shop: SocketAddr, before: &str) -> (Option<i32>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let stand_in = folder.path().join("npx");
    std::fs::write(&stand_in, STAND_IN).expect("a file");
    assert!(Command::new("chmod").arg("+x").arg(&stand_in).status().expect("chmod runs").success());
    #[expect(clippy::disallowed_methods, reason = "the search path of the process that is started")]
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.arg(project().join("infra/scripts/edge-rollout.sh")).stdin(Stdio::null());
    command.env("PATH", format!("{}:{path}", folder.path().display())).env("SHOP_URL", format!("http://{shop}"));
    command.env("VERSION", NEW).env("BEFORE", before).env("STEPS", "10 100").env("WATCH_SECONDS", "0");
    let output = command.output().expect("bash runs");
    let calls = std::fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
    let deployed = |line: &str| {
        let shares = line.split(" --env").next().unwrap_or_default().replace("wrangler versions deploy ", "");
        shares.replace(NEW, "new").replace(OLD, "old")
    };
    (output.status.code(), calls.lines().map(deployed).collect())
}

#[test]
fn a_version_that_answers_well_gets_more_and_more_shoppers() {
    let (code, deployed) = roll_out(shop().address(), OLD);
    assert_eq!(code, Some(0));
    assert_eq!(deployed, ["new@0 old@100", "new@10 old@90", "new@100"]);
    assert_eq!(roll_out(shop().address(), "none"), (Some(0), vec!["new@100".to_owned()]), "the first one of all");
}

#[test]
fn a_version_that_does_not_gets_none() {
    let no_shop = Record::start(&[]);
    let (code, deployed) = roll_out(no_shop.address(), OLD);
    assert_eq!((code, deployed), (Some(1), vec!["new@0 old@100".to_owned()]), "the workflow then takes it back");
}
