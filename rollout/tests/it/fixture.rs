//! Releases out of one line of text: `register 1.1.0; canary 1.1.0 5; promote`, and one line out of a release.
//! The lines are the operator's commands, shortened; every line begins with a first release of `products` 1.0.0.

use std::fmt::Write as _;

use proptest::test_runner::{Config, RngSeed};
use rollout::{
    Author, Change, FileName, Integrity, Message, Next, Registration, Release, RemoteName, Share, Steps, Timestamp,
    TransitionError, Version,
};
use serde_json::Value;

/// When the changes of a line happen.
pub(crate) const AT: &str = "2026-11-25T12:00:00Z";

/// Who makes them.
pub(crate) const BY: &str = "ada@shop.example";

/// So many cases of a law, the same on every run, and no file beside the tests that remembers a failure.
pub(crate) fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_125), ..Config::default() }
}

pub(crate) fn remote(name: &str) -> RemoteName {
    RemoteName::new(name).unwrap()
}

pub(crate) fn products() -> RemoteName {
    remote("products")
}

pub(crate) fn version(text: &str) -> Version {
    Version::new(text).unwrap()
}

pub(crate) fn share(text: &str) -> Share {
    text.parse().unwrap()
}

/// The hash of no bytes in particular; another number is another hash.
pub(crate) fn integrity(number: u8) -> Integrity {
    Integrity::from_digest(&[number; 48])
}

/// What a release notes of a version; other `bytes` are another manifest.
pub(crate) fn registration(bytes: u8) -> Registration {
    Registration {
        entry: FileName::new("products-A.js").unwrap(),
        integrity: integrity(bytes),
        manifest: integrity(bytes.wrapping_add(100)),
        contract: 1,
        registered: Timestamp::new(AT).unwrap(),
        deprecated: None,
    }
}

pub(crate) fn change(message: &str) -> Change {
    Change { at: Timestamp::new(AT).unwrap(), by: Author::new(BY).unwrap(), message: Message::new(message).unwrap() }
}

pub(crate) fn first() -> Release {
    Release::first(products(), version("1.0.0"), registration(0), &change(""))
}

/// Does what one command of a line says.
pub(crate) fn apply(release: &Release, command: &str) -> Result<Next, TransitionError> {
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    let words: Vec<&str> = rest.split_whitespace().collect();
    // A lock has a reason where others have a version.
    let named = words.first().filter(|_| name != "lock").map(|word| version(word));
    let of = || named.clone().unwrap_or_else(|| panic!("`{command}` names no version"));
    let reason = |from: usize| words.get(from..).unwrap_or_default().join(" ");
    match name {
        "register" => {
            let bytes = words.get(1).map_or(0, |word| word.parse().unwrap());
            release.register(&of(), registration(bytes), &change(""))
        }
        "canary" => {
            let steps: Option<Steps> = words.get(2).map(|steps| steps.parse().unwrap());
            release.set_canary(&of(), share(words[1]), steps.as_ref(), &change(""))
        }
        "step" => release.step(&change("")),
        "promote" => release.promote(named.as_ref(), &change("")),
        "abort" => release.abort(&change("")),
        "rollback" => release.roll_back(named.as_ref(), &change("")),
        "lock" => release.lock_changes(&change(&reason(0))),
        "unlock" => release.unlock_changes(&change("")),
        "deprecate" => release.deprecate(&of(), &change(&reason(1))),
        "restore" => release.restore(&of(), &change("")),
        "forget" => release.forget(&of(), &change("")),
        _ => panic!("`{command}` is no command of a line"),
    }
}

/// The release after a line; every command of it has to change something.
pub(crate) fn after(line: &str) -> Release {
    line.split(';').map(str::trim).filter(|command| !command.is_empty()).fold(first(), |release, command| {
        match apply(&release, command) {
            Ok(Next::Changed(next)) => *next,
            other => panic!("`{command}` in `{line}`: {other:?}"),
        }
    })
}

/// Where the traffic goes, and what else a command can change. What is as in a new release is left out.
pub(crate) fn show(release: &Release) -> String {
    let list = |versions: Vec<&Version>| versions.into_iter().map(Version::as_str).collect::<Vec<_>>().join(" ");
    let mut text = format!("stable {}", release.stable());
    if let Some(canary) = release.canary() {
        write!(text, ", canary {} at {} %", canary.version, canary.share).unwrap();
    }
    if !release.earlier().is_empty() {
        write!(text, ", earlier {}", list(release.earlier().iter().collect())).unwrap();
    }
    if let Some(lock) = release.lock() {
        write!(text, ", locked ({})", lock.message).unwrap();
    }
    if *release.steps() != Steps::default() {
        write!(text, ", steps {}", release.steps()).unwrap();
    }
    for (version, known) in release.versions() {
        if let Some(why) = &known.deprecated {
            write!(text, ", deprecated {version} ({why})").unwrap();
        }
    }
    text
}

/// The document of a release.
pub(crate) fn text_of(release: &Release) -> String {
    let document = release.to_document().unwrap_or_else(|error| panic!("every release has a document: {error}"));
    String::from_utf8(document.bytes).unwrap()
}

/// A document, changed as JSON; fields may change their order, which the parser does not mind.
pub(crate) fn edited(release: &Release, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_str(&text_of(release)).unwrap();
    edit(&mut value);
    serde_json::to_vec(&value).unwrap()
}

/// An error with all its causes, as a program prints it.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// House style: one line, no full stop, nothing that a terminal would obey, and short enough for a log.
#[track_caller]
pub(crate) fn assert_is_one_line(message: &str) {
    assert!(!message.is_empty() && !message.ends_with('.'), "mend the words of `{message}`");
    assert!(!message.chars().any(char::is_control), "escape what is quoted in {message:?}");
    assert!(message.len() < 1000, "quote only an excerpt: {} bytes of {message}", message.len());
}
