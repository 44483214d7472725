//! A remote's canary, and how it is taken back: with a real store and the real command line, and with a stand-in for it that answers badly.
//! The soak between the two is in `analytics.rs`.

use std::path::Path;
use std::process::{Command, Stdio};

use infra_checks::stand_in::{Fault, Ran, StandIns};
use storefront_tests::operator::Operator;
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::{ACCESS_KEY, SECRET_KEY, StoreServer};
use storefront_tests::{bundle, project, read};

use super::every_fault;

/// The store is a real one, and so is the command line; only the environment is made up.
fn real(store: &StoreServer, script: &str, version: &str, output: &Path) -> Ran {
    let mut command = Command::new("bash");
    command.arg(format!("infra/scripts/{script}")).current_dir(project()).stdin(Stdio::null());
    command.env("STOREFRONT", storefront_tests::program("storefront")).env("GITHUB_OUTPUT", output);
    command.env("REMOTE", "products").env("PERCENT", "5").env("STOREFRONT_AUTHOR", "workflow");
    command.env("VERSION", version).env("SECONDS_BETWEEN", "0");
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
    let ran = real(&store, "remote-canary.sh", "", &output);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert_eq!(ran.outputs, format!("version={built}\n"), "{}", ran.out);
    let status = operator.run("status products").expect(0);
    assert!(status.out.contains(&built) && status.out.contains("5 %"), "{status}");

    operator.run(&format!("promote products {built} --yes")).expect(0);
    std::fs::remove_file(&output).expect("the output is there");
    let ran = real(&store, "remote-canary.sh", "", &output);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("is what everybody gets already"), "{}", ran.out);
    assert!(!output.exists(), "no version is to be watched");
}

/// A canary, a version that everybody got, and one that nobody got: nothing but that version is taken back.
#[test]
fn a_version_is_taken_back_however_far_it_came() {
    let store = StoreServer::start("shop");
    let operator = Operator::of_store(&store);
    let folders = tempfile::tempdir().expect("a folder for versions");
    for number in ["0.8.0", "0.9.0", "1.1.0"] {
        let folder = Made::new("products", number).write(folders.path());
        operator.run(&format!("publish {}", folder.display())).expect(0);
    }
    operator.run("promote products 0.8.0 --stable 0.8.0").expect(0);
    operator.run("promote products 0.9.0 --yes").expect(0);
    let output = folders.path().join("output");
    let take_back = || real(&store, "remote-take-back.sh", "1.1.0", &output);
    let release = || real(&store, "remote-release.sh", "1.1.0", &output).out;

    let ran = take_back();
    assert!(ran.code == 0 && ran.out.contains("nobody gets `1.1.0`"), "{}\n{}", ran.out, ran.err);
    assert_eq!(release(), "0.9.0 none\n", "what others released is left alone");
    operator.run("canary products 1.1.0 --percent 5").expect(0);
    assert_eq!(release(), "0.9.0 1.1.0\n");
    assert_eq!(take_back().code, 0);
    assert_eq!(release(), "0.9.0 none\n");
    operator.run("promote products 1.1.0 --yes").expect(0);
    assert_eq!(take_back().code, 0);
    assert_eq!(release(), "0.9.0 none\n");
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
abort) rm "$home/canary" ;;
rollback) printf 1.0.0 >"$home/stable" ;;
esac
"#;

fn made_up(stable: &str, canary: &str) -> StandIns {
    let stand_ins = StandIns::new().program("storefront", STOREFRONT).with("STOREFRONT", "storefront");
    stand_ins.write("stable", stable);
    stand_ins.write("canary", canary);
    stand_ins.write("assets/dist/remotes/products/1.1.0/manifest.json", "{}");
    stand_ins.with("REMOTE", "products").with("PERCENT", "5").with("VERSION", "1.1.0")
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
fn the_workflow_takes_back_whatever_it_may_have_changed() {
    let workflow = read(".github/workflows/deploy-remote.yml");
    let (_, step) = workflow.split_once("- name: Take it back\n").expect("deploy-remote.yml takes back");
    assert!(step.contains("if: ${{ (failure() || cancelled()) && steps.canary.outputs.version != '' }}"), "{step}");
    assert!(step.contains("run: infra/scripts/remote-take-back.sh"), "{step}");
    // The role of the beginning has ended after an hour.
    let (before, _) = workflow.split_once("- name: Give it to everybody\n").expect("deploy-remote.yml promotes");
    let again = "- name: Take the role again\n        if: ${{ always() && steps.canary.outputs.version != '' }}\n";
    assert!(before.contains(again), "{before}");
}
