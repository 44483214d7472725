//! The changes that take traffic back or versions away: abort, roll back, deprecate, restore, forget. Every case of each, legal or
//! not; the cases read as those of `forward.rs`.

use rollout::{EARLIER_LIMIT, Next, Release};

use crate::fixture::{after, apply, edited, products, show, version};
use crate::forward::check;

const LOCKED: &str = "`products` is locked since 2026-11-25T12:00:00Z by ada@shop.example: sale";
const IN_USE: &str = "of `products` is in use: it is stable, on trial, or what shoppers fall back to";

/// 1.0.0, 1.1.0 and 1.2.0 were promoted, one after the other.
const THREE: &str = "register 1.1.0; promote 1.1.0; register 1.2.0; promote 1.2.0";

#[test]
fn abort() {
    check("register 1.1.0; canary 1.1.0 50", "abort", "stable 1.0.0");
    check("register 1.1.0; canary 1.1.0 0", "abort", "stable 1.0.0");
    check("register 1.1.0; canary 1.1.0 50; lock sale", "abort", "stable 1.0.0, locked (sale)");
    check(&format!("{THREE}; canary 1.0.0 5"), "abort", "stable 1.2.0, earlier 1.0.0 1.1.0");
    check("", "abort", "unchanged");
    check("lock sale", "abort", "unchanged");
    check("register 1.1.0; canary 1.1.0 50; abort", "abort", "unchanged");
    assert_eq!(after("register 1.1.0; canary 1.1.0 50; abort").history()[3].version, Some(version("1.1.0")));
}

#[test]
fn roll_back_to_what_was_before() {
    check("register 1.1.0; canary 1.1.0 50", "rollback", "stable 1.0.0");
    check("register 1.1.0; canary 1.1.0 50; lock sale", "rollback", "stable 1.0.0, locked (sale)");
    check("register 1.1.0; promote 1.1.0", "rollback", "stable 1.0.0");
    check("register 1.1.0; promote 1.1.0; lock sale", "rollback", "stable 1.0.0, locked (sale)");
    check(THREE, "rollback", "stable 1.1.0, earlier 1.0.0");
    check(&format!("{THREE}; rollback"), "rollback", "stable 1.0.0");
    let nothing = "no earlier version of `products` that held all traffic is known and usable; name one";
    check("", "rollback", nothing);
    check(&format!("{THREE}; rollback; rollback"), "rollback", nothing);
    check("register 1.1.0; promote 1.1.0; deprecate 1.0.0", "rollback", nothing);
    check(&format!("{THREE}; deprecate 1.1.0"), "rollback", "stable 1.0.0, deprecated 1.1.0 ()");
    check(&format!("{THREE}; canary 1.0.0 5"), "rollback", "stable 1.2.0, earlier 1.0.0 1.1.0");
    check(&format!("{THREE}; canary 1.0.0 5; rollback"), "rollback", "stable 1.1.0, earlier 1.0.0");
}

#[test]
fn a_rollback_pops_what_it_leaves_and_never_leads_forward_again() {
    let line = "register 1.1.0; promote 1.1.0; rollback; register 1.2.0; promote 1.2.0";
    check(line, "rollback", "stable 1.0.0");
    check("register 1.1.0; promote 1.1.0; rollback", "promote 1.1.0", "stable 1.1.0, earlier 1.0.0");
    check("register 1.1.0; promote 1.1.0; promote 1.0.0", "rollback", "stable 1.1.0");
    let left = |line: &str| after(line).history().last().unwrap().version.clone().unwrap();
    assert_eq!(left(&format!("{THREE}; rollback")), version("1.2.0"));
    assert_eq!(left("register 1.1.0; canary 1.1.0 5; rollback"), version("1.1.0"));
    assert_eq!(left("register 1.1.0; canary 1.1.0 5; rollback 1.1.0"), version("1.0.0"));
}

#[test]
fn roll_back_to_a_named_version() {
    check(THREE, "rollback 1.0.0", "stable 1.0.0");
    check(THREE, "rollback 1.1.0", "stable 1.1.0, earlier 1.0.0");
    check(THREE, "rollback 1.2.0", "unchanged");
    check(&format!("{THREE}; lock sale"), "rollback 1.2.0", "unchanged");
    check("register 1.1.0; canary 1.1.0 5", "rollback 1.0.0", "stable 1.0.0");
    check(&format!("{THREE}; register 1.3.0; canary 1.3.0 5"), "rollback 1.0.0", "stable 1.0.0");
    check(&format!("{THREE}; register 0.9.0"), "rollback 0.9.0", "stable 0.9.0, earlier 1.0.0 1.1.0");
    check(THREE, "rollback 3.0.0", "`products` has no registered version `3.0.0`");
    check(&format!("{THREE}; deprecate 1.0.0 slow"), "rollback 1.0.0", "`1.0.0` of `products` is deprecated: slow");
}

#[test]
fn a_lock_bars_the_way_forward_alone() {
    let locked = format!("{THREE}; register 1.3.0; lock sale");
    check(&locked, "rollback", "stable 1.1.0, earlier 1.0.0, locked (sale)");
    check(&locked, "rollback 1.0.0", "stable 1.0.0, locked (sale)");
    check(&locked, "rollback 1.3.0", LOCKED);
    check(&format!("{locked}; rollback"), "rollback 1.2.0", LOCKED);
    check("register 1.1.0; canary 1.1.0 5; lock sale", "rollback 1.1.0", LOCKED);
    check("register 1.1.0; canary 1.1.0 5; lock sale", "rollback 1.0.0", "stable 1.0.0, locked (sale)");
    check(&locked, "deprecate 1.3.0 bad", "stable 1.2.0, earlier 1.0.0 1.1.0, locked (sale), deprecated 1.3.0 (bad)");
    check(&locked, "forget 1.3.0", "stable 1.2.0, earlier 1.0.0 1.1.0, locked (sale)");
}

#[test]
fn deprecate() {
    check("register 1.1.0", "deprecate 1.1.0 too slow", "stable 1.0.0, deprecated 1.1.0 (too slow)");
    check("register 1.1.0", "deprecate 1.1.0", "stable 1.0.0, deprecated 1.1.0 ()");
    check("", "deprecate 1.0.0", &format!("`1.0.0` {IN_USE}"));
    check("register 1.1.0; canary 1.1.0 0", "deprecate 1.1.0", &format!("`1.1.0` {IN_USE}"));
    check("", "deprecate 3.0.0", "`products` has no registered version `3.0.0`");
    check("register 1.1.0; deprecate 1.1.0 slow", "deprecate 1.1.0 again", "unchanged");
    // What shoppers would fall back to may be withdrawn: that is why it is looked for among the usable ones.
    check(THREE, "deprecate 1.1.0 bad", "stable 1.2.0, earlier 1.0.0 1.1.0, deprecated 1.1.0 (bad)");
    let fallback = |line: &str| after(line).fallback().map(ToString::to_string);
    assert_eq!(fallback(THREE).as_deref(), Some("1.1.0"));
    assert_eq!(fallback(&format!("{THREE}; deprecate 1.1.0")).as_deref(), Some("1.0.0"));
    assert_eq!(fallback(&format!("{THREE}; deprecate 1.1.0; deprecate 1.0.0")), None);
}

#[test]
fn restore() {
    check("register 1.1.0; deprecate 1.1.0 slow", "restore 1.1.0", "stable 1.0.0");
    check("register 1.1.0", "restore 1.1.0", "unchanged");
    check("", "restore 1.0.0", "unchanged");
    check("", "restore 3.0.0", "`products` has no registered version `3.0.0`");
    check("register 1.1.0; deprecate 1.1.0 slow; lock sale", "restore 1.1.0", "stable 1.0.0, locked (sale)");
    check("register 1.1.0; deprecate 1.1.0; restore 1.1.0", "canary 1.1.0 5", "stable 1.0.0, canary 1.1.0 at 5 %");
}

#[test]
fn forget() {
    check("register 1.1.0", "forget 1.1.0", "stable 1.0.0");
    check("", "forget 3.0.0", "unchanged");
    check("", "forget 1.0.0", &format!("`1.0.0` {IN_USE}"));
    check("register 1.1.0; canary 1.1.0 0", "forget 1.1.0", &format!("`1.1.0` {IN_USE}"));
    check("register 1.1.0; promote 1.1.0", "forget 1.0.0", &format!("`1.0.0` {IN_USE}"));
    check(THREE, "forget 1.0.0", "stable 1.2.0, earlier 1.1.0");
    check(THREE, "forget 1.1.0", &format!("`1.1.0` {IN_USE}"));
    check(&format!("{THREE}; deprecate 1.1.0"), "forget 1.1.0", "stable 1.2.0, earlier 1.0.0");
    check(&format!("{THREE}; deprecate 1.1.0"), "forget 1.0.0", &format!("`1.0.0` {IN_USE}"));
    check("register 1.1.0; forget 1.1.0", "canary 1.1.0 5", "`products` has no registered version `1.1.0`");
    assert!(!after("register 1.1.0; forget 1.1.0").versions().contains_key(&version("1.1.0")));
}

#[test]
fn the_latest_of_those_before_are_remembered() {
    let release = (1..=EARLIER_LIMIT + 4).fold(after(""), |release, number| {
        let release = step(&release, &format!("register 1.{number}.0"));
        step(&release, &format!("promote 1.{number}.0"))
    });
    assert_eq!(release.earlier().len(), EARLIER_LIMIT);
    assert_eq!(release.earlier().first().map(ToString::to_string).as_deref(), Some("1.4.0"));
    let bottom = (0..EARLIER_LIMIT).fold(release, |release, _| step(&release, "rollback"));
    assert_eq!(show(&bottom), "stable 1.4.0");
    assert!(apply(&bottom, "rollback").is_err(), "the end of what is remembered");
    assert_eq!(show(&step(&bottom, "rollback 1.0.0")), "stable 1.0.0", "a named one is still known");
}

fn step(release: &Release, command: &str) -> Release {
    match apply(release, command) {
        Ok(Next::Changed(next)) => *next,
        other => panic!("`{command}`: {other:?}"),
    }
}

#[test]
fn a_deprecated_canary_can_only_end() {
    // No change leads to such a release, but a person with a text editor can write it.
    let text = edited(&after("register 1.1.0; canary 1.1.0 5"), |document| {
        document["microFrontends"]["products"][1]["extras"]["deprecated"] = "bad".into();
    });
    let release = Release::parse(&products(), &text).unwrap();
    for command in ["step", "promote", "canary 1.1.0 7"] {
        let error = apply(&release, command).expect_err(command).to_string();
        assert_eq!(error, "`1.1.0` of `products` is deprecated: bad", "{command}");
    }
    assert_eq!(show(&step(&release, "abort")), "stable 1.0.0, deprecated 1.1.0 (bad)");
    assert_eq!(show(&step(&release, "rollback")), "stable 1.0.0, deprecated 1.1.0 (bad)");
}
