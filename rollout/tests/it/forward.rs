//! The changes that prepare or move traffic forward: register, canary, step, promote, lock. Every case of each, legal or not.
//! A case is a line of commands that went before, one command, and its outcome.

use rollout::{
    AUTHOR_LIMIT, Author, Canary, Change, Message, Next, Release, SERIAL_LIMIT, Share, Timestamp, TransitionError,
    VERSIONS_LIMIT,
};
use serde_json::json;

use crate::fixture::{
    AT, BY, after, apply, assert_is_one_line, change, edited, products, registration, show, text_of, version,
};

/// What one command makes of the release after a line. A change grows serial and history by one, says so truthfully, and can
/// be written and read.
#[track_caller]
pub(crate) fn check(line: &str, command: &str, expect: &str) {
    let before = after(line);
    let untouched = before.clone();
    let found = match apply(&before, command) {
        Err(error) => {
            assert_is_one_line(&error.to_string());
            error.to_string()
        }
        Ok(Next::Unchanged) => "unchanged".to_owned(),
        Ok(Next::Changed(next)) => {
            assert_eq!(next.serial(), before.serial() + 1, "{command}: the serial grows by one");
            let (last, rest) = next.history().split_last().unwrap();
            assert_eq!(rest, before.history(), "{command}: what happened stays");
            assert_eq!((last.serial, last.at.as_str(), last.by.as_str()), (next.serial(), AT, BY));
            let action = command.split(' ').next().unwrap().replace("forget", "prune");
            assert_eq!(last.action.to_string(), action);
            assert_eq!(
                (&last.stable, last.canary.as_ref()),
                (next.stable(), next.canary().map(|canary| &canary.version))
            );
            assert_eq!(last.share, next.canary().map(|canary| canary.share));
            let shown = [Some(&last.stable), last.canary.as_ref()];
            assert!(
                !shown.contains(&last.version.as_ref()) || last.version.is_none(),
                "{command}: says a version twice"
            );
            assert_eq!((next.salt(), next.remote()), (before.salt(), before.remote()), "fixed for life");
            assert_eq!(Release::parse(&products(), text_of(&next).as_bytes()).unwrap(), *next);
            show(&next)
        }
    };
    assert_eq!(found, expect, "`{command}` after `{line}`");
    assert_eq!(before, untouched);
}

#[test]
fn the_first_release() {
    let release = after("");
    assert_eq!(show(&release), "stable 1.0.0");
    assert_eq!((release.serial(), release.salt().as_str(), release.splits()), (1, "products", false));
    assert_eq!(release.steps().to_string(), "1, 5, 25, 50, 100");
    assert_eq!(release.versions().keys().collect::<Vec<_>>(), [&version("1.0.0")]);
    assert_eq!(release.history().len(), 1);
    assert_eq!(release.fallback(), None);
}

#[test]
fn register() {
    check("", "register 1.1.0", "stable 1.0.0");
    check("", "register 0.9.0", "stable 1.0.0");
    check("", "register 1.0.0", "unchanged");
    check("register 1.1.0 1", "register 1.1.0 1", "unchanged");
    check("lock sale", "register 1.1.0", "stable 1.0.0, locked (sale)");
    check("register 1.1.0; canary 1.1.0 5", "register 1.2.0", "stable 1.0.0, canary 1.1.0 at 5 %");
    let other = "`1.1.0` of `products` is registered with other bytes: a version never changes, so give the new bytes a new one";
    check("register 1.1.0 1", "register 1.1.0 2", other);
    check("register 1.1.0 1; deprecate 1.1.0 bad", "register 1.1.0 2", other);
    check("register 1.1.0 1; deprecate 1.1.0 bad", "register 1.1.0 1", "unchanged");
    check("register 1.1.0 1; forget 1.1.0", "register 1.1.0 2", "stable 1.0.0");
    assert!(after("register 1.1.0").versions().contains_key(&version("1.1.0")));
}

#[test]
fn as_many_versions_as_a_release_may_know() {
    let full = (1..VERSIONS_LIMIT).fold(after(""), |release, number| {
        let next = release.register(&version(&format!("2.{number}.0")), registration(1), &change(""));
        let Ok(Next::Changed(next)) = next else { panic!("version {number}: {next:?}") };
        *next
    });
    assert_eq!(full.versions().len(), VERSIONS_LIMIT);
    let error = full.register(&version("3.0.0"), registration(1), &change("")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the release of `products` knows 48 versions, which is the limit; prune old ones first"
    );
    assert_eq!(full.register(&version("2.1.0"), registration(1), &change("")), Ok(Next::Unchanged));
    let Ok(Next::Changed(pruned)) = full.forget(&version("2.1.0"), &change("")) else {
        panic!("nothing was forgotten")
    };
    assert!(pruned.register(&version("3.0.0"), registration(1), &change("")).is_ok());
}

#[test]
fn set_canary() {
    check("register 1.1.0", "canary 1.1.0 5", "stable 1.0.0, canary 1.1.0 at 5 %");
    check("register 1.1.0", "canary 1.1.0 0", "stable 1.0.0, canary 1.1.0 at 0 %");
    check("register 1.1.0", "canary 1.1.0 0.01", "stable 1.0.0, canary 1.1.0 at 0.01 %");
    check("register 1.1.0", "canary 1.1.0 100", "stable 1.0.0, canary 1.1.0 at 100 %");
    check("register 0.9.0", "canary 0.9.0 5", "stable 1.0.0, canary 0.9.0 at 5 %");
    check("register 1.1.0; canary 1.1.0 5", "canary 1.1.0 50", "stable 1.0.0, canary 1.1.0 at 50 %");
    check("register 1.1.0; canary 1.1.0 50", "canary 1.1.0 5", "stable 1.0.0, canary 1.1.0 at 5 %");
    check("register 1.1.0; canary 1.1.0 50", "canary 1.1.0 0", "stable 1.0.0, canary 1.1.0 at 0 %");
    check("register 1.1.0; canary 1.1.0 5", "canary 1.1.0 5", "unchanged");
    check("register 1.1.0; promote 1.1.0", "canary 1.0.0 5", "stable 1.1.0, canary 1.0.0 at 5 %, earlier 1.0.0");
    check("", "canary 1.0.0 5", "`1.0.0` is the stable version of `products` already");
    check("", "canary 1.1.0 5", "`products` has no registered version `1.1.0`");
    check("register 1.1.0; deprecate 1.1.0", "canary 1.1.0 5", "`1.1.0` of `products` is deprecated");
    check("register 1.1.0; deprecate 1.1.0 slow", "canary 1.1.0 5", "`1.1.0` of `products` is deprecated: slow");
    check(
        "register 1.1.0; register 1.2.0; canary 1.1.0 12.5",
        "canary 1.2.0 5",
        "a canary of `products` runs already: `1.1.0` at 12.5 %; promote or abort it first",
    );
    let locked = "`products` is locked since 2026-11-25T12:00:00Z by ada@shop.example: sale";
    check("register 1.1.0; lock sale", "canary 1.1.0 5", locked);
    check("register 1.1.0; canary 1.1.0 5; lock sale", "canary 1.1.0 50", locked);
    check("register 1.1.0; canary 1.1.0 5; lock sale", "canary 1.1.0 5", locked);
    check("register 1.1.0; lock sale; unlock", "canary 1.1.0 5", "stable 1.0.0, canary 1.1.0 at 5 %");
}

#[test]
fn steps_stay_until_others_are_given() {
    let steps = "steps 10, 100";
    check("register 1.1.0", "canary 1.1.0 5 10,100", &format!("stable 1.0.0, canary 1.1.0 at 5 %, {steps}"));
    check(
        "register 1.1.0; canary 1.1.0 5",
        "canary 1.1.0 5 10,100",
        &format!("stable 1.0.0, canary 1.1.0 at 5 %, {steps}"),
    );
    check("register 1.1.0; canary 1.1.0 5 10,100", "canary 1.1.0 5 10,100", "unchanged");
    check("register 1.1.0; canary 1.1.0 5 10,100", "canary 1.1.0 5", "unchanged");
    check(
        "register 1.1.0; canary 1.1.0 5 10,100; abort",
        "canary 1.1.0 1",
        &format!("stable 1.0.0, canary 1.1.0 at 1 %, {steps}"),
    );
}

#[test]
fn step() {
    for (from, to) in [("0", "1"), ("1", "5"), ("5", "25"), ("7", "25"), ("25", "50"), ("50", "100"), ("99.99", "100")]
    {
        let line = format!("register 1.1.0; canary 1.1.0 {from}");
        check(&line, "step", &format!("stable 1.0.0, canary 1.1.0 at {to} %"));
    }
    check("register 1.1.0; canary 1.1.0 5 10,100", "step", "stable 1.0.0, canary 1.1.0 at 10 %, steps 10, 100");
    check(
        "register 1.1.0; canary 1.1.0 100",
        "step",
        "the canary `1.1.0` of `products` has all traffic already; promote it",
    );
    check("", "step", "no canary of `products` runs");
    check("register 1.1.0; canary 1.1.0 5; abort", "step", "no canary of `products` runs");
    check("register 1.1.0; canary 1.1.0 5; promote", "step", "no canary of `products` runs");
    let locked = "`products` is locked since 2026-11-25T12:00:00Z by ada@shop.example";
    check("register 1.1.0; canary 1.1.0 5; lock", "step", locked);
    check("lock", "step", locked);
}

#[test]
fn promote() {
    check("register 1.1.0; canary 1.1.0 50", "promote", "stable 1.1.0, earlier 1.0.0");
    check("register 1.1.0; canary 1.1.0 0", "promote", "stable 1.1.0, earlier 1.0.0");
    check("register 1.1.0; canary 1.1.0 50", "promote 1.1.0", "stable 1.1.0, earlier 1.0.0");
    check("register 1.1.0", "promote 1.1.0", "stable 1.1.0, earlier 1.0.0");
    check("register 0.9.0", "promote 0.9.0", "stable 0.9.0, earlier 1.0.0");
    check("register 1.1.0; promote 1.1.0; register 1.2.0", "promote 1.2.0", "stable 1.2.0, earlier 1.0.0 1.1.0");
    check("register 1.1.0; promote 1.1.0", "promote 1.0.0", "stable 1.0.0, earlier 1.1.0");
    check("register 1.1.0; promote 1.1.0; promote 1.0.0", "promote 1.1.0", "stable 1.1.0, earlier 1.0.0");
    check("register 1.1.0; promote 1.1.0", "promote 1.1.0", "unchanged");
    check("", "promote 1.0.0", "unchanged");
    check("lock sale", "promote 1.0.0", "unchanged");
    check("", "promote", "no canary of `products` runs");
    check("", "promote 1.1.0", "`products` has no registered version `1.1.0`");
    check("register 1.1.0; deprecate 1.1.0 slow", "promote 1.1.0", "`1.1.0` of `products` is deprecated: slow");
    let runs = "a canary of `products` runs already: `1.1.0` at 50 %; promote or abort it first";
    check("register 1.1.0; register 1.2.0; canary 1.1.0 50", "promote 1.2.0", runs);
    check("register 1.1.0; canary 1.1.0 50", "promote 1.0.0", runs);
    let locked = "`products` is locked since 2026-11-25T12:00:00Z by ada@shop.example: sale";
    check("register 1.1.0; canary 1.1.0 50; lock sale", "promote", locked);
    check("register 1.1.0; lock sale", "promote 1.1.0", locked);
}

#[test]
fn lock_and_unlock() {
    check("", "lock sale until Sunday", "stable 1.0.0, locked (sale until Sunday)");
    check("", "lock", "stable 1.0.0, locked ()");
    check("register 1.1.0; canary 1.1.0 5", "lock x", "stable 1.0.0, canary 1.1.0 at 5 %, locked (x)");
    check("lock sale", "lock other", "unchanged");
    check("lock sale", "unlock", "stable 1.0.0");
    check("", "unlock", "unchanged");
    check("lock sale; unlock", "unlock", "unchanged");
}

#[test]
fn a_release_that_was_lost_goes_on_above_the_serial_that_was_seen() {
    #[track_caller]
    fn check(serial: u64, expect: u64) {
        let begun = Release::begin(products(), version("1.0.0"), registration(0), serial, &change(""));
        assert_eq!((begun.serial(), begun.history().last().unwrap().serial), (expect, expect));
        assert_eq!(Release::parse(&products(), text_of(&begun).as_bytes()).unwrap(), begun);
    }
    check(1, 1);
    check(20, 20);
    check(0, 1);
    check(u64::MAX, SERIAL_LIMIT);
}

#[test]
fn a_change_goes_above_what_was_seen_and_never_back() {
    #[track_caller]
    fn check(seen: u64, command: &str, expect: u64) {
        let Ok(Next::Changed(next)) = apply(&after("register 1.1.0; canary 1.1.0 5").above(seen), command) else {
            panic!("`{command}` changes it")
        };
        assert_eq!(next.serial(), expect, "seen {seen}, {command}");
        assert_eq!(Release::parse(&products(), text_of(&next).as_bytes()).unwrap(), *next);
    }
    check(0, "step", 4);
    check(3, "step", 4);
    check(19, "step", 20);
    check(19, "rollback", 20);
}

#[test]
fn a_release_that_was_put_back_takes_on_what_shops_serve() {
    #[track_caller]
    fn check(commands: &str, stable: &str, canary: Option<&str>, expect: &str) {
        let canary = canary.map(|number| Canary { version: version(number), share: Share::percent(5) });
        let before = after(commands).above(19);
        let Ok(Next::Changed(renewed)) = before.renew(&version(stable), canary, &change("")) else {
            panic!("`{commands}` is renewed")
        };
        assert_eq!((renewed.serial(), show(&renewed).as_str()), (20, expect), "{commands}");
        assert_eq!(Release::parse(&products(), text_of(&renewed).as_bytes()).unwrap(), *renewed);
    }
    check("register 1.1.0", "1.0.0", None, "stable 1.0.0");
    check("register 1.1.0", "1.1.0", None, "stable 1.1.0, earlier 1.0.0");
    check("register 1.1.0; promote 1.1.0", "1.0.0", None, "stable 1.0.0");
    check("register 1.1.0; canary 1.1.0 50", "1.0.0", None, "stable 1.0.0");
    check("register 1.1.0", "1.0.0", Some("1.1.0"), "stable 1.0.0, canary 1.1.0 at 5 %");
    check("register 1.1.0; lock", "1.1.0", None, "stable 1.1.0, earlier 1.0.0, locked ()");
    check("register 1.1.0; deprecate 1.1.0", "1.1.0", None, "stable 1.1.0, earlier 1.0.0");
    let before = after("register 1.1.0");
    let trial = |number: &str| Some(Canary { version: version(number), share: Share::percent(5) });
    assert!(matches!(before.renew(&version("9.0.0"), None, &change("")), Err(TransitionError::Unknown { .. })));
    assert!(matches!(
        before.renew(&version("1.0.0"), trial("9.0.0"), &change("")),
        Err(TransitionError::Unknown { .. })
    ));
    assert!(matches!(
        before.renew(&version("1.0.0"), trial("1.0.0"), &change("")),
        Err(TransitionError::Stable { .. })
    ));
}

#[test]
fn the_lock_says_who_and_since_when() {
    let by = Author::new(&"b".repeat(AUTHOR_LIMIT)).unwrap();
    let at = Timestamp::new("2027-02-03T04:05:06Z").unwrap();
    let change = Change { at: at.clone(), by: by.clone(), message: Message::new("why").unwrap() };
    let Ok(Next::Changed(locked)) = after("").lock_changes(&change) else { panic!("not locked") };
    let lock = locked.lock().unwrap();
    assert_eq!((&lock.at, &lock.by, lock.message.as_str()), (&at, &by, "why"));
    let last = locked.history().last().unwrap();
    assert_eq!((&last.at, &last.by, &last.message), (&change.at, &change.by, &change.message));
}

#[test]
fn the_last_serial_ends_all_changes_and_says_so() {
    let at = |serial: u64| {
        let text = edited(&after("register 1.1.0; canary 1.1.0 5"), |document| {
            document["release"]["serial"] = json!(serial);
            document["release"]["history"][2]["serial"] = json!(serial);
        });
        Release::parse(&products(), &text).unwrap()
    };
    let Ok(Next::Changed(last)) = apply(&at(SERIAL_LIMIT - 1), "step") else { panic!("one change is left") };
    assert_eq!(last.serial(), SERIAL_LIMIT);
    assert!(Release::parse(&products(), text_of(&last).as_bytes()).is_ok());
    for command in [
        "register 1.2.0",
        "canary 1.1.0 7",
        "step",
        "promote",
        "abort",
        "rollback",
        "lock",
        "deprecate 1.0.0",
        "forget 1.0.0",
    ] {
        let error = apply(&at(SERIAL_LIMIT), command).expect_err(command).to_string();
        let in_use = "`1.0.0` of `products` is in use: it is stable, on trial, or what shoppers fall back to";
        let expect = if command.ends_with("1.0.0") { in_use } else { "the serial of `products` cannot grow any more" };
        assert_eq!(error, expect, "{command}");
    }
    assert_eq!(apply(&at(SERIAL_LIMIT), "register 1.1.0"), Ok(Next::Unchanged));
}
