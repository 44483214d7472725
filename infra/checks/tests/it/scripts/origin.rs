//! The image of the origin, pushed and deployed, with stand-ins for skopeo and the AWS command line.
//! The registry and both platforms are AWS's and not tried.

use infra_checks::stand_in::{Fault, Ran, StandIns};
use storefront_tests::read;

use super::{Bench, every_fault};

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const REGISTRY: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop-production-origin";

/// ECR, App Runner and ECS. Operations of App Runner come from a file, a line an answer.
const AWS: &str = r#"
case "$*" in
*get-login-password*) echo c2VjcmV0LXNlY3JldC1zZWNyZXQ= ;;
*list-operations*) head -n 1 "$HOME_OF_STAND_INS/answers"; sed -i 1d "$HOME_OF_STAND_INS/answers" ;;
*put-retention-policy*) ;;
*describe-task-definition*) echo '{"family":"shop-origin","revision":7,"containerDefinitions":[{"name":"origin","image":"old"}]}' ;;
*register-task-definition*) echo arn:aws:ecs:us-east-1:123456789012:task-definition/shop-origin:8 ;;
*update-service*) echo shop-origin ;;
*wait*) ;;
*describe-services*) echo arn:aws:ecs:us-east-1:123456789012:task-definition/shop-origin:8 ;;
*) exit 9 ;;
esac
"#;

const SKOPEO: &str = r#"
case "$*" in
*login*) read -r password; [[ -n "$password" ]] ;;
*inspect*) echo sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ;;
*) if [[ -n "${DIGEST_FILE:-}" ]]; then printf sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef >"$DIGEST_FILE"; fi ;;
esac
"#;

fn push(platform: &str) -> StandIns {
    let stand_ins = StandIns::new().program("aws", AWS).program("skopeo", SKOPEO);
    stand_ins.with("REGISTRY_URL", REGISTRY).with("PLATFORM", platform)
}

#[test]
fn a_push_outputs_the_image_by_its_digest() {
    let stand_ins = push("apprunner");
    let ran = stand_ins.run("origin-push.sh", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.outputs.ends_with(&format!("image={REGISTRY}@{DIGEST}\n")), "{}", ran.outputs);
    assert!(stand_ins.was_asked(&format!("skopeo copy docker://{REGISTRY}@{DIGEST} docker://{REGISTRY}:live")));
    let stand_ins = push("ecs");
    // A tag that is fixed is there already when a run is repeated.
    stand_ins.break_calls("skopeo copy", Fault::Exit);
    let ran = stand_ins.run("origin-push.sh", &[]);
    assert!(ran.code == 0 && ran.outputs.contains(DIGEST), "{}", ran.err);
}

#[test]
fn an_image_without_its_digest_goes_live_nowhere() {
    let run = |stand_ins: &StandIns| stand_ins.run("origin-push.sh", &[]);
    let check = |stand_ins: &StandIns, ran: &Ran, case: &str| {
        assert_eq!(ran.outputs, "", "{case}");
        assert!(!stand_ins.was_asked(":live"), "{case}: it goes live");
    };
    every_fault(&["get-login-password"], || push("apprunner"), run, check);
    // The output of these is not read, so only their exit code can be bad.
    for call in ["skopeo login", "docker:"] {
        let stand_ins = push("apprunner");
        stand_ins.break_calls(call, Fault::Exit);
        let ran = run(&stand_ins);
        assert!(ran.code > 0, "`{call}`: {}", ran.err);
        check(&stand_ins, &ran, call);
    }
    for fault in [Fault::Empty, Fault::NoJson, Fault::OtherShape, Fault::Null] {
        let stand_ins = push("apprunner");
        stand_ins.break_calls("--digestfile", fault);
        let ran = run(&stand_ins);
        assert!(ran.code > 0, "{fault:?}: {}", ran.err);
        check(&stand_ins, &ran, "the digest");
    }
    let broken = || {
        let stand_ins = push("apprunner");
        stand_ins.break_calls("--digestfile", Fault::Exit);
        stand_ins
    };
    every_fault(&["skopeo inspect"], broken, run, check);
}

fn app_runner(answers: &[&str]) -> StandIns {
    let stand_ins = StandIns::new().program("aws", AWS).with("PLATFORM", "apprunner").with("STARTED", "1764000000");
    stand_ins.write("answers", &answers.join("\n"));
    let stand_ins = stand_ins.with("IMAGE", &format!("{REGISTRY}@{DIGEST}")).with("LOG_RETENTION_DAYS", "30");
    stand_ins.with("SERVICE", "arn:aws:apprunner:us-east-1:123456789012:service/shop-origin/0123")
}

// 2025-11-24T16:00:00Z is 1764000000.
const EARLIER: &str = "2025-11-24T15:00:00+00:00\tSUCCEEDED";
const RUNNING: &str = "2025-11-24T16:00:05+00:00\tIN_PROGRESS";
const ENDED: &str = "2025-11-24T16:00:05+00:00\tSUCCEEDED";

fn deploy(stand_ins: &StandIns) -> Ran {
    stand_ins.run("origin-deploy.sh", &[])
}

pub(super) fn bench(script: &'static str) -> Bench {
    let stand_ins = if script == "origin-push.sh" { push("apprunner") } else { app_runner(&[ENDED]) };
    Bench::new(script, &[], stand_ins)
}

#[test]
fn a_deployment_is_waited_for_and_not_the_one_before() {
    let stand_ins = app_runner(&[EARLIER, EARLIER, RUNNING, ENDED]);
    let ran = deploy(&stand_ins);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out.matches("the deployment is not begun").count(), 2, "{}", ran.out);
    for kind in ["application", "service"] {
        assert!(stand_ins.was_asked(&format!("/aws/apprunner/shop-origin/0123/{kind}")), "{kind}");
    }
    let ran = deploy(&app_runner(&[RUNNING, "2025-11-24T16:00:05+00:00\tROLLBACK_SUCCEEDED"]));
    assert!(ran.code == 1 && ran.err.contains("ended as ROLLBACK_SUCCEEDED; the image before goes on"), "{}", ran.err);
    let ran = deploy(&app_runner(&[EARLIER]));
    assert!(ran.code == 1 && ran.err.contains("the deployment is still not begun"), "{}", ran.err);
}

#[test]
fn no_bad_answer_is_a_deployment_that_ended_well() {
    every_fault(
        &["list-operations"],
        || app_runner(&[ENDED]),
        deploy,
        |_, ran, case| {
            assert!(ran.err.contains("the deployment is still not begun"), "{case}: {}", ran.err);
        },
    );
    for answer in
        ["SUCCEEDED", "SUCCEEDED\tSUCCEEDED", "None\tNone", "2025-11-24T16:00:05+00:00", "2025-13-99T99:00\tSUCCEEDED"]
    {
        let ran = deploy(&app_runner(&[answer]));
        assert_eq!(ran.code, 1, "`{answer}`: {}", ran.err);
    }
    let stand_ins = app_runner(&[ENDED]);
    stand_ins.break_calls("put-retention-policy", Fault::Exit);
    assert!(deploy(&stand_ins).code > 0, "logs that are kept for ever are not passed over");
}

fn ecs() -> StandIns {
    app_runner(&[]).with("PLATFORM", "ecs").with("SERVICE", "shop-origin")
}

#[test]
fn a_task_with_the_new_image_replaces_the_one_before() {
    let stand_ins = ecs();
    let ran = deploy(&stand_ins);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        stand_ins.read("calls").contains(&format!("\"image\": \"{REGISTRY}@{DIGEST}\"")),
        "{:?}",
        stand_ins.calls()
    );
    assert!(stand_ins.was_asked("--task-definition arn:aws:ecs:us-east-1:123456789012:task-definition/shop-origin:8"));
    let went_back = AWS.replace(
        "*describe-services*) echo arn:aws:ecs:us-east-1:123456789012:task-definition/shop-origin:8",
        "*describe-services*) echo old",
    );
    let ran = deploy(&ecs().program("aws", &went_back));
    assert!(ran.code == 1 && ran.err.contains("the service went back"), "{}", ran.err);
}

#[test]
fn no_task_is_registered_from_a_bad_answer() {
    every_fault(&["describe-task-definition", "register-task-definition"], ecs, deploy, |stand_ins, _, case| {
        assert!(!stand_ins.was_asked("update-service"), "{case}: the service was changed");
    });
    every_fault(&["describe-services"], ecs, deploy, |_, _, _| {});
    for call in ["update-service", "wait services-stable"] {
        let stand_ins = ecs();
        stand_ins.break_calls(call, Fault::Exit);
        assert!(deploy(&stand_ins).code > 0, "{call}");
    }
}

#[test]
fn an_image_is_deployed_by_its_digest_alone() {
    for image in ["", "registry/origin:live", "registry/origin@sha256:0", "registry/origin@null"] {
        for stand_ins in [ecs(), app_runner(&[ENDED])] {
            let stand_ins = stand_ins.with("IMAGE", image);
            assert!(deploy(&stand_ins).code > 0, "`{image}` is deployed");
            assert_eq!(stand_ins.calls(), Vec::<String>::new(), "`{image}`");
        }
    }
    assert!(read(".github/workflows/deploy-origin.yml").contains("IMAGE: ${{ steps.push.outputs.image }}"));
}
