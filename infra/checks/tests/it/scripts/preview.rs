//! The upload of a preview: where it is, and that it is refused to a token that reaches the shop itself.

use infra_checks::stand_in::StandIns;

use super::{Bench, edge, every_fault};

/// Cloudflare's answers to a token with a role in the Worker `storefront-preview` alone.
fn narrow() -> StandIns {
    let stand_ins = edge::wrangler().with("ALIAS", "pr-1");
    stand_ins.write("answer", "A request to the Cloudflare API failed.\n\n  Authentication error [code: 10000]\n");
    let refused = "case \"$*\" in *\"deployments status\"*) cat \"$HOME_OF_STAND_INS/answer\" >&2; exit 1 ;; esac";
    let upload = "printf '{\"type\":\"version-upload\",\"version_id\":\"11111111-2222-4333-8444-555555555555\",\"preview_alias_url\":\"https://pr-1-storefront-preview.example.workers.dev\"}\\n' >\"$WRANGLER_OUTPUT_FILE_PATH\"";
    stand_ins.program("npx", &format!("{refused}\n{upload}"))
}

pub(super) fn bench(script: &'static str) -> Bench {
    Bench::new(script, &[], narrow())
}

#[test]
fn a_preview_outputs_its_address() {
    let ran = narrow().run("preview-upload.sh", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.outputs, "url=https://pr-1-storefront-preview.example.workers.dev\n");
}

#[test]
fn a_token_that_reaches_production_uploads_nothing() {
    let stand_ins = edge::wrangler().with("ALIAS", "pr-1");
    let deployed = format!("{{\"versions\":[{{\"version_id\":\"{}\",\"percentage\":100}}]}}", edge::NEW);
    for state in [Some(deployed.as_str()), None] {
        if let Some(state) = state {
            stand_ins.write("deployment.json", state);
        } else {
            std::fs::remove_file(stand_ins.path("deployment.json")).expect("the deployment is there");
        }
        let ran = stand_ins.run("preview-upload.sh", &[]);
        assert_eq!((ran.code, ran.outputs.as_str()), (1, ""), "{}", ran.err);
        assert!(ran.err.contains("error: the token of the preview can read the production Worker"), "{}", ran.err);
        assert!(!stand_ins.was_asked("versions upload"));
    }
}

#[test]
fn no_bad_answer_counts_as_a_narrow_token() {
    let upload = |stand_ins: &StandIns| stand_ins.run("preview-upload.sh", &[]);
    every_fault(&["deployments status", "versions upload"], narrow, upload, |stand_ins, ran, case| {
        assert_eq!(ran.outputs, "", "{case}");
        assert!(!stand_ins.was_asked("versions upload"), "{case}: uploaded all the same");
    });
    let stand_ins = narrow();
    stand_ins.write("answer", "A request failed: internal error [code: 10013]\n");
    let ran = upload(&stand_ins);
    assert!(ran.code == 1 && ran.err.contains("cannot tell whether the token"), "{}", ran.err);
    assert!(!stand_ins.was_asked("versions upload"), "uploaded all the same");
}

#[test]
fn an_upload_without_an_address_is_none() {
    for url in ["null", "7", "\"javascript:x\"", "\"https://a\\nurl=https://b\""] {
        let stand_ins = narrow();
        let report =
            format!("{{\"type\":\"version-upload\",\"version_id\":\"{}\",\"preview_alias_url\":{url}}}", edge::NEW);
        stand_ins.write("report", &report);
        let refused = "case \"$*\" in *\"deployments status\"*) echo '[code: 10000]' >&2; exit 1 ;; esac";
        let stand_ins = stand_ins
            .program("npx", &format!("{refused}\ncp \"$HOME_OF_STAND_INS/report\" \"$WRANGLER_OUTPUT_FILE_PATH\""));
        let ran = stand_ins.run("preview-upload.sh", &[]);
        assert_eq!((ran.code > 0, ran.outputs.as_str()), (true, ""), "{url}: {}", ran.err);
    }
}
