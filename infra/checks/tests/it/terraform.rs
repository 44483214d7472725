//! Every module and stack as Terraform itself sees it: formatted, valid, and as its own tests say.
//! The resources that it would make are `applied.rs`'s subject.

use infra_checks::terraform::{Workspace, folders, is_of_cloudflare};

#[test]
fn every_file_is_formatted() {
    let workspace = Workspace::new();
    workspace.expect(".", &["fmt", "-check", "-diff", "-recursive", "-no-color"]);
}

#[test]
fn modules_are_valid_and_pass_their_own_tests() {
    let workspace = Workspace::new();
    for folder in folders("modules").iter().filter(|folder| !is_of_cloudflare(folder)) {
        workspace.init(folder);
        workspace.expect(folder, &["validate", "-no-color"]);
        let said = workspace.expect(folder, &["test", "-no-color"]);
        assert!(said.contains("0 failed") && !said.contains(" 0 passed"), "`{folder}` has tests:\n{said}");
        let example = format!("{folder}/examples/basic");
        workspace.init(&example);
        workspace.expect(&example, &["validate", "-no-color"]);
    }
}

#[test]
fn stacks_are_valid_and_pass_their_own_tests() {
    let workspace = Workspace::new();
    for folder in folders("stacks").iter().filter(|folder| !is_of_cloudflare(folder)) {
        workspace.init(folder);
        workspace.expect(folder, &["validate", "-no-color"]);
    }
    let said = workspace.expect("stacks/origin", &["test", "-no-color"]);
    assert!(said.contains("19 passed, 0 failed"), "both platforms of the origin, and its configuration:\n{said}");
    let said = workspace.expect("stacks/foundation", &["test", "-no-color"]);
    assert!(said.contains("5 passed, 0 failed"), "the secrets of each kind of shop:\n{said}");
}

#[test]
fn a_wrong_attribute_is_found() {
    let workspace = Workspace::new();
    workspace.replace("modules/registry/main.tf", "scan_on_push = true", "scan_on_pull = true");
    workspace.init("modules/registry");
    let ran = workspace.run("modules/registry", &["validate", "-no-color"]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert!(ran.said.contains("An argument named \"scan_on_pull\" is not expected here"), "{}", ran.said);
}

#[test]
fn a_wrong_value_is_found() {
    let workspace = Workspace::new();
    workspace.replace(
        "modules/origin_apprunner/main.tf",
        "healthy_threshold   = 1\n    unhealthy",
        "healthy_threshold   = 2\n    unhealthy",
    );
    workspace.init("modules/origin_apprunner");
    let ran = workspace.run("modules/origin_apprunner", &["test", "-no-color"]);
    assert_eq!(ran.code, 1, "{}", ran.said);
    assert!(ran.said.contains("health is asked for over HTTP at `/`"), "{}", ran.said);
}
