//! The versions that a visitor is offered, their order, and the reasons: all combinations of release, cohort, preview and bundle.

use rollout::{Release, Visitor, candidates};

use crate::fixture::{after, edited, products, version};

/// A visitor in bucket 499 and one in bucket 500 of `products`: the last one inside of 5 %, and the first one outside.
const INSIDE: Option<&str> = Some("00000000000000000000000000001570");
const OUTSIDE: Option<&str> = Some("000000000000000000000000000010d9");

fn offered(release: Option<&Release>, visitor: Option<&str>, preview: &str, bundled: &str) -> String {
    let visitor = visitor.map(|mark| Visitor::new(mark).unwrap());
    let optional = |text: &str| (!text.is_empty()).then(|| version(text));
    let (preview, bundled) = (optional(preview), optional(bundled));
    let found = candidates(release, visitor.as_ref(), preview.as_ref(), bundled.as_ref());
    let text = |reason| serde_json::to_string(&reason).unwrap().trim_matches('"').to_owned();
    found.iter().map(|one| format!("{} {}", one.version, text(one.reason))).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(line: &str, visitor: Option<&str>, [preview, bundled]: [&str; 2], expect: &str) {
    assert_eq!(offered(Some(&after(line)), visitor, preview, bundled), expect, "{line}");
}

/// 1.1.0 is stable, 1.0.0 was before it, 1.2.0 is registered.
const BASE: &str = "register 1.1.0; promote 1.1.0; register 1.2.0";

#[test]
fn without_a_release_what_was_built_with_the_worker() {
    assert_eq!(offered(None, INSIDE, "", "1.0.0"), "1.0.0 bundled");
    assert_eq!(offered(None, None, "", "1.0.0"), "1.0.0 bundled");
    assert_eq!(offered(None, None, "2.0.0", "1.0.0"), "2.0.0 preview, 1.0.0 bundled");
    assert_eq!(offered(None, None, "1.0.0", "1.0.0"), "1.0.0 preview");
    assert_eq!(offered(None, None, "", ""), "");
}

#[test]
fn by_cohort() {
    let trial = format!("{BASE}; canary 1.2.0 5");
    let without = "1.1.0 stable, 1.0.0 fallback";
    let with = "1.2.0 canary, 1.1.0 stable, 1.0.0 fallback";
    check(BASE, INSIDE, ["", "1.0.0"], without);
    check(BASE, None, ["", "1.0.0"], without);
    check(&trial, INSIDE, ["", "1.0.0"], with);
    check(&trial, OUTSIDE, ["", "1.0.0"], without);
    check(&trial, None, ["", "1.0.0"], without);
    check(&format!("{BASE}; canary 1.2.0 5.01"), OUTSIDE, ["", "1.0.0"], with);
    check(&format!("{BASE}; canary 1.2.0 0"), INSIDE, ["", "1.0.0"], without);
    check(&format!("{BASE}; canary 1.2.0 100"), OUTSIDE, ["", "1.0.0"], with);
    check(&format!("{BASE}; canary 1.2.0 100"), None, ["", "1.0.0"], with);
    check(&format!("{trial}; abort"), INSIDE, ["", "1.0.0"], without);
    check(&format!("{trial}; promote"), OUTSIDE, ["", ""], "1.2.0 stable, 1.1.0 fallback");
    check(&format!("{trial}; promote; rollback"), INSIDE, ["", "1.0.0"], without);
    check(&format!("{trial}; lock"), INSIDE, ["", "1.0.0"], with);
}

#[test]
fn a_version_appears_once_under_its_best_reason() {
    check("", INSIDE, ["", "1.0.0"], "1.0.0 stable");
    check("", INSIDE, ["1.0.0", "1.0.0"], "1.0.0 preview");
    check(BASE, INSIDE, ["", "0.9.0"], "1.1.0 stable, 1.0.0 fallback, 0.9.0 bundled");
    check(BASE, INSIDE, ["", "1.1.0"], "1.1.0 stable, 1.0.0 fallback");
    check(&format!("{BASE}; canary 1.0.0 5"), INSIDE, ["", "1.0.0"], "1.0.0 canary, 1.1.0 stable");
    check(
        &format!("{BASE}; canary 1.2.0 5"),
        INSIDE,
        ["1.2.0", "1.0.0"],
        "1.2.0 preview, 1.1.0 stable, 1.0.0 fallback",
    );
    check(
        &format!("{BASE}; canary 1.2.0 5"),
        OUTSIDE,
        ["1.2.0", "1.0.0"],
        "1.2.0 preview, 1.1.0 stable, 1.0.0 fallback",
    );
    check(
        &format!("{BASE}; canary 1.2.0 5; register 1.3.0"),
        INSIDE,
        ["1.3.0", "0.9.0"],
        "1.3.0 preview, 1.2.0 canary, 1.1.0 stable, 1.0.0 fallback, 0.9.0 bundled",
    );
}

#[test]
fn a_deprecated_or_unknown_version_is_offered_for_a_preview_alone() {
    let withdrawn = format!("{BASE}; deprecate 1.2.0 bad");
    check(&withdrawn, INSIDE, ["1.2.0", "1.0.0"], "1.2.0 preview, 1.1.0 stable, 1.0.0 fallback");
    check(BASE, INSIDE, ["7.0.0", "1.0.0"], "7.0.0 preview, 1.1.0 stable, 1.0.0 fallback");
    check(&format!("{BASE}; deprecate 1.0.0"), INSIDE, ["", ""], "1.1.0 stable");
    check(&format!("{BASE}; deprecate 1.0.0"), INSIDE, ["", "1.0.0"], "1.1.0 stable, 1.0.0 bundled");
    check(&format!("{BASE}; promote 1.2.0; deprecate 1.1.0"), INSIDE, ["", ""], "1.2.0 stable, 1.0.0 fallback");
    check(
        &format!("{BASE}; promote 1.2.0; deprecate 1.1.0; restore 1.1.0"),
        INSIDE,
        ["", ""],
        "1.2.0 stable, 1.1.0 fallback",
    );
    check(&format!("{BASE}; promote 1.2.0; forget 1.0.0"), INSIDE, ["", ""], "1.2.0 stable, 1.1.0 fallback");
}

#[test]
fn what_was_forgotten_is_remembered_as_such_until_it_is_known_again() {
    #[track_caller]
    fn check(commands: &str, expect: bool) {
        let release = after(&format!("{BASE}; {commands}"));
        assert_eq!(release.has_forgotten(&version("1.0.0")), expect, "{commands}");
    }
    check("promote 1.2.0", false);
    check("promote 1.2.0; forget 1.0.0", true);
    check("promote 1.2.0; forget 1.0.0; lock; unlock", true);
    check("promote 1.2.0; forget 1.0.0; register 1.0.0", false);
}

#[test]
fn a_release_that_a_person_wrote_with_withdrawn_versions() {
    let withdraw = |positions: &[usize]| {
        let text = edited(&after(&format!("{BASE}; canary 1.2.0 100")), |document| {
            for position in positions {
                document["microFrontends"]["products"][position]["extras"]["deprecated"] = "bad".into();
            }
        });
        Release::parse(&products(), &text)
    };
    let canary = withdraw(&[2]).unwrap();
    assert_eq!(
        offered(Some(&canary), INSIDE, "", "1.0.0"),
        "1.1.0 stable, 1.0.0 fallback",
        "a withdrawn canary reaches nobody"
    );
    // The stable version stays what the shop has: nothing better is known.
    let stable = withdraw(&[1, 2]).unwrap();
    assert_eq!(offered(Some(&stable), INSIDE, "", "1.0.0"), "1.1.0 stable, 1.0.0 fallback");
}
