//! Years of changes and the longest of everything: a document always fits its limits, and no entry of the history is lost.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rollout::{
    AUTHOR_LIMIT, Author, Change, EARLIER_LIMIT, Entry, FILE_NAME_LIMIT, FileName, HISTORY_LIMIT, MESSAGE_LIMIT,
    Message, Next, RELEASE_LIMIT, REMOTE_NAME_LIMIT, Registration, Release, RemoteName, SALT_LIMIT, SERIAL_LIMIT,
    STEPS_LIMIT, Steps, Timestamp, TransitionError, VERSION_LIMIT, VERSIONS_LIMIT, Version,
};

use crate::fixture::{AT, change, edited, first, integrity, products, registration, share, version};

const CHANGES: u64 = 5_000;

/// One of the changes of a busy shop, the same on every run.
fn busy(release: &Release, number: u64) -> Release {
    let message = "x".repeat(usize::try_from(number * 37 % 200).unwrap());
    let change = Change { at: Timestamp::new(&time(number)).unwrap(), ..change(&message) };
    let newest = version(&format!("2.{}.0", number / 8));
    let bytes = u8::try_from(number / 8 % 100).unwrap();
    let next = match number % 8 {
        0 => release.register(&newest, registration(bytes), &change),
        1 => release.set_canary(&newest, share("1"), None, &change),
        2 | 3 => release.step(&change),
        4 if number.is_multiple_of(3) => release.abort(&change),
        4 => release.promote(None, &change),
        5 => release.lock_changes(&change),
        6 => release.unlock_changes(&change),
        _ => match release.versions().keys().find(|version| release.in_use().all(|used| used != *version)) {
            Some(unused) => release.forget(unused, &change),
            None => release.register(&version(&format!("1.{number}.0")), registration(bytes), &change),
        },
    };
    match next {
        Ok(Next::Changed(next)) => *next,
        other => panic!("change {number}: {other:?}"),
    }
}

fn time(number: u64) -> String {
    format!("2026-11-{:02}T{:02}:{:02}:{:02}Z", 1 + number / 86_400, number / 3600 % 24, number / 60 % 60, number % 60)
}

#[test]
fn five_thousand_changes_fit_and_none_is_lost() {
    let mut release = first();
    let mut told = release.history().to_vec();
    let mut archive: BTreeMap<u64, Entry> = BTreeMap::new();
    let mut largest = 0;
    for number in 0..CHANGES {
        // As an operator does it: change, write what has no place any more beside the document, write the document.
        release = busy(&release, number);
        told.extend(release.history().last().cloned());
        let document = release.to_document().unwrap();
        largest = largest.max(document.bytes.len());
        for entry in document.archived {
            let known = archive.entry(entry.serial).or_insert_with(|| entry.clone());
            assert_eq!(*known, entry, "an entry that was archived is archived again as another one");
        }
        // Read again now and then, so that the history has been cut and has not; reading takes most of this test's time.
        if number % 10 == 0 || number + 1 == CHANGES {
            release = Release::parse(&products(), &document.bytes).unwrap();
            assert!(release.history().len() <= HISTORY_LIMIT, "change {number}: {} entries", release.history().len());
        }
    }
    assert!(largest <= RELEASE_LIMIT, "{largest} bytes");
    assert_eq!((release.serial(), release.history().len()), (CHANGES + 1, HISTORY_LIMIT));
    let kept = release.history().to_vec();
    let all: Vec<Entry> = archive.into_values().chain(kept).collect();
    assert_eq!(all.len(), told.len(), "archived and kept are not all there were, each once");
    assert!(all == told, "archived and kept are not what happened, in its order");
}

#[test]
fn a_release_that_was_never_written_in_between_archives_the_same() {
    let release = (0..CHANGES / 10).fold(first(), |release, number| busy(&release, number));
    let document = release.to_document().unwrap();
    let read = Release::parse(&products(), &document.bytes).unwrap();
    assert_eq!(read.history().len(), HISTORY_LIMIT);
    assert!([document.archived, read.history().to_vec()].concat() == release.history());
}

#[test]
fn a_longer_history_than_is_written_is_read() {
    let entries = HISTORY_LIMIT + 1;
    let release = (0..HISTORY_LIMIT as u64).fold(first(), |release, number| busy(&release, number));
    assert_eq!(release.history().len(), entries);
    let all = serde_json::to_value(release.history()).unwrap();
    let text = edited(&release, |document| document["release"]["history"] = all);
    let read = Release::parse(&products(), &text).unwrap();
    assert_eq!(read.history().len(), entries, "a document of years must not take the shop down");
    assert_eq!(read.to_document().unwrap().archived.len(), 1);
}

/// The longest version of a number.
fn long_version(number: usize) -> Version {
    let start = format!("{number}.0.0-");
    version(&format!("{start}{}", "z".repeat(VERSION_LIMIT - start.len())))
}

fn long_remote() -> RemoteName {
    RemoteName::new(&"r".repeat(REMOTE_NAME_LIMIT)).unwrap()
}

/// The longest record of a change: quotes take two bytes each in the document.
fn long_change() -> Change {
    Change {
        at: Timestamp::new(AT).unwrap(),
        by: Author::new(&"\\".repeat(AUTHOR_LIMIT / 2)).unwrap(),
        message: Message::new(&"\"".repeat(MESSAGE_LIMIT / 2)).unwrap(),
    }
}

fn long_registration() -> Registration {
    Registration { entry: FileName::new(&"f".repeat(FILE_NAME_LIMIT)).unwrap(), contract: u32::MAX, ..registration(1) }
}

#[track_caller]
fn changed(next: Result<Next, TransitionError>) -> Release {
    match next {
        Ok(Next::Changed(next)) => *next,
        other => panic!("{other:?}"),
    }
}

/// A change of the longest release has a document too.
#[track_caller]
fn fits(next: Result<Next, TransitionError>) -> Release {
    let release = changed(next);
    assert_fits(&release);
    release
}

/// Whatever the release holds, its document can be written, and says more than the last change.
#[track_caller]
fn assert_fits(release: &Release) -> usize {
    let document = release.to_document().unwrap_or_else(|error| {
        panic!("lower VERSIONS_LIMIT or a length: the longest release must have a document, but {error}")
    });
    assert!(document.bytes.len() <= RELEASE_LIMIT, "{} bytes", document.bytes.len());
    let read = Release::parse(release.remote(), &document.bytes).unwrap();
    assert!([document.archived, read.history().to_vec()].concat() == release.history(), "an entry is lost");
    read.history().len()
}

/// As many and as long as can be of everything, by changes alone.
static LONGEST: LazyLock<Release> = LazyLock::new(|| {
    let change = long_change();
    let mut release = Release::first(long_remote(), long_version(10), long_registration(), &change);
    for number in 11..10 + VERSIONS_LIMIT {
        release = changed(release.register(&long_version(number), long_registration(), &change));
    }
    for number in 11..=11 + EARLIER_LIMIT {
        release = changed(release.promote(Some(&long_version(number)), &change));
    }
    let steps: Vec<String> =
        (0..STEPS_LIMIT - 1).map(|step| format!("{}.99", 80 + step)).chain(["100".to_owned()]).collect();
    let steps: Steps = steps.join(",").parse().unwrap();
    release = changed(release.set_canary(&long_version(40), share("50.11"), Some(&steps), &change));
    for number in 10..10 + VERSIONS_LIMIT {
        let version = long_version(number);
        if *release.stable() != version && number != 40 {
            release = changed(release.deprecate(&version, &change));
        }
    }
    changed(release.lock_changes(&change))
});

#[test]
fn the_longest_release_has_a_document() {
    let release = &*LONGEST;
    assert_eq!((release.versions().len(), release.earlier().len()), (VERSIONS_LIMIT, EARLIER_LIMIT));
    let kept = assert_fits(release);
    assert!(kept >= 10, "only {kept} entries have a place beside the longest versions: lower VERSIONS_LIMIT");
    // What no change leads to, but a document can hold: the longest salt and the highest serials.
    let text = edited(release, |document| {
        document["release"]["salt"] = "s".repeat(SALT_LIMIT).into();
        let history = document["release"]["history"].as_array_mut().unwrap();
        let excess = kept - kept.min(5);
        history.drain(..excess);
        for (entry, serial) in history.iter_mut().rev().zip((0..SERIAL_LIMIT).rev()) {
            entry["serial"] = serial.into();
        }
        document["release"]["serial"] = (SERIAL_LIMIT - 1).into();
    });
    let release = Release::parse(&long_remote(), &text).unwrap();
    assert_eq!(release.serial(), SERIAL_LIMIT - 1);
    let unlocked = fits(release.unlock_changes(&long_change()));
    assert_eq!(unlocked.serial(), SERIAL_LIMIT);
}

#[test]
fn the_longest_release_can_be_changed_in_every_way() {
    let release = &*LONGEST;
    let change = long_change();
    let open = fits(release.unlock_changes(&change));
    fits(open.step(&change));
    fits(open.set_canary(&long_version(40), share("99.99"), None, &change));
    fits(open.promote(None, &change));
    fits(release.abort(&change));
    fits(release.roll_back(None, &change));
    fits(release.restore(&long_version(10), &change));
    fits(release.forget(&long_version(10), &change));
    let restored = fits(release.restore(&long_version(26), &change));
    fits(restored.roll_back(Some(&long_version(26)), &change));
}

#[test]
fn no_character_takes_more_room_than_its_limit_counts() {
    // What fits into a message by its own count fits into the document: JSON escapes nothing else that a message may hold.
    for character in
        (0..=0x0010_ffff).step_by(7).filter_map(char::from_u32).chain(['"', '\\', '/', '<', '\u{7f}', '\u{2028}'])
    {
        let Ok(message) = Message::new(&character.to_string()) else { continue };
        let count = if matches!(character, '"' | '\\') { 2 } else { character.len_utf8() };
        assert_eq!(serde_json::to_string(&message).unwrap().len(), count + 2, "{character:?}");
    }
    assert_eq!(integrity(0).as_str().len(), 71);
}
