//! A remote's canary, its promotion, and how it is taken back: with a real store and the real command line, and with a stand-in for it that
//! answers badly. The soak between them is in `analytics.rs`.

use std::path::Path;
use std::process::{Command, Stdio};

use infra_checks::stand_in::{Fault, Ran, StandIns};
use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::{ACCESS_KEY, SECRET_KEY, StoreServer};
use storefront_tests::{bundle, project, read};

use super::{Bench, every_fault};

/// The store is a real one, and so is the command line; only the environment is made up.
fn real(store: &StoreServer, script: &str, (version, promoted): (&str, &str), output: &Path) -> Ran {
    let mut command = Command::new("bash");
    command.arg(format!("infra/scripts/{script}")).current_dir(project()).stdin(Stdio::null());
    command.env("STOREFRONT", storefront_tests::program("storefront")).env("GITHUB_OUTPUT", output);
    command.env("REMOTE", "products").env("PERCENT", "5").env("STOREFRONT_AUTHOR", "workflow");
    command.env("VERSION", version).env("PROMOTED", promoted).env("SECONDS_BETWEEN", "0");
    command
        .env("AWS_ENDPOINT_URL_S3", store.endpoint())
        .env("AWS_REGION", "us-east-1")
        .env("REMOTES_BUCKET", store.bucket());
    command.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY).env_remove("SHOP_URL");
    let ended = command.output().expect("bash runs");
    Ran {
        code: ended.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&ended.stdout).into_owned(),
        err: String::from_utf8_lossy(&ended.stderr).into_owned(),
        outputs: std::fs::read_to_string(output).unwrap_or_default(),
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
    let ran = real(&store, "remote-canary.sh", ("", ""), &output);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert_eq!(ran.outputs, format!("version={built}\n"), "{}", ran.out);
    let status = operator.run("status products").expect(0);
    assert!(status.out.contains(&built) && status.out.contains("5 %"), "{status}");

    operator.run(&format!("promote products {built} --yes")).expect(0);
    std::fs::remove_file(&output).expect("the output is there");
    let ran = real(&store, "remote-canary.sh", ("", ""), &output);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("is what everybody gets already"), "{}", ran.out);
    assert!(!output.exists(), "no version is to be watched");
}

/// A store with versions, one of which everybody gets.
struct Shop {
    store: StoreServer,
    operator: Operator,
    folders: tempfile::TempDir,
}

/// The version that the run rolls out.
const OURS: &str = "7.1.0";

impl Shop {
    fn new() -> Shop {
        let store = StoreServer::start("shop");
        let operator = Operator::of_store(&store);
        let folders = tempfile::tempdir().expect("a folder for versions");
        for number in ["0.8.0", "0.9.0", OURS, "7.2.0"] {
            let folder = Made::new("products", number).write(folders.path());
            operator.run(&format!("publish {}", folder.display())).expect(0);
        }
        operator.run("promote products 0.8.0 --stable 0.8.0").expect(0);
        operator.run("promote products 0.9.0 --yes").expect(0);
        Shop { store, operator, folders }
    }

    /// Runs a script anew, without the outputs of one before.
    fn run(&self, script: &str, promoted: &str) -> Ran {
        let output = self.folders.path().join("output");
        std::fs::write(&output, "").expect("a file for outputs");
        real(&self.store, script, (OURS, promoted), &output)
    }

    fn release(&self) -> String {
        self.run("remote-release.sh", "").out.trim().to_owned()
    }
}

/// A canary, a version that everybody got, and one that nobody got: nothing but that version is taken back.
#[test]
fn a_version_is_taken_back_however_far_it_came() {
    let shop = Shop::new();
    let ran = shop.run("remote-take-back.sh", "");
    assert!(ran.code == 0 && ran.out.contains("nobody gets `7.1.0`"), "{}\n{}", ran.out, ran.err);
    assert_eq!(shop.release(), "0.9.0 none", "what others released is left alone");
    shop.operator.run("canary products 7.1.0 --percent 5").expect(0);
    assert_eq!(shop.release(), "0.9.0 7.1.0");
    assert_eq!(shop.run("remote-take-back.sh", "").code, 0);
    assert_eq!(shop.release(), "0.9.0 none");
    shop.operator.run("promote products 7.1.0 --yes").expect(0);
    assert_eq!(shop.run("remote-take-back.sh", "true").code, 0);
    assert_eq!(shop.release(), "0.9.0 none");
}

/// A person promoted the version during the soak, or began another canary after the run had promoted it.
#[test]
fn a_release_that_a_person_made_is_not_taken_back() {
    let shop = Shop::new();
    shop.operator.run("promote products 7.1.0 --yes").expect(0);
    let ran = shop.run("remote-take-back.sh", "");
    assert!(ran.code == 0 && ran.out.contains("a person gave `7.1.0`"), "{}\n{}", ran.out, ran.err);
    assert_eq!(shop.release(), "7.1.0 none");
    shop.operator.run("canary products 7.2.0 --percent 5").expect(0);
    let ran = shop.run("remote-take-back.sh", "true");
    assert!(ran.code == 4 && ran.err.contains("somebody began the canary `7.2.0`"), "{}\n{}", ran.out, ran.err);
    assert_eq!(shop.release(), "7.1.0 7.2.0", "the canary goes on");
    // Neither is it somebody else's canary, of whichever version, that a run takes for its own.
    let ran = shop.run("remote-canary.sh", "");
    assert!(ran.code == 1 && ran.outputs.is_empty(), "{}\n{}", ran.outputs, ran.err);
    assert!(ran.err.contains("`7.2.0` of `products` is a canary already"), "{}", ran.err);
    assert_eq!(shop.release(), "7.1.0 7.2.0");
}

#[test]
fn a_version_that_soaked_is_what_everybody_gets() {
    let shop = Shop::new();
    shop.operator.run("canary products 7.1.0 --percent 5").expect(0);
    let ran = shop.run("remote-promote.sh", "");
    assert_eq!((ran.code, ran.outputs.as_str()), (0, "begun=true\n"), "{}\n{}", ran.out, ran.err);
    assert_eq!(shop.release(), "7.1.0 none");
}

/// A person's change always wins: the canary was ended, replaced, or promoted by hand while it soaked.
#[test]
fn a_release_that_somebody_changed_is_not_promoted() {
    #[track_caller]
    fn check(changes: &[&str], expect: &str) {
        let shop = Shop::new();
        shop.operator.run("canary products 7.1.0 --percent 5").expect(0);
        for change in changes {
            shop.operator.run(change).expect(0);
        }
        let ran = shop.run("remote-promote.sh", "");
        assert_eq!((ran.code, ran.outputs.as_str()), (4, "changed=true\n"), "{changes:?}: {}\n{}", ran.out, ran.err);
        assert!(ran.err.contains("error: somebody changed the release of `products`"), "{}", ran.err);
        assert_eq!(shop.release(), expect, "{changes:?}");
    }
    check(&["abort products"], "0.9.0 none");
    check(&["rollback products"], "0.9.0 none");
    check(&["abort products", "canary products 7.2.0 --percent 5"], "0.9.0 7.2.0");
    check(&["rollback products --to 0.8.0"], "0.8.0 none");
    check(&["promote products"], "7.1.0 none");
}

/// The command line with one release, in two files; a canary, an abort and a rollback change them.
const STOREFRONT: &str = r#"
home="$HOME_OF_STAND_INS"
case "$1" in
status)
  canary=null
  if [[ -s "$home/canary" ]]; then canary="{\"version\":\"$(<"$home/canary")\",\"percent\":5}"; fi
  printf '{"schema":1,"command":"status","remotes":[{"remote":"products","release":{"stable":"%s","canary":%s},"shop":null}]}\n' "$(<"$home/stable")" "$canary" ;;
canary) printf '%s' "$3" >"$home/canary" ;;
promote)
  # As the real one, which asks for a confirmation of what is no canary.
  [[ ! -f "$home/faster" ]] || rm "$home/canary"
  [[ -s "$home/canary" ]] || { echo 'error: that needs a confirmation' >&2; exit 2; }
  mv "$home/canary" "$home/stable"; [[ ! -f "$home/lost" ]] || exit 1 ;;
abort) rm "$home/canary" ;;
rollback) printf 1.0.0 >"$home/stable" ;;
esac
"#;

fn made_up(stable: &str, canary: &str) -> StandIns {
    let stand_ins = StandIns::new().program("storefront", STOREFRONT).with("STOREFRONT", "storefront");
    stand_ins.write("stable", stable);
    stand_ins.write("canary", canary);
    stand_ins.write("assets/dist/remotes/products/1.1.0/manifest.json", "{}");
    stand_ins.with("REMOTE", "products").with("PERCENT", "5").with("VERSION", "1.1.0").with("PROMOTED", "true")
}

pub(super) fn bench(script: &'static str) -> Bench {
    Bench::new(script, &[], made_up("1.0.0", if script == "remote-canary.sh" { "" } else { "1.1.0" }))
}

#[test]
fn nobody_gets_a_version_while_nobody_knows_what_others_get() {
    let canary = |stand_ins: &StandIns| stand_ins.run("remote-canary.sh", &[]);
    let ran = canary(&made_up("1.0.0", ""));
    assert_eq!((ran.code, ran.outputs.as_str()), (0, "version=1.1.0\n"), "{}", ran.err);
    every_fault(
        &["storefront status"],
        || made_up("1.0.0", ""),
        canary,
        |stand_ins, ran, case| {
            assert_eq!((stand_ins.read("canary"), ran.outputs.as_str()), (String::new(), ""), "{case}");
        },
    );
    let stand_ins = made_up("1.0.0", "");
    stand_ins.break_calls("storefront publish", Fault::Exit);
    let ran = canary(&stand_ins);
    assert!(ran.code > 0 && ran.outputs.is_empty(), "{}", ran.err);
    // Whether a change was made is not known when its command fails: it has to be looked for.
    let stand_ins = made_up("1.0.0", "");
    stand_ins.break_calls("storefront canary", Fault::Exit);
    let ran = canary(&stand_ins);
    assert_eq!((ran.code > 0, ran.outputs.as_str()), (true, "version=1.1.0\n"), "{}", ran.err);
}

#[test]
fn to_take_back_does_not_end_well_before_it_is_done() {
    let take_back = |stand_ins: &StandIns| stand_ins.run("remote-take-back.sh", &[]);
    for (stable, canary, change) in [("1.0.0", "1.1.0", "storefront abort"), ("1.1.0", "", "storefront rollback")] {
        every_fault(
            &["storefront status", change],
            || made_up(stable, canary),
            take_back,
            |_, ran, case| {
                assert!(ran.err.contains("was NOT taken back"), "{case}: {}", ran.err);
            },
        );
        assert_eq!(take_back(&made_up(stable, canary)).code, 0);
    }
}

#[test]
fn nothing_is_promoted_while_nobody_knows_what_others_did() {
    let promote = |stand_ins: &StandIns| stand_ins.run("remote-promote.sh", &[]);
    let make = || made_up("1.0.0", "1.1.0");
    every_fault(&["storefront status"], make, promote, |stand_ins, ran, case| {
        assert_eq!((stand_ins.read("stable").as_str(), ran.outputs.as_str()), ("1.0.0", ""), "{case}");
        assert_eq!(ran.code, 1, "{case}: nobody knows that it was changed");
    });
    // Somebody ends the canary after the question and before the change.
    let stand_ins = make();
    stand_ins.write("faster", "");
    let ran = promote(&stand_ins);
    assert_eq!((ran.code, ran.outputs.as_str()), (4, "begun=true\nchanged=true\n"), "{}", ran.err);
    assert_eq!(stand_ins.read("stable"), "1.0.0");
    // The change was made and its answer was lost, or it was not made.
    let stand_ins = make();
    stand_ins.write("lost", "");
    assert_eq!((promote(&stand_ins).code, stand_ins.read("stable").as_str()), (0, "1.1.0"));
    let stand_ins = make();
    stand_ins.break_calls("storefront promote", Fault::Exit);
    let ran = promote(&stand_ins);
    assert_eq!((ran.code, ran.outputs.as_str()), (1, "begun=true\n"), "{}", ran.err);
}

#[test]
fn the_workflow_promotes_and_takes_back_its_own_version_alone() {
    let workflow = read(".github/workflows/deploy-remote.yml");
    assert!(!workflow.contains("storefront promote"), "a promotion asks first whose release it is");
    let (_, step) = workflow.split_once("- name: Give it to everybody\n").expect("deploy-remote.yml promotes");
    assert!(step.contains("id: promote\n") && step.contains("run: infra/scripts/remote-promote.sh"), "{step}");
    let (_, step) = workflow.split_once("- name: Take it back\n").expect("deploy-remote.yml takes back");
    for id in ["soak", "promote"] {
        assert!(workflow.contains(&format!("        id: {id}\n")), "deploy-remote.yml has no step `{id}`");
        assert!(step.contains(&format!("steps.{id}.outputs.changed != 'true'")), "`{id}`: {step}");
    }
    assert!(step.contains("PROMOTED: ${{ steps.promote.outputs.begun }}"), "{step}");
}

#[test]
fn the_workflow_takes_back_whatever_it_may_have_changed() {
    let workflow = read(".github/workflows/deploy-remote.yml");
    let (_, step) = workflow.split_once("- name: Take it back\n").expect("deploy-remote.yml takes back");
    assert!(step.contains("${{ (failure() || cancelled()) && steps.canary.outputs.version != ''\n"), "{step}");
    assert!(step.contains("run: infra/scripts/remote-take-back.sh"), "{step}");
    // The role of the beginning has ended after an hour.
    let (before, _) = workflow.split_once("- name: Give it to everybody\n").expect("deploy-remote.yml promotes");
    let again = "- name: Take the role again\n        if: ${{ always() && steps.canary.outputs.version != '' }}\n";
    assert!(before.contains(again), "{before}");
}
