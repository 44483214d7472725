//! The merchant's rules of tax, shipping and discounts: those of the build, or newer ones of the origin of record. Replaces them as a whole
//! or not at all. Sends no request; the host's feed does.

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt::Write as _;
use std::rc::Rc;

use catalog::Currency;
use commerce::Rules;
use sha2::{Digest as _, Sha256};

use crate::catalog::trouble::Trouble;

/// The longest document of rules, in bytes.
pub const MAX_LENGTH: usize = Rules::MAX_LENGTH;

/// The digits of a revision of rules: the first of the SHA-256 of their document.
const REVISION_DIGITS: usize = 16;

/// After so many milliseconds rules that were refused are read again: they may have been spoilt on their way.
const REFUSED_FOR: f64 = 60_000.0;

/// The rules of this isolate.
#[derive(Debug)]
pub struct RulesInForce {
    /// The document that was built in, and its rules once something was priced by them.
    built: (&'static [u8], Currency, OnceCell<Rc<Rules>>),
    followed: RefCell<Followed>,
    /// Whether the cache of this location was asked; once in an isolate's life.
    pub cache_was_asked: Cell<bool>,
}

#[derive(Debug, Default)]
struct Followed {
    /// The revision that the origin confirmed last; `None` before.
    revision: Option<Rc<str>>,
    /// The rules of that revision; `None` for those of the build.
    rules: Option<Rc<Rules>>,
    /// The revision that was refused, when, and why.
    refused: Option<(String, f64, Trouble)>,
}

/// The state that `/health/ready` lists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) revision: Option<Rc<str>>,
    pub(crate) is_built: bool,
    pub(crate) error: Option<Trouble>,
}

impl RulesInForce {
    pub(crate) fn new(built: &'static [u8], currency: Currency) -> RulesInForce {
        RulesInForce {
            built: (built, currency, OnceCell::new()),
            followed: RefCell::default(),
            cache_was_asked: Cell::new(false),
        }
    }

    /// The rules that prices follow from at this moment. Those of the build are read when the first cart is priced: the build has read them
    /// with the same function, so they are right; damaged ones would price carts without tax and shipping, and say so.
    pub(crate) fn current(&self) -> Rc<Rules> {
        if let Some(rules) = &self.followed.borrow().rules {
            return Rc::clone(rules);
        }
        let (document, currency, rules) = &self.built;
        let read = || Rc::new(Rules::from_json(document, *currency).unwrap_or_else(|_| Rules::none(*currency)));
        Rc::clone(rules.get_or_init(read))
    }

    /// Names the rules in keys of pages; `None` for those of the build, which the build names.
    pub(crate) fn key(&self) -> Option<Rc<str>> {
        let followed = self.followed.borrow();
        followed.revision.clone().filter(|_| followed.rules.is_some())
    }

    /// Whether the rules of a revision are to be read at `now`: they are others than those in force, and were not refused a moment ago.
    /// A text that is no revision names none: an origin of an older release has no rules to follow.
    pub fn wants(&self, revision: &str, now: f64) -> bool {
        let mut followed = self.followed.borrow_mut();
        if followed.revision.as_deref() == Some(revision) {
            // The origin is back at the rules in force: there is no trouble any more.
            followed.refused = None;
            return false;
        }
        let is_refused =
            |(refused, at, _): &(String, f64, Trouble)| refused == revision && (0.0..REFUSED_FOR).contains(&(now - at));
        is_revision(revision) && !followed.refused.as_ref().is_some_and(is_refused)
    }

    /// Puts the rules of a document in force, if it is the one that the revision names and keeps every rule; otherwise those before stay.
    /// Returns them where they are others than before.
    pub fn take(&self, revision: &str, document: &[u8]) -> Result<Option<Rc<Rules>>, Trouble> {
        if !is_revision(revision) || revision_of(document) != revision {
            return Err(Trouble::refused(&format!("the document is not that of the rules `{revision}`")));
        }
        let (built, currency, _) = &self.built;
        let rules = if document == *built {
            None
        } else {
            let read = Rules::from_json(document, *currency);
            Some(Rc::new(read.map_err(|error| Trouble::refused(&error.to_string()))?))
        };
        let mut followed = self.followed.borrow_mut();
        let is_changed = followed.rules.is_some() || rules.is_some();
        *followed = Followed { revision: Some(revision.into()), rules, refused: None };
        drop(followed);
        Ok(is_changed.then(|| self.current()))
    }

    /// Notes that rules could not be read or were refused. Returns whether that is news.
    pub fn refuse(&self, revision: &str, trouble: Trouble, now: f64) -> bool {
        let mut followed = self.followed.borrow_mut();
        let is_known = followed.refused.as_ref().is_some_and(|(refused, _, _)| refused == revision);
        followed.refused = Some((revision.to_owned(), now, trouble));
        !is_known
    }

    pub(crate) fn standing(&self) -> Standing {
        let followed = self.followed.borrow();
        Standing {
            revision: followed.revision.clone(),
            is_built: followed.rules.is_none(),
            error: followed.refused.as_ref().map(|(_, _, trouble)| trouble.clone()),
        }
    }
}

/// The revision of a document of rules.
pub fn revision_of(document: &[u8]) -> String {
    let mut text = String::with_capacity(REVISION_DIGITS);
    for byte in Sha256::digest(document).iter().take(REVISION_DIGITS / 2) {
        // A text takes everything.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn is_revision(text: &str) -> bool {
    text.len() == REVISION_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use catalog::Currency;
    use commerce::Rules;

    use super::{REFUSED_FOR, RulesInForce, revision_of};

    const BUILT: &[u8] = br#"{"tax":{"included":true},"shipping":{}}"#;
    const OTHER: &[u8] = br#"{"tax":{"included":false},"shipping":{}}"#;

    fn rules() -> RulesInForce {
        RulesInForce::new(BUILT, Currency::default())
    }

    fn is_included(rules: &RulesInForce) -> bool {
        let current: &Rules = &rules.current();
        current.is_tax_included(current.default_destination().country)
    }

    #[test]
    fn other_rules_take_the_place_of_those_of_the_build_and_go_again() {
        let rules = rules();
        assert_eq!((is_included(&rules), rules.key()), (true, None));
        let (other, built) = (revision_of(OTHER), revision_of(BUILT));
        assert!(rules.wants(&other, 0.0));
        assert!(rules.take(&other, OTHER).unwrap().is_some());
        assert_eq!(
            (is_included(&rules), rules.key().as_deref(), rules.wants(&other, 0.0)),
            (false, Some(other.as_str()), false)
        );
        assert!(rules.take(&built, BUILT).unwrap().is_some());
        assert_eq!((is_included(&rules), rules.key(), rules.wants(&built, 0.0)), (true, None, false));
        // The origin confirms the rules of the build, which changes nothing.
        assert!(rules.take(&built, BUILT).unwrap().is_none());
    }

    #[test]
    fn whatever_is_not_what_it_says_changes_nothing() {
        let rules = rules();
        rules.take(&revision_of(OTHER), OTHER).unwrap();
        let long = [b"{", " ".repeat(Rules::MAX_LENGTH).as_bytes(), b"}"].concat();
        let documents: [&[u8]; 6] = [b"", b"[]", b"null", br#"{"tax":{"included":1}}"#, br#"{"more":1}"#, &long];
        for document in documents {
            let revision = revision_of(document);
            let trouble = rules.take(&revision, document).unwrap_err();
            assert_eq!(trouble.code(), "invalid");
            assert!(rules.refuse(&revision, trouble.clone(), 1.0) && !rules.refuse(&revision, trouble, 1.0));
            assert!(!rules.wants(&revision, 2.0) && rules.wants(&revision, 1.0 + REFUSED_FOR));
            assert_eq!((is_included(&rules), rules.key()), (false, Some(revision_of(OTHER).as_str().into())));
        }
        // One digit of a price that changed on its way makes rules that keep every rule, and are not these.
        assert!(rules.take(&revision_of(OTHER), BUILT).is_err());
        for revision in ["", "0123", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcdef0"] {
            assert!(!rules.wants(revision, 0.0) && rules.take(revision, BUILT).is_err(), "{revision}");
        }
        assert!(rules.standing().error.is_some());
        assert!(!rules.wants(&revision_of(OTHER), 1.0));
        assert!(rules.standing().error.is_none(), "the origin went back to the rules in force");
        rules.take(&revision_of(BUILT), BUILT).unwrap();
        assert!(rules.standing().error.is_none());
    }
}
