//! Changes that meet others, or lose responses of the store.
//! The store is in memory; a real one is the subject of the end-to-end tests.

use rollout::{Share, TransitionError};

use super::*;
use crate::failure;
use crate::store::memory::{Memory, Mishap};
use crate::testing::{NOW, change, next, registration, remote, run, version};
use crate::wanted::Beginning;

/// A store whose release has 1.0.0 and 1.1.0 as former versions, 1.2.0 as the stable one, and 1.3.0 on trial.
struct Place {
    memory: Memory,
    bucket: Bucket,
    release: Release,
    /// The serial that a shop has seen.
    seen: u64,
}

impl Place {
    fn new() -> Place {
        let by_ada = change(NOW, "ada", "");
        let mut release = Release::first(remote(), version("1.0.0"), registration("1.0.0", NOW), &by_ada);
        for number in ["1.1.0", "1.2.0", "1.3.0"] {
            release = next(release.register(&version(number), registration(number, NOW), &by_ada));
            if number != "1.3.0" {
                release = next(release.promote(Some(&version(number)), &by_ada));
            }
        }
        let release = next(release.set_canary(&version("1.3.0"), Share::percent(5), None, &by_ada));
        let memory = Memory::default();
        memory.force(KEY, document(&release));
        Place { bucket: Bucket::Memory(memory.clone()), memory, release, seen: 0 }
    }

    /// Somebody else is first with this.
    fn other(&self, make: impl Fn(&Release, &Change) -> Result<Next, TransitionError>) -> Vec<u8> {
        document(&next(make(&self.release, &change(NOW + 1, "bob", "mine"))))
    }

    fn edit(&self, wanted: &Wanted) -> Result<Edited> {
        run(async {
            let current = get(&self.bucket, &remote()).await?;
            let order = Order { wanted, change: &change(NOW + 2, "ada", "why"), seen: self.seen, dry: false };
            edit(&self.bucket, &remote(), current.into(), order).await
        })
    }

    fn now(&self) -> Release {
        run(get(&self.bucket, &remote())).unwrap().release
    }

    /// Who did what after the release that all began with.
    fn since(&self) -> Vec<String> {
        let now = self.now();
        let later = now.history().iter().filter(|entry| entry.serial > self.release.serial());
        later
            .map(|entry| format!("{} {} by {}", entry.serial - self.release.serial(), entry.action, entry.by))
            .collect()
    }
}

const KEY: &str = "cart/release.json";

fn beginning(number: &str, serial: u64) -> Beginning {
    Beginning { version: version(number), registration: registration(number, NOW), serial }
}

fn document(release: &Release) -> Vec<u8> {
    release.to_document().unwrap().bytes
}

#[test]
fn what_a_change_does_not_depend_on_may_change_in_between() {
    let place = Place::new();
    place.memory.mishap(KEY, Mishap::Other(place.other(Release::step)));
    assert!(place.edit(&Wanted::Abort).unwrap().changed);
    assert_eq!(place.since(), ["1 step by bob", "2 abort by ada"]);
    assert_eq!(place.now().canary(), None);
}

#[test]
fn several_may_come_in_between() {
    let place = Place::new();
    let first = next(place.release.step(&change(NOW + 1, "bob", "")));
    let second = next(first.step(&change(NOW + 1, "bob", "")));
    place.memory.mishap(KEY, Mishap::Other(document(&first)));
    place.memory.mishap(KEY, Mishap::Other(document(&second)));
    assert!(place.edit(&Wanted::Rollback { begin: None, to: None }).unwrap().changed);
    assert_eq!(place.since(), ["1 step by bob", "2 step by bob", "3 rollback by ada"]);
}

#[test]
fn what_a_change_depends_on_stops_it() {
    #[track_caller]
    fn check(wanted: &Wanted, other: fn(&Release, &Change) -> Result<Next, TransitionError>, expect: &str) {
        let place = Place::new();
        let bytes = place.other(other);
        place.memory.mishap(KEY, Mishap::Other(bytes.clone()));
        let error = place.edit(wanted).unwrap_err();
        assert_eq!(failure::exit(&error), Exit::Conflict);
        let text = failure::render(&error);
        assert!(text.starts_with("error: somebody else changed `cart` in the meantime; nothing was done\n"), "{text}");
        assert!(text.contains(expect), "{text}");
        assert!(text.contains("by bob: mine"), "{text}");
        assert_eq!(document(&place.now()), bytes, "nothing was written over it");
    }
    check(&Wanted::Step, Release::step, "the canary was `1.3.0` at 5 % and is `1.3.0` at 25 %");
    check(&Wanted::Step, Release::lock_changes, "the lock was none and is by bob since");
    check(&Wanted::Step, Release::abort, "the canary was `1.3.0` at 5 % and is none");
    let rollback = Wanted::Rollback { begin: None, to: None };
    check(&rollback, Release::abort, "the version to go back to was `1.2.0` and is `1.1.0`");
    check(&rollback, |release, change| release.promote(None, change), "the stable version was `1.2.0` and is `1.3.0`");
    let named = Wanted::Rollback { begin: None, to: Some(version("1.0.0")) };
    check(
        &named,
        |release, change| release.deprecate(&version("1.0.0"), change),
        "`1.0.0` was usable and is deprecated",
    );
    check(&Wanted::Promote { begin: None, named: None }, Release::step, "the canary was");
    check(&Wanted::Forget(vec![version("1.0.0")]), Release::abort, "the canary was `1.3.0` and is none");
}

#[test]
fn a_rollback_minds_which_version_it_leads_back_to() {
    let place = Place::new();
    let by_bob = change(NOW + 1, "bob", "mine");
    let quiet = next(place.release.abort(&by_bob));
    place.memory.force(KEY, document(&quiet));
    place.memory.mishap(KEY, Mishap::Other(document(&next(quiet.deprecate(&version("1.1.0"), &by_bob)))));
    let error = place.edit(&Wanted::Rollback { begin: None, to: None }).unwrap_err();
    let text = failure::render(&error);
    assert!(text.contains("the version to go back to was `1.1.0` and is `1.0.0`"), "{text}");
}

#[test]
fn what_somebody_else_did_too_is_done() {
    let place = Place::new();
    place.memory.mishap(KEY, Mishap::Other(place.other(|release, change| release.promote(None, change))));
    let promote = Wanted::Promote { begin: None, named: Some((version("1.3.0"), registration("1.3.0", NOW))) };
    assert!(!place.edit(&promote).unwrap().changed);
    assert_eq!(place.since(), ["1 promote by bob"]);
}

#[test]
fn a_change_whose_answer_was_lost_is_made_once() {
    let place = Place::new();
    place.memory.mishap(KEY, Mishap::AnswerLost);
    let edited = place.edit(&Wanted::Step).unwrap();
    assert!(edited.changed);
    assert_eq!(place.since(), ["1 step by ada"]);
    assert_eq!(edited.release, place.now());
}

#[test]
fn a_change_that_was_lost_to_another_is_decided_anew() {
    let place = Place::new();
    place.memory.mishap(KEY, Mishap::LostToOther(place.other(Release::step)));
    assert_eq!(failure::exit(&place.edit(&Wanted::Step).unwrap_err()), Exit::Conflict);
    assert_eq!(place.since(), ["1 step by bob"]);
    let place = Place::new();
    place.memory.mishap(KEY, Mishap::LostToOther(place.other(Release::step)));
    assert!(place.edit(&Wanted::Abort).unwrap().changed);
    assert_eq!(place.since(), ["1 step by bob", "2 abort by ada"]);
}

#[test]
fn without_an_answer_nobody_claims_to_know() {
    for done in [false, true] {
        let place = Place::new();
        place.memory.mishap(KEY, Mishap::Silence { done });
        let error = place.edit(&Wanted::Step).unwrap_err();
        assert_eq!(failure::exit(&error), Exit::Failure);
        let serial = place.release.serial() + 1;
        let expect = format!(
            "cannot tell whether `cart` was changed: see whether `storefront status cart` shows serial {serial}"
        );
        assert_eq!(error.to_string(), expect);
        assert_eq!(place.since().len(), usize::from(done));
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    let before = place.memory.written();
    let edited = run(async {
        let current = get(&place.bucket, &remote()).await?;
        let order = Order { wanted: &Wanted::Step, change: &change(NOW, "ada", ""), seen: 0, dry: true };
        edit(&place.bucket, &remote(), current.into(), order).await
    });
    assert_eq!(edited.unwrap().release.canary().unwrap().share, Share::percent(25));
    assert_eq!(place.memory.written(), before);
}

#[test]
fn the_first_release_is_nobodys_to_overwrite() {
    let memory = Memory::default();
    let bucket = Bucket::Memory(memory.clone());
    let other = Release::first(remote(), version("1.0.0"), registration("1.0.0", NOW), &change(NOW, "bob", ""));
    memory.mishap(KEY, Mishap::Other(document(&other)));
    let begin = Some(beginning("1.0.0", 1));
    let (version, registration) = (version("1.1.0"), registration("1.1.0", NOW));
    let wanted = Wanted::Canary { begin, version, registration, share: Share::percent(5), steps: None };
    let order = Order { wanted: &wanted, change: &change(NOW, "ada", ""), seen: 0, dry: false };
    let error = run(edit(&bucket, &remote(), Found::Absent, order)).unwrap_err();
    assert_eq!(failure::exit(&error), Exit::Conflict);
    assert!(failure::render(&error).contains("the stable version was none and is `1.0.0`"));
}

#[test]
fn entries_that_no_longer_fit_lie_beside_the_release_before_it_is_written() {
    let place = Place::new();
    // Somebody began anew once: under these keys lie the entries of a release that is gone.
    place.memory.force("cart/history/0000000000000003.json", b"{}\n".to_vec());
    for number in 0..60 {
        let wanted = if number % 2 == 0 { Wanted::Lock } else { Wanted::Unlock };
        assert!(place.edit(&wanted).unwrap().changed);
    }
    let now = place.now();
    let oldest = now.history().first().unwrap().serial;
    assert!(oldest > 10, "{oldest}");
    for serial in 1..oldest {
        let key = path::history_key(&remote(), serial);
        let found = run(place.bucket.get(&key, RELEASE_LIMIT as u64)).unwrap().unwrap();
        let entry: Entry = serde_json::from_slice(&found.bytes).unwrap();
        assert_eq!(entry.serial, serial);
    }
    let written = place.memory.written();
    let last_two = written.get(written.len() - 2..).unwrap();
    assert_eq!(last_two, [path::history_key(&remote(), oldest - 1), KEY.to_owned()]);
}

#[test]
fn an_entry_that_cannot_be_kept_stops_the_change() {
    let place = Place::new();
    let mut written = place.memory.written().len();
    let mut number = 0;
    // Up to the change before the first one that takes an entry out.
    while place.now().history().first().unwrap().serial == 1 && place.now().history().len() < 50 {
        let wanted = if number % 2 == 0 { Wanted::Lock } else { Wanted::Unlock };
        place.edit(&wanted).unwrap();
        number += 1;
        written += 1;
    }
    place.memory.mishap(&path::history_key(&remote(), 1), Mishap::Silence { done: false });
    let wanted = if number % 2 == 0 { Wanted::Lock } else { Wanted::Unlock };
    assert!(place.edit(&wanted).is_err());
    assert_eq!(place.memory.written().len(), written, "the release must not lose an entry");
    assert!(place.edit(&wanted).unwrap().changed);
}

#[test]
fn a_release_that_cannot_be_read_is_never_written_over() {
    let place = Place::new();
    place.memory.force(KEY, b"{}".to_vec());
    let error = place.edit(&Wanted::Step).unwrap_err();
    assert_eq!(failure::exit(&error), Exit::Failure);
    assert!(error.to_string().contains("was refused"), "{error}");
    assert_eq!(run(place.bucket.get(KEY, 10)).unwrap().unwrap().bytes, b"{}");
}

#[test]
fn a_change_goes_above_what_a_shop_has_seen() {
    let mut place = Place::new();
    place.seen = 40;
    let edited = place.edit(&Wanted::Abort).unwrap();
    assert_eq!((edited.changed, edited.release.serial()), (true, 41));
    assert_eq!(place.now().serial(), 41);
    // Nothing to do is nothing to write.
    assert!(!place.edit(&Wanted::Abort).unwrap().changed);
    assert_eq!(place.now().serial(), 41);
}

#[test]
fn doing_it_again_is_no_error_and_changes_nothing() {
    #[track_caller]
    fn check(wanted: &Wanted) {
        let place = Place::new();
        assert!(place.edit(wanted).unwrap().changed, "{wanted:?}");
        let before = place.memory.written();
        assert!(!place.edit(wanted).unwrap().changed, "{wanted:?}");
        assert_eq!(place.memory.written(), before, "{wanted:?}");
    }
    check(&Wanted::Lock);
    check(&Wanted::Abort);
    check(&Wanted::Deprecate(version("1.0.0")));
    let place = Place::new();
    for wanted in [Wanted::Unlock, Wanted::Restore(version("1.0.0"))] {
        assert!(!place.edit(&wanted).unwrap().changed, "{wanted:?}");
    }
}

#[test]
fn only_a_change_that_brings_a_beginning_replaces_what_cannot_be_read() {
    for bytes in [b"{\"schema\":".to_vec(), vec![b' '; RELEASE_LIMIT + 1]] {
        let place = Place::new();
        place.memory.force(KEY, bytes.clone());
        let edit = |wanted: &Wanted| {
            run(async {
                let found = look(&place.bucket, &remote()).await?;
                let order = Order { wanted, change: &change(NOW, "ada", "why"), seen: 0, dry: false };
                edit(&place.bucket, &remote(), found, order).await
            })
        };
        assert!(edit(&Wanted::Rollback { begin: None, to: None }).is_err());
        assert_eq!(run(place.bucket.get(KEY, u64::MAX)).unwrap().unwrap().bytes, bytes, "nothing was written over it");
        let begin = Some(beginning("1.2.0", 60));
        let edited = edit(&Wanted::Rollback { begin, to: Some(version("1.2.0")) }).unwrap();
        assert_eq!((edited.release.serial(), edited.release.stable()), (60, &version("1.2.0")));
        assert_eq!(place.now(), edited.release);
    }
}

#[test]
fn a_release_is_recovered_with_its_canary() {
    let memory = Memory::default();
    let bucket = Bucket::Memory(memory.clone());
    let canary = Some((version("1.3.0"), registration("1.3.0", NOW), Share::percent(5)));
    let wanted = Wanted::Recover { begin: beginning("1.2.0", 20), canary };
    let order = Order { wanted: &wanted, change: &change(NOW, "ada", ""), seen: 0, dry: false };
    let release = run(edit(&bucket, &remote(), Found::Absent, order)).unwrap().release;
    assert_eq!((release.stable(), release.canary().unwrap().share), (&version("1.2.0"), Share::percent(5)));
    assert!(release.serial() >= 20, "{}", release.serial());
}

#[test]
fn a_release_that_came_back_meanwhile_is_no_recovered_one_unless_it_is_the_same() {
    #[track_caller]
    fn check(stable: &str, canary: Option<&str>, expect: Option<&str>) {
        let memory = Memory::default();
        let bucket = Bucket::Memory(memory.clone());
        let other = Release::first(remote(), version("1.0.0"), registration("1.0.0", NOW), &change(NOW, "bob", ""));
        memory.mishap(KEY, Mishap::Other(document(&other)));
        let canary = canary.map(|number| (version(number), registration(number, NOW), Share::percent(5)));
        let wanted = Wanted::Recover { begin: beginning(stable, 20), canary };
        let order = Order { wanted: &wanted, change: &change(NOW, "ada", ""), seen: 0, dry: false };
        let edited = run(edit(&bucket, &remote(), Found::Absent, order));
        match expect {
            None => assert!(!edited.unwrap().changed),
            Some(expect) => {
                let error = edited.unwrap_err();
                assert_eq!(failure::exit(&error), Exit::Conflict);
                assert!(failure::render(&error).contains(expect), "{}", failure::render(&error));
            }
        }
        assert_eq!(run(get(&bucket, &remote())).unwrap().release, other, "nothing was written over it");
    }
    check("1.0.0", None, None);
    check("1.2.0", None, Some("the stable version was none and is `1.0.0`"));
    check("1.0.0", Some("1.2.0"), Some("somebody else changed `cart`"));
}

#[test]
fn a_release_that_was_put_back_takes_on_what_the_shop_serves() {
    let mut place = Place::new();
    place.seen = 40;
    let canary = Some((version("9.1.0"), registration("9.1.0", NOW), Share::percent(5)));
    let wanted = Wanted::Renew { stable: (version("9.0.1"), registration("9.0.1", NOW)), canary, seen: 40 };
    let edited = place.edit(&wanted).unwrap();
    let now = place.now();
    assert_eq!((edited.changed, &edited.release), (true, &now));
    assert_eq!((now.stable(), &now.canary().unwrap().version), (&version("9.0.1"), &version("9.1.0")));
    assert!(now.serial() > 40, "{}", now.serial());
    assert_eq!(now.fallback(), Some(&version("1.2.0")));
    assert!(!place.edit(&wanted).unwrap().changed, "a second time there is nothing to do");
}
