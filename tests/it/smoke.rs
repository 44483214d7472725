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
