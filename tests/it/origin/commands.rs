//! The program `origin` at a terminal: its commands, its messages about a bad variable or catalog, and its exit codes.

use storefront_tests::record::{Record, run};

#[test]
fn it_says_what_it_is() {
    let help = run(&["--help"], &[]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    for part in ["Usage: origin", "healthcheck", "CATALOG", "ORIGIN_SECRET_PREVIOUS"] {
        assert!(help.out.contains(part), "`{part}` is not in:\n{}", help.out);
    }
    assert_eq!(run(&["--version"], &[]).out, format!("origin {}\n", env!("CARGO_PKG_VERSION")));
    let unknown = run(&["run"], &[]);
    assert_eq!(unknown.code, 2);
    assert_eq!(unknown.err, "error: `run` is no command of `origin`\n\nhint: `origin help` lists them\n");
}

#[test]
fn a_bad_variable_stops_the_start_and_is_named() {
    for (name, value) in
        [("PORT", "many"), ("ORIGIN_SECRET", "short"), ("ENVIRONMENT", "test"), ("HOST", "example.com")]
    {
        let ended = run(&[], &[(name, value)]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{name}");
        assert!(ended.err.starts_with(&format!("error: {name} was refused: ")), "{}", ended.err);
        assert!(ended.err.contains("\nhint: `docs/configuration.md`"), "{}", ended.err);
    }
    let production = run(&[], &[("ENVIRONMENT", "production")]);
    assert!(production.err.contains("ORIGIN_SECRET was refused: production needs one"), "{}", production.err);
}

#[test]
fn a_bad_catalog_stops_the_start_with_the_record_and_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("products.json");
    std::fs::write(&path, r#"[{"id":"1","name":"A","price":"much","category":"B"}]"#).unwrap();
    let ended = run(&[], &[("CATALOG", path.to_str().unwrap()), ("PORT", "0"), ("METRICS_PORT", "0")]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    for part in
        ["error: the server cannot start without its catalog\n\nCaused by:\n", "record 1 (id `1`", "price", "\nhint: "]
    {
        assert!(ended.err.contains(part), "`{part}` is not in:\n{}", ended.err);
    }
    let missing = run(&[], &[("CATALOG", "/nowhere/products.json"), ("PORT", "0"), ("METRICS_PORT", "0")]);
    assert!(missing.err.contains("cannot open `/nowhere/products.json`"), "{}", missing.err);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let record = Record::start(&[]);
    let port = record.address().port().to_string();
    let ended = run(&[], &[("PORT", &port), ("METRICS_PORT", "0")]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains(&format!("cannot listen on 127.0.0.1:{port}, as PORT says")), "{}", ended.err);
}

#[test]
fn the_healthcheck_follows_the_server() {
    let mut record = Record::start(&[]);
    let port = record.address().port().to_string();
    let check = || run(&["healthcheck"], &[("PORT", &port)]);
    let well = check();
    assert_eq!((well.code, well.out.as_str(), well.err.as_str()), (0, "", ""));
    record.kill();
    let gone = check();
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains(&format!("the server at 127.0.0.1:{port} is not ready")), "{}", gone.err);
}
