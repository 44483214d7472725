//! The scripts that workflows run, with stand-ins for the programs they call, one file a subject. Every call of every script gets every bad
//! answer: the script has to fail, and nobody's traffic may have moved by then. The services themselves are not tried here.

mod analytics;
mod changed;
mod edge;
mod origin;
mod preview;
mod remote;
mod smoke;
mod stack;

use std::collections::BTreeMap;
use std::fs;

use infra_checks::stand_in::{Fault, Ran, StandIns};
use storefront_tests::{project, read};

/// Runs a script anew for each bad answer of each call, and hands what became of it to a check besides.
#[track_caller]
fn every_fault(
    calls: &[&str],
    make: impl Fn() -> StandIns,
    run: impl Fn(&StandIns) -> Ran,
    check: impl Fn(&StandIns, &Ran, &str),
) {
    for call in calls {
        for fault in Fault::ALL {
            let stand_ins = make();
            stand_ins.break_calls(call, fault);
            let ran = run(&stand_ins);
            let case = format!("`{call}` answers with {fault:?}");
            let calls = stand_ins.calls();
            assert!(calls.iter().any(|call| call.starts_with("FAULT")), "{case}: it is not asked: {calls:?}");
            assert!(ran.code > 0, "{case}, and the script succeeds:\n{}\n{}\n{calls:#?}", ran.out, ran.err);
            check(&stand_ins, &ran, &case);
        }
    }
}

/// Programs that are somebody else's, or ask somebody else: the answers of these can be bad.
const ASKED: [&str; 7] = ["npx", "curl", "aws", "skopeo", "terraform", "\"$storefront\"", "gh"];

/// Which file of these tests breaks the calls of which script. A script without a line here fails the test below.
const TESTED: [(&str, &str); 20] = [
    ("analytics.sh", "analytics"),
    ("changed.sh", "changed"),
    ("edge-deploy.sh", "edge"),
    ("edge-metrics.sh", "analytics"),
    ("edge-rollout.sh", "edge"),
    ("edge-running.sh", "edge"),
    ("edge-take-back.sh", "edge"),
    ("edge-upload.sh", "edge"),
    ("origin-deploy.sh", "origin"),
    ("origin-push.sh", "origin"),
    ("preview-upload.sh", "preview"),
    ("remote-canary.sh", "remote"),
    ("remote-ours.sh", "remote"),
    ("remote-promote.sh", "remote"),
    ("remote-release.sh", "remote"),
    ("remote-soak.sh", "analytics"),
    ("remote-take-back.sh", "remote"),
    ("smoke.sh", "smoke"),
    ("stack.sh", "stack"),
    ("upload-version.sh", "edge"),
];

#[test]
fn every_script_is_tried_with_bad_answers() {
    let tested = BTreeMap::from(TESTED);
    let entries = fs::read_dir(project().join("infra/scripts")).expect("there are scripts");
    for name in entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        let Some(stem) = name.strip_suffix(".sh") else { continue };
        let file = tested.get(name.as_str()).unwrap_or_else(|| panic!("`{stem}` is in no table of bad answers"));
        let tests = read(&format!("infra/checks/tests/it/scripts/{file}.rs"));
        assert!(tests.contains("every_fault("), "scripts/{file}.rs has no table of bad answers");
        let text = read(&format!("infra/scripts/{name}"));
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        for program in ASKED {
            let is_called = code.iter().any(|line| line.contains(&format!("{program} ")) && !line.contains("hint:"));
            let program = program.trim_matches(['"', '$']);
            assert!(
                !is_called || tests.contains(program),
                "`{name}` calls `{program}`, which scripts/{file}.rs never breaks"
            );
        }
    }
}
