//! The readers of the texts of runtime, store and origin of record, beside the codes that everybody gets.
//! Judges a request's secret; `cause.rs` and `trouble.rs` have the texts.

use sha2::{Digest as _, Sha256};

/// The readers of the words beside the code: all in development, and those who show the secret that the shop shows its origin.
#[derive(Debug)]
pub(crate) struct Operators {
    everybody: bool,
    secret: Option<String>,
}

/// The secret that a request shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// None.
    Nothing,
    /// The right one, or it needs none.
    Right,
    /// Another one.
    Wrong,
}

impl Operators {
    pub(crate) fn new(production: bool, secret: Option<String>) -> Self {
        Self { everybody: !production, secret }
    }

    /// Whether words stand in answers to everybody.
    pub(crate) fn is_everybody(&self) -> bool {
        self.everybody
    }

    /// Judges an `Authorization` field.
    pub(crate) fn judge(&self, authorization: Option<&str>) -> Shown {
        if self.everybody {
            return Shown::Right;
        }
        let bearer = authorization.and_then(|field| {
            let (scheme, token) = field.trim().split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let Some(token) = bearer else { return Shown::Nothing };
        // Hashes of both are compared: how long that takes says nothing about how much of a secret was right.
        let is_right = |secret: &String| Sha256::digest(secret.as_bytes()) == Sha256::digest(token.as_bytes());
        if self.secret.as_ref().is_some_and(is_right) { Shown::Right } else { Shown::Wrong }
    }
}

#[cfg(test)]
mod tests {
    use super::{Operators, Shown};

    const SECRET: &str = "a-secret-of-the-edge-and-the-origin";

    #[test]
    fn words_are_for_operators() {
        let production = Operators::new(true, Some(SECRET.to_owned()));
        let bearer = |secret: &str| format!("Bearer {secret}");
        for (field, expect) in [
            (None, Shown::Nothing),
            (Some(String::new()), Shown::Nothing),
            (Some(format!("Basic {SECRET}")), Shown::Nothing),
            (Some(SECRET.to_owned()), Shown::Nothing),
            (Some(bearer(SECRET)), Shown::Right),
            (Some(format!("bearer  {SECRET} ")), Shown::Right),
            (Some(bearer(&SECRET[1..])), Shown::Wrong),
            (Some(bearer("")), Shown::Nothing),
        ] {
            assert_eq!(production.judge(field.as_deref()), expect, "{field:?}");
        }
        assert_eq!(Operators::new(true, None).judge(Some(&bearer(""))), Shown::Nothing);
        assert_eq!(
            Operators::new(true, None).judge(Some(&bearer("x"))),
            Shown::Wrong,
            "without a secret nobody is one"
        );
        assert_eq!(Operators::new(false, None).judge(None), Shown::Right);
    }
}
