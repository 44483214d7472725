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

use std::collections::{BTreeMap, BTreeSet};
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
const ASKED: [&str; 7] = ["npx", "curl", "aws", "skopeo", "terraform", "storefront", "gh"];

/// A script, run beside stand-ins for everything it calls, all of which answer well until they are broken.
struct Bench {
    stand_ins: StandIns,
    run: Box<dyn Fn(&StandIns) -> Ran>,
}

impl Bench {
    fn new(script: &'static str, arguments: &'static [&'static str], stand_ins: StandIns) -> Bench {
        Bench { stand_ins, run: Box::new(move |stand_ins| stand_ins.run(script, arguments)) }
    }
}

/// Makes the bench of a script, given by its file.
type MakeBench = fn(&'static str) -> Bench;

/// Where each script gets its bad answers. A script without a line here fails the test below.
const BENCHES: [(&str, MakeBench); 20] = [
    ("analytics.sh", analytics::bench),
    ("changed.sh", changed::bench),
    ("edge-deploy.sh", edge::bench),
    ("edge-metrics.sh", analytics::bench),
    ("edge-rollout.sh", edge::bench),
    ("edge-running.sh", edge::bench),
    ("edge-take-back.sh", edge::bench),
    ("edge-upload.sh", edge::bench),
    ("origin-deploy.sh", origin::bench),
    ("origin-push.sh", origin::bench),
    ("preview-upload.sh", preview::bench),
    ("remote-canary.sh", remote::bench),
    ("remote-ours.sh", remote::bench),
    ("remote-promote.sh", remote::bench),
    ("remote-release.sh", remote::bench),
    ("remote-soak.sh", analytics::bench),
    ("remote-take-back.sh", remote::bench),
    ("smoke.sh", smoke::bench),
    ("stack.sh", stack::bench),
    ("upload-version.sh", edge::bench),
];

/// A soak goes on when it cannot read the release: the promotion after it does not.
const GOES_ON: [(&str, &str); 1] = [("remote-soak.sh", "storefront")];

/// The programs that a script calls, itself and through other scripts.
fn programs(script: &str, scripts: &BTreeMap<String, String>) -> BTreeSet<&'static str> {
    let code = scripts[script].lines().filter(|line| !line.trim_start().starts_with('#') && !line.contains("hint:"));
    let code: Vec<String> = code.map(|line| line.replace("\"$storefront\"", "storefront")).collect();
    let code: Vec<String> =
        code.iter().map(|line| line.replace("\"${STOREFRONT:-target/debug/storefront}\"", "storefront")).collect();
    let calls = |line: &str, program: &str| {
        line.match_indices(&format!("{program} ")).any(|(at, _)| {
            // A command begins a line, or comes after `(`, `!`, `|`, `&&`, `if`, an assignment …; a word of a message or of an address does not.
            let before = line[..at].trim_end();
            let begins = before.is_empty() || before.ends_with(['(', '!', '|', '&', ';']) || before.ends_with("if");
            begins
                || before.split_whitespace().next_back().is_some_and(|word| word.contains('=') && !word.contains('\''))
        })
    };
    let mut found: BTreeSet<&str> =
        ASKED.into_iter().filter(|program| code.iter().any(|line| calls(line, program))).collect();
    for other in scripts.keys().filter(|other| other.as_str() != script) {
        if code.iter().any(|line| line.contains(&format!("/{other}\""))) {
            found.extend(programs(other, scripts));
        }
    }
    found
}

/// Every program of every script is broken, is asked nevertheless, and makes the script fail.
#[test]
fn every_script_is_tried_with_bad_answers() {
    let benches = BTreeMap::from(BENCHES);
    let entries = fs::read_dir(project().join("infra/scripts")).expect("there are scripts").filter_map(Result::ok);
    let names = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.rsplit('.').next() == Some("sh"));
    let scripts: BTreeMap<String, String> =
        names.map(|name| (name.clone(), read(&format!("infra/scripts/{name}")))).collect();
    assert_eq!(
        scripts.keys().map(String::as_str).collect::<Vec<_>>(),
        benches.keys().copied().collect::<Vec<_>>(),
        "a bench for each script"
    );
    let mut all = BTreeSet::new();
    for (script, bench) in benches {
        let asked = programs(script, &scripts);
        assert!(!asked.is_empty(), "`{script}` asks none of {ASKED:?}: it needs no bench");
        for program in asked {
            let Bench { stand_ins, run } = bench(script);
            stand_ins.break_calls(&format!("{program} "), Fault::Exit);
            let ran = run(&stand_ins);
            let calls = stand_ins.calls();
            let broken = calls.iter().filter(|call| call.starts_with(&format!("FAULT {program} "))).count();
            assert!(broken > 0, "`{script}` calls `{program}`, which is never broken: {calls:#?}\n{}", ran.err);
            let goes_on = GOES_ON.contains(&(script, program));
            assert_eq!(ran.code == 0, goes_on, "`{script}` without `{program}`: {}\n{}", ran.out, ran.err);
            all.insert(program);
        }
    }
    assert_eq!(all, BTreeSet::from(ASKED), "each of these is somebody's");
}
