//! Random walks over all changes: the laws that hold after every one of them.
//! The walks are long for a release, a hundred commands, over few versions, so that they get in each other's way.

use std::collections::BTreeSet;

use proptest::prelude::{Just, Strategy, prop, prop_oneof, proptest};
use rollout::{EARLIER_LIMIT, Next, Release, Share, Version};

use crate::fixture::{after, apply, assert_is_one_line, cases, products};

const POOL: [&str; 7] = ["0.9.0", "1.0.0", "1.1.0-rc.1", "1.1.0", "1.2.0", "2.0.0", "3.0.0"];

/// One command of a walk; those that move traffic come up most.
fn command() -> impl Strategy<Value = String> {
    let one = prop::sample::select(&POOL[..]);
    let percent =
        prop::sample::select(vec!["0", "0.01", "1", "5", "33.33", "99.99", "100", "100 50,100", "5 5,10,100"]);
    prop_oneof![
        4 => (one.clone(), 0..10_u8).prop_map(|(version, bytes)| format!("register {version} {}", bytes / 9)),
        5 => (one.clone(), percent).prop_map(|(version, share)| format!("canary {version} {share}")),
        3 => Just("step".to_owned()),
        3 => Just("promote".to_owned()),
        3 => one.clone().prop_map(|version| format!("promote {version}")),
        1 => Just("abort".to_owned()),
        3 => Just("rollback".to_owned()),
        2 => one.clone().prop_map(|version| format!("rollback {version}")),
        1 => Just("lock because".to_owned()),
        2 => Just("unlock".to_owned()),
        2 => one.clone().prop_map(|version| format!("deprecate {version} why")),
        2 => one.clone().prop_map(|version| format!("restore {version}")),
        2 => one.prop_map(|version| format!("forget {version}")),
    ]
}

/// What every release is, by whatever way it came to be.
fn assert_sound(release: &Release, command: &str) {
    let known = release.versions();
    let buckets: u32 = known.keys().map(|version| u32::from(release.traffic(version).buckets())).sum();
    assert_eq!(buckets, u32::from(Share::ALL.buckets()), "`{command}`: the traffic is all of it");
    assert!(release.is_usable(release.stable()), "`{command}`: the stable version is known and usable");
    if let Some(canary) = release.canary() {
        assert!(release.is_usable(&canary.version), "`{command}`: the canary is known and usable");
        assert_ne!(&canary.version, release.stable(), "`{command}`: two versions on trial against each other are two");
    }
    let earlier: BTreeSet<&Version> = release.earlier().iter().collect();
    assert_eq!(earlier.len(), release.earlier().len(), "`{command}`: each of those before once");
    assert!(earlier.len() <= EARLIER_LIMIT && !earlier.contains(release.stable()), "`{command}`");
    assert!(earlier.iter().all(|version| known.contains_key(*version)), "`{command}`: those before are known");
    assert!(release.fallback().is_none_or(|fallback| release.is_usable(fallback) && fallback != release.stable()));
    assert!(release.in_use().all(|version| release.is_usable(version)), "`{command}`: what is in use is usable");
    let last = release.history().last().unwrap();
    assert_eq!(
        (last.serial, &last.stable),
        (release.serial(), release.stable()),
        "`{command}`: the last entry tells the present"
    );
}

/// What one change keeps of the release before it.
fn assert_follows(before: &Release, next: &Release, command: &str) {
    assert_eq!(next.serial(), before.serial() + 1, "`{command}`");
    assert_eq!((next.remote(), next.salt()), (before.remote(), before.salt()), "`{command}`: fixed for life");
    assert_eq!(&next.history()[..next.history().len() - 1], before.history(), "`{command}`: what happened stays");
    let name = command.split(' ').next().unwrap();
    let (more, fewer) = (next.versions().len(), before.versions().len());
    match name {
        "register" => assert_eq!(more, fewer + 1, "`{command}`"),
        "forget" => assert_eq!(more + 1, fewer, "`{command}`"),
        _ => assert_eq!(more, fewer, "`{command}`"),
    }
    if !["canary", "step", "promote", "abort", "rollback"].contains(&name) {
        assert_eq!((next.stable(), next.canary()), (before.stable(), before.canary()), "`{command}` moves traffic");
    }
    if before.lock().is_some() {
        let back = next.stable() == before.stable() || before.earlier().contains(next.stable());
        let no_more = next.canary().is_none() || next.canary() == before.canary();
        assert!(back && no_more, "`{command}` moves traffic forward under a lock");
    }
    if command == "rollback" && before.canary().is_none() {
        assert!(next.earlier().len() < before.earlier().len(), "a rollback goes further back");
        assert!(!next.earlier().contains(before.stable()), "what was left is not what the next rollback leads to");
    }
}

/// Walks, and counts what came of the commands: changed, unchanged, refused.
fn walk(commands: &[String]) -> [usize; 3] {
    let mut release = after("");
    let mut count = [0; 3];
    for command in commands {
        let before = release.clone();
        let outcome = apply(&release, command);
        assert_eq!(apply(&release, command), outcome, "`{command}`: the same again is the same");
        assert_eq!(release, before, "`{command}` leaves what it was asked about");
        match outcome {
            Err(error) => {
                assert_is_one_line(&error.to_string());
                count[2] += 1;
            }
            Ok(Next::Unchanged) => count[1] += 1,
            Ok(Next::Changed(next)) => {
                count[0] += 1;
                assert_sound(&next, command);
                assert_follows(&before, &next, command);
                if ["register", "canary", "promote 1", "restore", "forget"]
                    .iter()
                    .any(|start| command.starts_with(start))
                {
                    assert_eq!(apply(&next, command), Ok(Next::Unchanged), "`{command}`: to ask twice is no error");
                }
                let document = next.to_document().unwrap_or_else(|error| panic!("`{command}`: {error}"));
                let read =
                    Release::parse(&products(), &document.bytes).unwrap_or_else(|error| panic!("`{command}`: {error}"));
                assert!(
                    [document.archived, read.history().to_vec()].concat() == next.history(),
                    "`{command}`: an entry is lost"
                );
                assert_eq!(read.to_document().unwrap().bytes, document.bytes, "`{command}`: one release, one text");
                if read.history().len() == next.history().len() {
                    assert_eq!(read, *next, "`{command}`: what is read is what was written");
                }
                release = read;
            }
        }
    }
    count
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn every_walk_stays_on_the_path(commands in prop::collection::vec(command(), 1..100)) {
        walk(&commands);
    }
}

#[test]
fn walks_reach_changes_refusals_and_repetitions() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::new(cases(1));
    let commands = prop::collection::vec(command(), 400).new_tree(&mut runner).unwrap().current();
    let [changed, unchanged, refused] = walk(&commands);
    assert!(changed > 60 && unchanged > 10 && refused > 60, "a walk of {changed} {unchanged} {refused} proves little");
}
