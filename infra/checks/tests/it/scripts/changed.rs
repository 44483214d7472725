//! Which deployments a commit of `main` leads to, with a repository of its own and a stand-in for `gh`.
//! Whether the lists of paths are complete is in `paths.rs`.

use std::process::Command;

use infra_checks::stand_in::{Ran, StandIns};
use serde_json::Value;
use storefront_tests::read;

use super::every_fault;

/// GitHub, with the commit of the last deployment of each environment and the tip of `main` in files.
const GH: &str = r#"
case "$*" in
*commits/main*) printf '{"sha":"%s"}\n' "$(<"$HOME_OF_STAND_INS/tip")" ;;
*deployments*)
  environment="${2##*environment=}"; file="$HOME_OF_STAND_INS/deployed-${environment%%&*}"
  if [[ -f "$file" ]]; then printf '[{"id":1,"sha":"%s"}]\n' "$(<"$file")"; else echo '[]'; fi ;;
esac
"#;

const ENVIRONMENTS: [&str; 5] = [
    "production-edge",
    "production-origin",
    "production-infra",
    "production-remote-products",
    "production-remote-product-detail",
];

fn git(stand_ins: &StandIns, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(stand_ins.path(".")).args(["-c", "user.name=t", "-c", "user.email=t@example"]).args(arguments);
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A commit of these files.
fn commit(stand_ins: &StandIns, files: &[&str]) -> String {
    for file in files {
        stand_ins.write(file, &format!("{}x", stand_ins.read(file)));
        git(stand_ins, &["add", "--force", file]);
    }
    git(stand_ins, &["commit", "--quiet", "--allow-empty", "--message", "a change"]);
    git(stand_ins, &["rev-parse", "HEAD"])
}

/// A repository whose first commit is deployed everywhere.
fn repository() -> StandIns {
    let stand_ins = StandIns::new().program("gh", GH).with("GITHUB_REPOSITORY", "you/shop").with("GH_TOKEN", "t");
    stand_ins.write(".github/deployments.json", &read(".github/deployments.json"));
    git(&stand_ins, &["init", "--quiet"]);
    git(&stand_ins, &["add", ".github/deployments.json"]);
    let first = commit(&stand_ins, &["README.md"]);
    for environment in ENVIRONMENTS {
        stand_ins.write(&format!("deployed-{environment}"), &first);
    }
    stand_ins
}

fn changed(stand_ins: StandIns) -> Ran {
    let head = git(&stand_ins, &["rev-parse", "HEAD"]);
    if stand_ins.read("tip").is_empty() {
        stand_ins.write("tip", &head);
    }
    stand_ins.with("GITHUB_SHA", &head).run("changed.sh", &[])
}

#[test]
fn what_has_changed_since_its_last_deployment_is_due() {
    #[track_caller]
    fn check(commits: &[&[&str]], expect: &str) {
        let stand_ins = repository();
        for files in commits {
            commit(&stand_ins, files);
        }
        let ran = changed(stand_ins);
        assert_eq!((ran.code, ran.outputs.trim().replace('\n', " ").as_str()), (0, expect), "{commits:?}: {}", ran.err);
    }
    check(&[&["README.md"]], "edge=false origin=false infra=false remotes=[]");
    check(&[&["pages/src/card.rs"]], "edge=true origin=false infra=false remotes=[]");
    check(&[&["catalog/src/terms.rs"]], "edge=true origin=true infra=false remotes=[]");
    check(&[&["Cargo.lock"]], "edge=true origin=true infra=false remotes=[]");
    check(&[&["package-lock.json"]], "edge=true origin=false infra=false remotes=[]");
    check(&[&["infra/stacks/edge/main.tf"]], "edge=false origin=false infra=true remotes=[]");
    check(&[&["assets/products/src/index.ts"]], "edge=false origin=false infra=false remotes=[\"products\"]");
    // The checks of the first commit failed, and the second one mends them: both go out.
    check(&[&["edge/src/lib.rs"], &["tests/it/main.rs"]], "edge=true origin=false infra=false remotes=[]");
}

#[test]
fn what_was_never_deployed_is_due() {
    let stand_ins = repository();
    std::fs::remove_file(stand_ins.path("deployed-production-edge")).expect("a file");
    stand_ins.write("deployed-production-origin", &"0".repeat(40));
    let ran = changed(stand_ins);
    assert_eq!(ran.outputs, "edge=true\norigin=true\ninfra=false\nremotes=[]\n", "{}", ran.err);
}

/// The checks of two commits may end in the other order; the older one must not be deployed over the newer one.
#[test]
fn a_commit_that_is_not_the_last_is_left_to_the_last() {
    let stand_ins = repository();
    commit(&stand_ins, &["edge/src/lib.rs", "assets/products/src/index.ts"]);
    stand_ins.write("tip", &"1".repeat(40));
    let ran = changed(stand_ins);
    assert_eq!(
        (ran.code, ran.outputs.as_str()),
        (0, "edge=false\norigin=false\ninfra=false\nremotes=[]\n"),
        "{}",
        ran.err
    );
}

#[test]
fn nothing_is_due_while_nobody_knows_what_is_deployed() {
    let make = || {
        let stand_ins = repository();
        commit(&stand_ins, &["edge/src/lib.rs"]);
        let head = git(&stand_ins, &["rev-parse", "HEAD"]);
        stand_ins.write("tip", &head);
        stand_ins.with("GITHUB_SHA", &head)
    };
    every_fault(
        &["commits", "deployments"],
        make,
        |stand_ins| stand_ins.run("changed.sh", &[]),
        |_, ran, case| {
            assert_eq!(ran.outputs, "", "{case}");
        },
    );
}

#[test]
fn the_environments_are_those_of_the_workflows() {
    let deployments: Value = serde_json::from_str(&read(".github/deployments.json")).expect("the list is JSON");
    for part in ["edge", "origin", "infra"] {
        let environment = deployments[part]["environment"].as_str().expect("an environment");
        assert!(ENVIRONMENTS.contains(&environment), "{environment}");
        let file = if part == "infra" { "infra.yml".to_owned() } else { format!("deploy-{part}.yml") };
        let workflow = read(&format!(".github/workflows/{file}"));
        assert!(workflow.contains(&format!("environment: {environment}\n")), "{file} is deployed as `{environment}`");
    }
}
