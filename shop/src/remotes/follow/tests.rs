//! The age rules, and what each answer of the store changes: tables over time.

use std::rc::Rc;

use super::{Followed, Freshness, Heard, Need, Source};
use crate::remotes::cause::Cause;
use crate::testing::{change, changed, published, release, with_canary};

fn freshness() -> Freshness {
    Freshness::default()
}

fn heard(release: &rollout::Release) -> Heard {
    Heard::Release(Rc::new(release.clone()), "\"tag\"".to_owned())
}

fn down() -> Cause {
    Cause::unreachable("down")
}

#[test]
fn a_release_is_used_asked_for_again_and_waited_for_by_its_age() {
    #[track_caller]
    fn check(followed: &Followed, now: f64, expect: Need) {
        assert_eq!(followed.need(now, &freshness()), expect, "at {now} ms");
    }
    let mut followed = Followed::default();
    assert_eq!(followed.need(0.0, &freshness()), Need::Await, "nothing is known");
    followed.hear(heard(&release(&published("1.1.0", 1))), 0.0);
    check(&followed, 0.0, Need::Nothing);
    check(&followed, 4_999.0, Need::Nothing);
    check(&followed, 5_000.0, Need::Background);
    check(&followed, 9_999.0, Need::Background);
    check(&followed, 10_000.0, Need::Await);
    check(&followed, 1e9, Need::Await);
    check(&followed, -1e9, Need::Nothing);
    // One try at a time; but one whose isolate was put to sleep never ends.
    followed.ask(5_000.0, &freshness());
    check(&followed, 5_001.0, Need::Nothing);
    check(&followed, 9_999.0, Need::Nothing);
    check(&followed, 10_000.0, Need::Await);
}

#[test]
fn trouble_is_not_waited_for_twice_in_a_row() {
    let mut followed = Followed::default();
    followed.hear(Heard::Failed(down()), 0.0);
    assert_eq!(followed.need(1.0, &freshness()), Need::Nothing);
    assert_eq!(followed.need(5_000.0, &freshness()), Need::Await);
    followed.hear(heard(&release(&published("1.1.0", 1))), 5_000.0);
    followed.ask(20_000.0, &freshness());
    followed.is_slow(20_150.0);
    assert_eq!(followed.need(20_151.0, &freshness()), Need::Nothing, "the page that waited was the only one");
    assert_eq!(followed.standing(20_151.0).error, Some(Cause::Slow));
    followed.hear(Heard::Same, 21_000.0);
    assert_eq!(followed.standing(21_000.0).error, None);
    assert_eq!(followed.need(21_000.0, &freshness()), Need::Nothing);
}

#[test]
fn the_last_good_release_outlives_a_failing_store_for_a_day() {
    let mut followed = Followed::default();
    followed.hear(heard(&release(&published("1.1.0", 1))), 0.0);
    followed.hear(Heard::Failed(down()), 6_000.0);
    let day = freshness().keep;
    assert!(followed.release(day, &freshness()).is_some());
    assert!(followed.release(day + 1.0, &freshness()).is_none());
    let standing = followed.standing(day);
    assert_eq!((standing.age, standing.source, standing.error), (Some(day), Some(Source::Store), Some(down())));
}

#[test]
fn serials_only_grow() {
    let first = release(&published("1.1.0", 1));
    let second = with_canary(&first, &published("1.2.0", 1), 5);
    let mut followed = Followed::default();
    assert!(followed.hear(heard(&second), 0.0), "it is new");
    assert!(!followed.hear(heard(&second), 1.0), "it is known");
    followed.hear(heard(&first), 2.0);
    let standing = followed.standing(2.0);
    assert_eq!(standing.error, Some(Cause::OlderSerial { serial: 1, seen: 3 }));
    assert_eq!(standing.highest, Some(3));
    assert!(!followed.accepts(&first) && followed.accepts(&second));
    assert_eq!(followed.release(2.0, &freshness()).map(|release| release.serial()), Some(3));
    // Two documents of one serial are two truths.
    let other = with_canary(&first, &published("1.2.0", 1), 50);
    followed.hear(heard(&other), 3.0);
    assert_eq!(followed.standing(3.0).error, Some(Cause::SerialReused { serial: 3 }));
    let third = changed(second.abort(&change()).unwrap());
    assert!(followed.hear(heard(&third), 4.0));
    assert_eq!(followed.standing(4.0).error, None);
}

#[test]
fn a_store_that_was_begun_anew_is_followed_once_the_old_release_has_expired() {
    let first = release(&published("1.1.0", 1));
    let mut followed = Followed::default();
    followed.hear(heard(&with_canary(&first, &published("1.2.0", 1), 5)), 0.0);
    let day = freshness().keep;
    followed.ask(day, &freshness());
    assert!(!followed.hear(heard(&first), day), "serial 1 after 3");
    followed.ask(day + 1.0, &freshness());
    assert!(followed.hear(heard(&first), day + 1.0));
    assert_eq!(followed.standing(day + 1.0).error, None);
}

#[test]
fn a_release_that_is_gone_is_trouble_and_one_that_never_was_is_not() {
    let mut followed = Followed::default();
    assert!(followed.hear(Heard::Absent, 0.0));
    assert_eq!(followed.standing(0.0).error, None);
    assert_eq!(followed.need(1.0, &freshness()), Need::Nothing);
    assert_eq!(followed.etag(), None, "nothing to compare with");
    followed.hear(heard(&release(&published("1.1.0", 1))), 1.0);
    followed.hear(Heard::Absent, 2.0);
    assert_eq!(followed.standing(2.0).error, Some(Cause::ReleaseGone));
    assert!(followed.release(2.0, &freshness()).is_some());
}

#[test]
fn a_release_is_unknown_until_the_store_has_said_something_and_once_that_is_too_old() {
    let unknown = |followed: &Followed, now: f64| followed.unknown(now, &freshness());
    let mut followed = Followed::default();
    assert_eq!(unknown(&followed, 0.0), Some(Cause::Unread));
    followed.is_slow(150.0);
    assert_eq!(unknown(&followed, 151.0), Some(Cause::Slow));
    followed.hear(Heard::Failed(down()), 5_000.0);
    assert_eq!(unknown(&followed, 5_001.0), Some(down()));
    followed.hear(Heard::Absent, 6_000.0);
    assert_eq!(unknown(&followed, 6_000.0), None, "that there is none is something to go by");
    followed.hear(heard(&release(&published("1.1.0", 1))), 7_000.0);
    followed.hear(Heard::Failed(down()), 8_000.0);
    let day = freshness().keep;
    assert_eq!(unknown(&followed, 7_000.0 + day), None, "the last good release is known");
    assert_eq!(unknown(&followed, 7_001.0 + day), Some(down()));
}

#[test]
fn what_another_isolate_left_is_taken_unless_something_newer_is_known() {
    let first = Rc::new(release(&published("1.1.0", 1)));
    let second = Rc::new(with_canary(&first, &published("1.2.0", 1), 5));
    let mut followed = Followed::default();
    assert!(!followed.recall(Rc::clone(&first), String::new(), 11.0, 10.0), "from the future");
    assert!(followed.recall(Rc::clone(&first), "\"a\"".to_owned(), 5.0, 10.0));
    assert_eq!(followed.standing(10.0).source, Some(Source::Cache));
    assert_eq!(followed.etag(), Some("\"a\""));
    assert!(!followed.recall(Rc::clone(&second), String::new(), 4.0, 10.0), "older than what is known");
    assert!(followed.recall(Rc::clone(&second), String::new(), 6.0, 10.0));
    assert!(!followed.recall(first, String::new(), 7.0, 10.0), "of a lower serial");
    // It says nothing about the store: trouble goes on.
    followed.hear(Heard::Failed(down()), 11.0);
    followed.recall(second, String::new(), 10.5, 12.0);
    assert_eq!(followed.standing(12.0).error, Some(down()));
}

#[test]
fn an_open_question_is_known_until_it_ends_or_takes_too_long() {
    let mut followed = Followed::default();
    assert!(!followed.is_asking(0.0, &freshness()));
    followed.ask(0.0, &freshness());
    assert!(followed.is_asking(4_999.0, &freshness()));
    assert!(!followed.is_asking(5_000.0, &freshness()), "its isolate was put to sleep");
    followed.ask(6_000.0, &freshness());
    followed.rest();
    assert!(!followed.is_asking(6_001.0, &freshness()), "it was the cache's alone");
    assert_eq!(followed.need(6_001.0, &freshness()), Need::Await, "and the cache knew nothing");
    followed.ask(7_000.0, &freshness());
    followed.hear(Heard::Failed(down()), 7_001.0);
    assert!(!followed.is_asking(7_001.0, &freshness()), "it was answered");
}
