//! Mistakes that are planted in a copy, one for each of the tools that read workflows, policies and licences: each has to be found and named.
//! That the tools find nothing in what is there is for the stages of `cargo xtask test --infra`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use infra_checks::moto::python_program;
use infra_checks::terraform::Workspace;
use storefront_tests::{project, read};

/// Runs a program and gives its exit code and all it said.
fn run(program: &Path, folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("NO_COLOR", "1");
    let output = command.output().unwrap_or_else(|error| panic!("cannot run `{}`: {error}", program.display()));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), said)
}

/// A folder with one workflow, in which something was replaced.
fn workflow(name: &str, old: &str, new: &str) -> tempfile::TempDir {
    let text = read(&format!(".github/workflows/{name}"));
    assert!(text.contains(old), "`{old}` is not in {name}");
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join(".github/workflows")).expect("a folder");
    fs::write(folder.path().join(".github/workflows").join(name), text.replacen(old, new, 1)).expect("a file");
    folder
}

#[test]
fn a_wrong_workflow() {
    #[track_caller]
    fn check(tool: &str, arguments: &[&str], old: &str, new: &str, expect: &str) {
        let folder = workflow("deploy-origin.yml", old, new);
        let (code, said) = run(&python_program(tool), folder.path(), arguments);
        assert!(code != 0 && said.contains(expect), "{tool} says {code}:\n{said}");
    }
    let lint = |old: &str, new: &str, expect: &str| {
        check("jactionlint", &["--shellcheck=", ".github/workflows/deploy-origin.yml"], old, new, expect);
    };
    lint("steps.push.outputs.image", "steps.psuh.outputs.image", "psuh");
    lint("runs-on: ubuntu-24.04", "runs_on: ubuntu-24.04", "runs_on");
    let audit = |old: &str, new: &str, expect: &str| {
        check(
            "zizmor",
            &["--offline", "--no-progress", "--persona", "pedantic", ".github/workflows"],
            old,
            new,
            expect,
        );
    };
    audit("permissions: {}", "permissions: write-all", "excessive-permissions");
    audit(
        "run: infra/scripts/smoke.sh \"$ORIGIN_URL\" origin",
        "run: infra/scripts/smoke.sh ${{ github.event.head_commit.message }}",
        "template-injection",
    );
    let pinned = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";
    audit(pinned, "actions/checkout@v7", "unpinned-uses");
}

#[test]
fn a_policy_that_allows_too_much() {
    let workspace = Workspace::new();
    workspace.replace("modules/edge_reader/main.tf", "[\"s3:GetObject\"]", "[\"*\"]");
    workspace.replace("modules/edge_reader/main.tf", "[for arn in var.bucket_arns : \"${arn}/*\"]", "[\"*\"]");
    let folder = workspace.path("modules/edge_reader");
    let arguments = ["--directory", ".", "--framework", "terraform", "--compact", "--quiet", "--skip-download"];
    let (code, said) = run(&python_program("checkov"), &folder, &arguments);
    assert!(code != 0 && said.contains("CKV_AWS_"), "checkov says {code}:\n{said}");
    assert!(said.contains("aws_iam_policy_document.this"), "{said}");
}

#[test]
fn a_licence_that_nobody_agreed_to() {
    let text = read("deny.toml");
    assert!(text.contains("\"BSL-1.0\", "), "the licence of `xxhash-rust` is allowed");
    let folder = tempfile::tempdir().expect("a folder");
    let planted = folder.path().join("deny.toml");
    fs::write(&planted, text.replace("\"BSL-1.0\", ", "")).expect("a file");
    let deny = project().join("target/tools/bin/cargo-deny");
    let arguments = ["--config", &planted.display().to_string(), "check", "licenses"];
    let (code, said) = run(&deny, &project(), &arguments);
    assert!(code != 0 && said.contains("xxhash-rust"), "cargo-deny says {code}:\n{said}");
}
