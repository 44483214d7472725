//! Causes why an object of the store is not at hand. Each cause has a code, which is public and stable, a sentence for everybody,
//! and a text with the particulars, for the log and for operators.

use web::foreign::line;

/// Longest text from elsewhere that is repeated, in characters.
const FOREIGN_LIMIT: usize = 240;

/// The causes. [`Cause::Absent`] and [`Cause::Removed`] alone are what the store itself says about what it holds; with every
/// other one nobody knows whether the thing exists, and nothing may be answered as if it did not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Cause {
    /// The store has none, by its own answer.
    #[error("it is not published")]
    Absent,
    /// The store has none, and once had one.
    #[error("it was removed from the store")]
    Removed,
    /// The store has none, although a release or a manifest names it.
    #[error("the store has lost it")]
    Lost,
    /// The store had a release, and has none.
    #[error("the release is gone from the store")]
    ReleaseGone,
    /// Nobody has asked for it yet, or the asking is bounded and others came first.
    #[error("it was not read yet")]
    Unread,
    /// A page has waited as long as it may; the answer may come later.
    #[error("the store did not answer in the time that a page waits")]
    Slow,
    /// No answer, or not the whole of one, in the time that the store has: this many milliseconds.
    #[error("no answer within {0} ms")]
    Timeout(u64),
    /// No connection, or none that lasted until the answer began.
    #[error("the store cannot be reached: {0}")]
    Unreachable(String),
    /// The store answered with an error.
    #[error("the store answered {status}{}", comma(code.as_deref()))]
    Refused {
        /// The status.
        status: u16,
        /// The code of its error document.
        code: Option<String>,
    },
    /// The bucket's binding failed.
    #[error("the bucket failed: {0}")]
    Bucket(String),
    /// The two clocks differ by more than a signature allows, and the store's is not known.
    #[error("the store's clock and this one differ by more than its limit")]
    Clock,
    /// More bytes than are ever read of such a thing.
    #[error("{0}")]
    TooLarge(String),
    /// Fewer bytes than there should be.
    #[error("{0}")]
    CutShort(String),
    /// Not a document of its kind, or that of something else.
    #[error("{0}")]
    Invalid(String),
    /// Other bytes than those that were registered.
    #[error("{0}")]
    OtherBytes(&'static str),
    /// An older release than the shop has seen.
    #[error("the store has serial {serial}, {seen} was seen before")]
    OlderSerial {
        /// That of the store's release.
        serial: u64,
        /// The highest that was seen.
        seen: u64,
    },
    /// Another release under a serial that is known.
    #[error("the store has another release of serial {serial} than before")]
    SerialReused {
        /// The serial.
        serial: u64,
    },
    /// The runtime lacks something.
    #[error("{0}")]
    Runtime(String),
}

impl Cause {
    /// A connection that did not come about, in the runtime's words.
    pub fn unreachable(words: &str) -> Self {
        Self::Unreachable(line(words, FOREIGN_LIMIT))
    }

    /// A failure of the bucket's binding, in the runtime's words.
    pub fn bucket(words: &str) -> Self {
        Self::Bucket(line(words, FOREIGN_LIMIT))
    }

    /// A failure of the runtime, in its own words.
    pub fn runtime(words: &str) -> Self {
        Self::Runtime(line(words, FOREIGN_LIMIT))
    }

    /// A thing of too many bytes; the text may quote the store.
    pub fn too_large(words: &str) -> Self {
        Self::TooLarge(line(words, FOREIGN_LIMIT))
    }

    /// A thing that ended too early; the text may quote the runtime.
    pub fn cut_short(words: &str) -> Self {
        Self::CutShort(line(words, FOREIGN_LIMIT))
    }

    /// A document that breaks a rule; its error may quote it.
    pub fn invalid(words: &str) -> Self {
        Self::Invalid(line(words, FOREIGN_LIMIT))
    }

    /// Names the cause for programs. These words are public and keep their meaning; `docs/rollout.md` lists them.
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    /// Says as much as everybody may know.
    pub(crate) fn public(&self) -> &'static str {
        self.row().1
    }

    /// The text for a reader: all of it for whoever works on the shop, the public sentence for everybody else.
    pub fn text(&self, is_detailed: bool) -> String {
        if is_detailed { self.to_string() } else { self.public().to_owned() }
    }

    /// Whether the store itself answered that there is no such thing.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Absent | Self::Removed)
    }

    /// The status of an answer that lacks what this is about.
    pub fn status(&self) -> u16 {
        match self {
            Self::Absent => 404,
            Self::Removed => 410,
            Self::Unread => 503,
            Self::Slow | Self::Timeout(_) => 504,
            _ => 502,
        }
    }

    fn row(&self) -> (&'static str, &'static str) {
        match self {
            Self::Absent => ("absent", "it is not published"),
            Self::Removed => ("removed", "it was removed from the store"),
            Self::Lost => ("lost", "the store has lost it"),
            Self::ReleaseGone => ("release-gone", "the store has lost the release"),
            Self::Unread => ("unread", "it was not read yet"),
            Self::Slow => ("slow", "the store did not answer in the time that a page waits"),
            Self::Timeout(_) => ("timeout", "the store did not answer in time"),
            Self::Unreachable(_) => ("unreachable", "the store cannot be reached"),
            Self::Refused { status: 401 | 403, .. } => ("denied", "the store refuses the shop's key"),
            Self::Refused { .. } | Self::Bucket(_) => ("store-error", "the store answered with an error"),
            Self::Clock => ("clock", "the store's clock is off"),
            Self::TooLarge(_) => ("too-large", "it is too large"),
            Self::CutShort(_) => ("cut-short", "it ended too early"),
            Self::Invalid(_) => ("invalid", "it breaks the rules of its kind"),
            Self::OtherBytes(_) => ("other-bytes", "it has other bytes than were registered"),
            Self::OlderSerial { .. } => ("older-serial", "the store has an older release than was seen before"),
            Self::SerialReused { .. } => ("serial-reused", "the store has two releases of one serial"),
            Self::Runtime(_) => ("internal", "the shop cannot read it now"),
        }
    }
}

/// Why a version that a visitor should have got was not given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum Because {
    /// The pages write other markup.
    #[error("it is built for contract {0}, which this shop does not speak")]
    Contract(u32),
    /// The manifest could not be read.
    #[error("its manifest cannot be had: {0}")]
    Unavailable(Cause),
    /// The store has another manifest than the one that was registered.
    #[error("its manifest is not the one that the release names")]
    OtherManifest,
}

impl Because {
    /// Names the cause for programs, as [`Cause::code`] does.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Contract(_) => "contract",
            Self::Unavailable(cause) => cause.code(),
            Self::OtherManifest => "other-manifest",
        }
    }

    /// The text for a reader: all of it, or what everybody may know.
    pub(crate) fn text(&self, is_detailed: bool) -> String {
        match self {
            Self::Unavailable(cause) if !is_detailed => format!("its manifest cannot be had: {}", cause.public()),
            _ => self.to_string(),
        }
    }
}

fn comma(code: Option<&str>) -> String {
    code.map(|code| format!(", {code}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Because, Cause};

    fn refused(status: u16, code: Option<&str>) -> Cause {
        Cause::Refused { status, code: code.map(str::to_owned) }
    }

    #[test]
    fn a_cause_has_a_code_a_status_and_a_text() {
        #[track_caller]
        fn check(cause: &Cause, code: &str, status: u16, text: &str) {
            assert_eq!((cause.code(), cause.status(), cause.to_string().as_str()), (code, status, text));
        }
        check(&Cause::Absent, "absent", 404, "it is not published");
        check(&Cause::Removed, "removed", 410, "it was removed from the store");
        check(&Cause::Lost, "lost", 502, "the store has lost it");
        check(&Cause::Unread, "unread", 503, "it was not read yet");
        check(&Cause::Slow, "slow", 504, "the store did not answer in the time that a page waits");
        check(&Cause::Timeout(5000), "timeout", 504, "no answer within 5000 ms");
        check(&refused(403, Some("AccessDenied")), "denied", 502, "the store answered 403, AccessDenied");
        check(&refused(404, Some("NoSuchBucket")), "store-error", 502, "the store answered 404, NoSuchBucket");
        check(&refused(500, None), "store-error", 502, "the store answered 500");
        check(&Cause::too_large("the body has more than 9 bytes"), "too-large", 502, "the body has more than 9 bytes");
        let older = Cause::OlderSerial { serial: 3, seen: 19 };
        check(&older, "older-serial", 502, "the store has serial 3, 19 was seen before");
    }

    #[test]
    fn every_code_is_listed_with_the_status_that_a_file_gets() {
        let (_, codes) =
            include_str!("../../../docs/rollout.md").split_once("### Codes").expect("rollout.md lists codes");
        let rows: Vec<&str> = codes.lines().filter(|line| line.starts_with("| `")).collect();
        let check = |code: &str, status: Option<u16>| {
            let is_of = |row: &&&str| row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{code}`")));
            let row = rows.iter().find(is_of).unwrap_or_else(|| panic!("docs/rollout.md does not list `{code}`"));
            let cell = row.split('|').nth(2).unwrap_or_default().trim();
            // A code without a status is none of a file's.
            let is_right = cell.is_empty() || status.is_some_and(|status| cell.starts_with(&status.to_string()));
            assert!(is_right, "docs/rollout.md has the status `{cell}` for `{code}`, which is {status:?}");
        };
        let causes = [
            Cause::Absent,
            Cause::Removed,
            Cause::Lost,
            Cause::ReleaseGone,
            Cause::Unread,
            Cause::Slow,
            Cause::Timeout(1),
            Cause::unreachable(""),
            refused(403, None),
            refused(500, None),
            Cause::bucket(""),
            Cause::Clock,
            Cause::too_large(""),
            Cause::cut_short(""),
            Cause::invalid(""),
            Cause::OtherBytes(""),
            Cause::OlderSerial { serial: 1, seen: 2 },
            Cause::SerialReused { serial: 1 },
            Cause::runtime(""),
        ];
        for cause in &causes {
            check(cause.code(), Some(cause.status()));
        }
        for because in [Because::Contract(1), Because::OtherManifest] {
            check(because.code(), None);
        }
    }

    #[test]
    fn the_public_learns_nothing_of_the_runtimes_words() {
        let cause = Cause::unreachable("internal error; reference = 5\u{1b}[31m\nerror: forged");
        assert_eq!(cause.text(false), "the store cannot be reached");
        let text = cause.text(true);
        assert!(text.is_ascii() && !text.contains('\n') && text.contains("reference = 5"), "{text}");
    }

    #[test]
    fn only_the_stores_word_is_an_absence() {
        let others = [Cause::Lost, Cause::Unread, Cause::Slow, Cause::Timeout(1), refused(404, None)];
        assert!(others.iter().all(|cause| !cause.is_absence() && cause.status() >= 500), "{others:?}");
        assert!(Cause::Absent.is_absence() && Cause::Removed.is_absence());
    }
}
