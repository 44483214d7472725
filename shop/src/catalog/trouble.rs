//! Reasons why the origin of record is not followed at the moment. Each trouble has a code, which is public and stable, and a text with the
//! particulars, for the log and for operators. The store of remotes has causes of its own, in `remotes/cause.rs`.

use web::foreign::line;

/// Longest text from elsewhere that is repeated, in characters.
const FOREIGN_LIMIT: usize = 240;

/// The kinds of trouble.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No connection, or none that lasted until the answer began.
    #[error("the origin cannot be reached: {0}")]
    Unreachable(String),
    /// No answer, or not the whole of one, in the time that the origin has; the text names the time.
    #[error("the origin was too slow: {0}")]
    Slow(String),
    /// Another status than the protocol has.
    #[error("the origin answered {status} to the question for {asked}")]
    Status {
        /// The status.
        status: u16,
        /// Changes or a snapshot.
        asked: &'static str,
    },
    /// Changes without a byte.
    #[error("the origin answered without changes")]
    Empty,
    /// More bytes than are ever read.
    #[error("{0}")]
    TooLarge(String),
    /// A body that ended before its length.
    #[error("{0}")]
    CutShort(String),
    /// An edition or an index that breaks a rule.
    #[error("the edition of the origin was refused: {0}")]
    Refused(String),
    /// An edition that came into force before the one that is served.
    #[error("the origin has the revision `{0}`, which is older than what is served")]
    Older(String),
    /// Another base after the snapshot than before it.
    #[error("the origin has changed its base while it was read")]
    BaseChanged,
}

impl Trouble {
    /// A connection that did not come about, in the runtime's words.
    pub fn unreachable(words: &str) -> Self {
        Self::Unreachable(line(words, FOREIGN_LIMIT))
    }

    /// A body of too many bytes; the text may quote the origin.
    pub fn too_large(words: &str) -> Self {
        Self::TooLarge(line(words, FOREIGN_LIMIT))
    }

    /// A body that ended before its length; the text may quote the runtime.
    pub fn cut_short(words: &str) -> Self {
        Self::CutShort(line(words, FOREIGN_LIMIT))
    }

    /// An edition that breaks a rule; the error may quote it.
    pub fn refused(words: &str) -> Self {
        Self::Refused(line(words, FOREIGN_LIMIT))
    }

    /// A revision that the origin named, and that is older than what is served.
    pub fn older(revision: &str) -> Self {
        Self::Older(line(revision, FOREIGN_LIMIT))
    }

    /// Names the trouble for programs. These words are public and keep their meaning; `docs/operations.md` lists them.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Slow(_) => "timeout",
            Self::Status { status: 401 | 403, .. } => "denied",
            Self::Status { .. } => "origin-error",
            Self::Empty | Self::CutShort(_) => "cut-short",
            Self::TooLarge(_) => "too-large",
            Self::Refused(_) => "invalid",
            Self::Older(_) => "older-edition",
            Self::BaseChanged => "base-changed",
        }
    }

    /// The text for a reader: the code, and behind it all of it for operators.
    pub fn text(&self, is_detailed: bool) -> String {
        if is_detailed { format!("{}: {self}", self.code()) } else { self.code().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn every_trouble_has_a_code_and_operators_read_the_text() {
        let status = |status: u16| Trouble::Status { status, asked: "changes" };
        let table = [
            (
                Trouble::unreachable("Network connection lost."),
                "unreachable",
                "the origin cannot be reached: Network connection lost.",
            ),
            (
                Trouble::Slow("no answer within 500 ms".to_owned()),
                "timeout",
                "the origin was too slow: no answer within 500 ms",
            ),
            (status(401), "denied", "the origin answered 401 to the question for changes"),
            (status(503), "origin-error", "the origin answered 503 to the question for changes"),
            (Trouble::Empty, "cut-short", "the origin answered without changes"),
            (Trouble::too_large("the body has more than 9 bytes"), "too-large", "the body has more than 9 bytes"),
            (Trouble::refused("bad\n\u{1b}[2J"), "invalid", "the edition of the origin was refused: bad\\n\\u{1b}[2J"),
            (
                Trouble::older("a"),
                "older-edition",
                "the origin has the revision `a`, which is older than what is served",
            ),
            (Trouble::BaseChanged, "base-changed", "the origin has changed its base while it was read"),
        ];
        for (trouble, code, text) in table {
            assert_eq!((trouble.code(), trouble.to_string().as_str()), (code, text));
            assert_eq!(trouble.text(false), code);
            assert_eq!(trouble.text(true), format!("{code}: {text}"));
            let listed = include_str!("../../../docs/operations.md");
            assert!(listed.contains(&format!("`{code}`")), "docs/operations.md does not say what `{code}` means");
        }
    }
}
