//! The deployments that a commit of `main` leads to, with a repository of its own and a stand-in for `gh`.
//! `paths.rs` checks that the lists of paths are complete.

use std::process::Command;

use infra_checks::stand_in::{Ran, StandIns};
use serde_json::Value;
use storefront_tests::read;

use super::{Bench, every_fault};

/// GitHub, with the tip of `main` in a file, and in another one the deployments of an environment, a line `COMMIT STATE` each, the newest first.
const GH: &str = r#"
home="$HOME_OF_STAND_INS"
case "$*" in
*commits/main*) printf '{"sha":"%s"}\n' "$(<"$home/tip")" ;;
*/statuses*)
  id="${2##*deployments/}"; state="$(<"$home/status-${id%%/*}")"
  if [[ -n "$state" ]]; then printf '[{"id":9,"state":"%s"}]\n' "$state"; else echo '[]'; fi ;;
*deployments*)
  environment="${2##*environment=}"; file="$home/deployed-${environment%%&*}"; list=""
  if [[ -f "$file" ]]; then
    while read -r sha state; do
      id="$(find "$home" -name 'status-*' | wc -l)"; printf '%s' "$state" >"$home/status-$id"
      list+="${list:+,}{\"id\":$id,\"sha\":\"$sha\"}"
    done <"$file"
  fi
  printf '[%s]\n' "$list" ;;
esac
"#;

const ENVIRONMENTS: [&str; 7] = [
    "production-edge",
    "production-origin",
    "production-infra",
    "production-remote-cart",
    "production-remote-checkout",
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
        stand_ins.write(&format!("deployed-{environment}"), &format!("{first} success\n"));
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
    check(&[&["shop/src/plan.rs"]], "edge=true origin=false infra=false remotes=[]");
    check(&[&["pages/src/mail/text.rs"]], "edge=true origin=true infra=false remotes=[]");
    check(&[&["catalog/src/search/terms.rs"]], "edge=true origin=true infra=false remotes=[]");
    check(&[&["origin/src/main.rs"]], "edge=false origin=true infra=false remotes=[]");
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
    stand_ins.write("deployed-production-origin", &format!("{} success\n", "0".repeat(40)));
    let ran = changed(stand_ins);
    assert_eq!(ran.outputs, "edge=true\norigin=true\ninfra=false\nremotes=[]\n", "{}", ran.err);
}

/// An update whose deployment failed goes out with the next commit. A version of a remote was judged, or taken back by a person: it does not.
#[test]
fn a_deployment_that_failed_is_tried_again_unless_it_is_a_remotes() {
    #[track_caller]
    fn check(state: &str, more: &[&str], expect: &str) {
        let stand_ins = repository();
        let first = git(&stand_ins, &["rev-parse", "HEAD"]);
        let second =
            commit(&stand_ins, &["edge/src/lib.rs", "infra/stacks/edge/main.tf", "assets/products/src/index.ts"]);
        for environment in ["production-edge", "production-infra", "production-remote-products"] {
            let older = more.iter().map(|state| [&second, " ", state, "\n"].concat()).collect::<Vec<_>>().concat();
            stand_ins.write(&format!("deployed-{environment}"), &format!("{second} {state}\n{older}{first} success\n"));
        }
        commit(&stand_ins, &["README.md"]);
        let ran = changed(stand_ins);
        let outputs = ran.outputs.trim().replace('\n', " ");
        assert_eq!((ran.code, outputs.as_str()), (0, expect), "{state}, {more:?}: {}", ran.err);
        let is_named =
            ran.err.contains(&format!("::warning::the deployment of {second} to production-remote-products failed"));
        assert_eq!(is_named, ["failure", "error"].contains(&state), "{}", ran.err);
    }
    let nothing = "edge=false origin=false infra=false remotes=[]";
    let again = "edge=true origin=false infra=true remotes=[]";
    check("success", &[], nothing);
    for state in ["failure", "error", "in_progress", "waiting", "inactive", ""] {
        check(state, &[], again);
    }
    // The last of several deployments of a commit counts: a repeated run, and the last stack of infra/.
    check("success", &["failure"], nothing);
    check("failure", &["success"], again);
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

fn edge_is_due() -> StandIns {
    let stand_ins = repository();
    commit(&stand_ins, &["edge/src/lib.rs"]);
    let head = git(&stand_ins, &["rev-parse", "HEAD"]);
    stand_ins.write("tip", &head);
    stand_ins.with("GITHUB_SHA", &head)
}

pub(super) fn bench(script: &'static str) -> Bench {
    Bench::new(script, &[], edge_is_due())
}

#[test]
fn nothing_is_due_while_nobody_knows_what_is_deployed() {
    every_fault(
        &["commits", "deployments?", "statuses"],
        edge_is_due,
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
