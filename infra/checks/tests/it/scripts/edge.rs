//! The rollout of the Worker, with a stand-in for wrangler that keeps one deployment: upload, rollout and way back, and that
//! an answer that is bad moves no shopper.

use infra_checks::stand_in::{Ran, StandIns};
use storefront_tests::read;

use super::{Bench, every_fault, smoke};

pub(super) const NEW: &str = "11111111-2222-4333-8444-555555555555";
const BEFORE: &str = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

/// Wrangler with one Worker, whose deployment is in `deployment.json`. Without the file it has none.
const WRANGLER: &str = r#"
state="$HOME_OF_STAND_INS/deployment.json"
case "$*" in
*"deployments status"*)
  if [[ -f "$state" ]]; then cat "$state"; exit 0; fi
  printf '\033[31m✘ \033[41;31m[ERROR]\033[0m The Worker storefront-production has no deployments.\n' >&2; exit 1 ;;
*"versions upload"*)
  printf '{"type":"wrangler-session"}\n{"type":"version-upload","version_id":"11111111-2222-4333-8444-555555555555","preview_url":null,"preview_alias_url":"https://pr-1-storefront-preview.example.workers.dev"}\n' >"$WRANGLER_OUTPUT_FILE_PATH" ;;
*"versions deploy"*)
  for share in "$@"; do if [[ "$share" == *@* ]]; then echo "$share"; fi; done |
    jq --raw-input --slurp '{id: "d", versions: (split("\n") | map(select(. != "") | split("@") | {version_id: .[0], percentage: (.[1] | tonumber)}))}' >"$state" ;;
*) echo "wrangler has no such command: $*" >&2; exit 1 ;;
esac
"#;

pub(super) fn wrangler() -> StandIns {
    smoke::well(StandIns::new().program("npx", WRANGLER))
}

fn deployed(shares: &[(&str, u32)]) -> String {
    let versions: Vec<String> = shares
        .iter()
        .map(|(version, percent)| format!("{{\"version_id\":\"{version}\",\"percentage\":{percent}}}"))
        .collect();
    format!("{{\"id\":\"d\",\"versions\":[{}]}}", versions.join(","))
}

fn shop(shares: &[(&str, u32)]) -> StandIns {
    let stand_ins = wrangler().with("PUBLIC_ORIGIN", "https://shop.example").with("SHOP_URL", "https://shop.example");
    let stand_ins = stand_ins.with("STEPS", "10 50 100").with("WATCH_SECONDS", "0").with("VERSION", NEW);
    if !shares.is_empty() {
        stand_ins.write("deployment.json", &deployed(shares));
    }
    stand_ins
}

/// How many percent of the shoppers get the version that ran before.
fn share_of_before(stand_ins: &StandIns) -> u64 {
    let state: serde_json::Value = serde_json::from_str(&stand_ins.read("deployment.json")).expect("a deployment");
    let versions = state["versions"].as_array().expect("versions").clone();
    versions
        .iter()
        .filter(|version| version["version_id"] == BEFORE)
        .filter_map(|version| version["percentage"].as_u64())
        .sum()
}

pub(super) fn bench(script: &'static str) -> Bench {
    let arguments: &[&str] = match script {
        "edge-deploy.sh" => &["11111111-2222-4333-8444-555555555555@100"],
        "upload-version.sh" => &["production"],
        _ => &[],
    };
    Bench::new(script, arguments, shop(&[(BEFORE, 100)]).with("BEFORE", BEFORE))
}

#[test]
fn an_upload_outputs_the_version_and_the_one_before() {
    #[track_caller]
    fn check(shares: &[(&str, u32)], code: i32, outputs: &str) {
        let ran = shop(shares).run("edge-upload.sh", &[]);
        assert_eq!((ran.code, ran.outputs.as_str()), (code, outputs), "{shares:?}: {}", ran.err);
    }
    let other = "00000000-0000-4000-8000-000000000000";
    check(&[(BEFORE, 100)], 0, &format!("version={NEW}\nbefore={BEFORE}\n"));
    check(&[(other, 10), (BEFORE, 90)], 0, &format!("version={NEW}\nbefore={BEFORE}\n"));
    check(&[(BEFORE, 100), (other, 0)], 0, &format!("version={NEW}\nbefore={BEFORE}\n"));
    check(&[], 0, &format!("version={NEW}\nbefore=none\n"));
    check(&[(other, 50), (BEFORE, 50)], 1, "");
    check(&[("null", 100)], 1, "");
    check(&[(BEFORE, 40)], 1, "");
}

#[test]
fn nothing_is_uploaded_while_nobody_knows_what_runs() {
    let upload = |stand_ins: &StandIns| stand_ins.run("edge-upload.sh", &[]);
    every_fault(
        &["deployments status", "versions upload"],
        || shop(&[(BEFORE, 100)]),
        upload,
        |stand_ins, ran, case| {
            assert_eq!(ran.outputs, "", "{case}");
            assert_eq!(share_of_before(stand_ins), 100, "{case}");
            assert!(!stand_ins.was_asked("versions upload"), "{case}: uploaded all the same");
        },
    );
}

#[test]
fn only_a_person_may_say_that_nothing_runs() {
    let stand_ins = shop(&[]).with("FIRST_DEPLOYMENT", "true");
    stand_ins.break_calls("deployments status", infra_checks::stand_in::Fault::Exit);
    let ran = stand_ins.run("edge-upload.sh", &[]);
    assert_eq!((ran.code, ran.outputs.as_str()), (0, format!("version={NEW}\nbefore=none\n").as_str()), "{}", ran.err);
    // A version that does run is the one to return to, whatever the input is.
    let ran = shop(&[(BEFORE, 100)]).with("FIRST_DEPLOYMENT", "true").run("edge-upload.sh", &[]);
    assert!(ran.outputs.contains(&format!("before={BEFORE}")), "{}", ran.outputs);
}

#[test]
fn the_token_is_not_there_for_what_builds_the_worker() {
    let stand_ins = shop(&[(BEFORE, 100)]);
    let body = format!(
        "cp \"$(sed 's/.*--config \\([^ ]*\\).*/\\1/' <<<\"$*\")\" \"$HOME_OF_STAND_INS/used.toml\" 2>/dev/null || true\n{WRANGLER}"
    );
    let stand_ins = stand_ins.program("npx", &body);
    assert_eq!(stand_ins.run("edge-upload.sh", &[]).code, 0);
    let used = stand_ins.read("used.toml");
    assert!(used.contains("main = \"edge/build/index.js\"") && used.contains("[env.production]"), "{used}");
    assert!(
        !used.contains("[build]") && !used.contains("cargo xtask build"),
        "wrangler would build with the token: {used}"
    );
    assert!(read("wrangler.toml").contains("[build]\ncommand"), "this test is about the section `[build]`");
    let left = std::fs::read_dir(stand_ins.path(".")).expect("a folder").filter_map(Result::ok);
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().contains("upload")).collect();
    assert!(left.is_empty(), "{left:?}");
}

fn roll_out(stand_ins: &StandIns) -> Ran {
    stand_ins.run("edge-rollout.sh", &[])
}

#[test]
fn a_version_gets_more_and_more_shoppers() {
    let stand_ins = shop(&[(BEFORE, 100)]).with("BEFORE", BEFORE);
    let ran = roll_out(&stand_ins);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let deployed: Vec<String> = stand_ins
        .calls()
        .iter()
        .filter_map(|call| {
            call.split_once("versions deploy ")?.1.split_once(" --env").map(|(shares, _)| shares.to_owned())
        })
        .collect();
    let expect = [
        format!("{NEW}@0 {BEFORE}@100"),
        format!("{NEW}@10 {BEFORE}@90"),
        format!("{NEW}@50 {BEFORE}@50"),
        format!("{NEW}@100"),
    ];
    assert_eq!(deployed, expect);
    let asked = stand_ins.calls();
    let first = asked.iter().position(|call| call.starts_with("curl")).expect("it is tried");
    assert!(asked[first].contains(&format!("Cloudflare-Workers-Version-Overrides: storefront-production=\"{NEW}\"")));
    let ten = asked.iter().position(|call| call.contains("@10 ")).expect("a first share");
    assert!(first < ten, "it is tried before anybody gets it");
}

#[test]
fn a_bad_answer_gives_the_version_to_nobody() {
    let make = || shop(&[(BEFORE, 100)]).with("BEFORE", BEFORE);
    every_fault(&["versions deploy", "deployments status", "curl"], make, roll_out, |stand_ins, _, case| {
        assert_eq!(share_of_before(stand_ins), 100, "{case}");
    });
}

#[test]
fn a_rollout_wants_two_versions_and_steps_to_the_end() {
    #[track_caller]
    fn check(variable: &str, value: &str) {
        let stand_ins = shop(&[(BEFORE, 100)]).with("BEFORE", BEFORE).with(variable, value);
        let ran = roll_out(&stand_ins);
        assert!(ran.code > 0, "`{variable}={value}` is taken");
        assert_eq!(stand_ins.calls(), Vec::<String>::new(), "`{variable}={value}`");
    }
    for before in ["", "null", NEW, "before", "none\nx"] {
        check("BEFORE", before);
    }
    for version in ["", "null", "new"] {
        check("VERSION", version);
    }
    for steps in ["", "10 50", "0 100", "100 10", "ten 100", "10 50 1000"] {
        check("STEPS", steps);
    }
    check("WATCH_SECONDS", "soon");
}

#[test]
fn the_first_version_of_all_is_for_everybody() {
    let stand_ins = shop(&[]).with("BEFORE", "none");
    assert_eq!(roll_out(&stand_ins).code, 0);
    assert!(stand_ins.was_asked(&format!("versions deploy {NEW}@100")));
}

#[test]
fn a_rollout_is_taken_back_wherever_it_stopped() {
    for shares in
        [[(NEW, 0), (BEFORE, 100)], [(NEW, 10), (BEFORE, 90)], [(NEW, 50), (BEFORE, 50)], [(NEW, 100), (BEFORE, 0)]]
    {
        let stand_ins = shop(&shares).with("BEFORE", BEFORE);
        let ran = stand_ins.run("edge-take-back.sh", &[]);
        assert_eq!((ran.code, share_of_before(&stand_ins)), (0, 100), "{shares:?}: {}", ran.err);
    }
    let ran = shop(&[(NEW, 100)]).with("BEFORE", "none").run("edge-take-back.sh", &[]);
    assert!(ran.code == 1 && ran.err.contains("there is no version to return to"), "{}", ran.err);
}

#[test]
fn to_take_back_does_not_end_well_before_it_is_done() {
    let make = || shop(&[(NEW, 50), (BEFORE, 50)]).with("BEFORE", BEFORE);
    let take_back = |stand_ins: &StandIns| stand_ins.run("edge-take-back.sh", &[]);
    every_fault(&["versions deploy", "deployments status"], make, take_back, |_, ran, case| {
        assert!(ran.err.contains("was NOT taken back"), "{case}: {}", ran.err);
    });
}

#[test]
fn the_workflow_takes_back_whatever_it_may_have_changed() {
    let workflow = read(".github/workflows/deploy-edge.yml");
    let (_, step) = workflow.split_once("- name: Take it back\n").expect("deploy-edge.yml takes back");
    // `changed` is every state in which `edge-rollout.sh` has begun; a cancelled run and one that lasts too long are cut off there.
    assert!(step.contains("if: ${{ (failure() || cancelled()) && steps.upload.outcome == 'success' }}"), "{step}");
    assert!(step.contains("run: infra/scripts/edge-take-back.sh"), "{step}");
    assert!(step.contains("BEFORE: ${{ steps.upload.outputs.before }}"), "{step}");
}
