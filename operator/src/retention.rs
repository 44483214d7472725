//! The rule behind `storefront prune`: the versions that may be removed. Pure; reads and removes nothing.

use std::collections::BTreeMap;

use rollout::{Entry, Release, Version};

use crate::clock::Seconds;
use crate::published::Folder;

/// The versions that stay at any age, and the age beyond which the rest may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// So many of those published last.
    pub(crate) keep: usize,
    /// Versions that were published or in use after this stay.
    pub(crate) before: Seconds,
}

/// Why each version stays; nothing for one that may go.
pub(crate) type Plan = BTreeMap<Version, Option<&'static str>>;

/// Looks at every version that is in the store or in the release. `history` reaches back beyond [`Rule::before`], if it is that long.
///
/// ```text
/// keep 1, 30 days:   1.3.0 stable, since 40 days         stays
///                    1.2.0 fallback                      stays
///                    1.1.0 was stable until 20 days ago  stays
///                    1.4.0 published yesterday           stays, twice
///                    1.0.0 was stable until a year ago   goes
/// ```
pub(crate) fn plan(
    release: Option<&Release>,
    history: &BTreeMap<u64, Entry>,
    folders: &BTreeMap<Version, Folder>,
    rule: Rule,
) -> Plan {
    let mut plan = Plan::new();
    let used = last_used(history);
    let mut newest: Vec<(Seconds, &Version)> =
        folders.iter().filter_map(|(version, folder)| Some((folder.published?, version))).collect();
    newest.sort();
    let newest: Vec<&Version> = newest.into_iter().rev().take(rule.keep).map(|(_, version)| version).collect();
    for (version, folder) in folders {
        let in_use = release.is_some_and(|release| release.in_use().any(|used| used == version));
        let why = if in_use {
            Some("in use: stable, canary or fallback")
        } else if newest.contains(&version) {
            Some("among those published last")
        } else if folder.touched > rule.before {
            Some("published too recently")
        } else if used.get(version).is_some_and(|until| *until > rule.before) {
            Some("stable or canary too recently")
        } else {
            None
        };
        plan.insert(version.clone(), why);
    }
    // A version that the release names and the store lacks is a line to be forgotten, and nothing else.
    for (version, known) in release.into_iter().flat_map(Release::versions) {
        if !plan.contains_key(version) {
            let in_use = release.is_some_and(|release| release.in_use().any(|used| used == version));
            let recent =
                known.registered.seconds() > rule.before || used.get(version).is_some_and(|until| *until > rule.before);
            let why = if in_use {
                Some("in use, and missing from the store")
            } else {
                recent.then_some("registered or in use too recently")
            };
            plan.insert(version.clone(), why);
        }
    }
    plan
}

/// Until when each version was stable or canary: until the change after the last one that left it so. A change that was stamped
/// by a clock that was behind is no older than the one before it.
pub(crate) fn last_used(history: &BTreeMap<u64, Entry>) -> BTreeMap<Version, Seconds> {
    let mut used = BTreeMap::new();
    let mut until = Seconds::MIN;
    for (entry, next) in history.values().zip(history.values().skip(1)) {
        until = until.max(next.at.seconds());
        for version in std::iter::once(&entry.stable).chain(&entry.canary) {
            used.insert(version.clone(), until);
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use rollout::{Change, Registration, Share};

    use super::*;
    use crate::testing::{self, next, version};

    const DAY: Seconds = 24 * 60 * 60;
    const NOW: Seconds = 1000 * DAY;

    fn change(days_ago: Seconds) -> Change {
        testing::change(NOW - days_ago * DAY, "ada", "")
    }

    fn registration(number: &str, days_ago: Seconds) -> Registration {
        testing::registration(number, NOW - days_ago * DAY)
    }

    fn folder(days_ago: Seconds, whole: bool) -> Folder {
        let at = NOW - days_ago * DAY;
        Folder { published: whole.then_some(at), touched: at, files: BTreeMap::new() }
    }

    /// 1.0.0 until a year ago, then 1.1.0 until 20 days ago, then 1.2.0 until 10 days ago, then 1.3.0; 1.2.5 was a canary 25 days ago.
    fn release() -> Release {
        let mut release = Release::first(testing::remote(), version("1.0.0"), registration("1.0.0", 700), &change(700));
        for (number, days_ago) in [("1.1.0", 365), ("1.2.5", 28), ("1.2.0", 21), ("1.3.0", 11)] {
            release = next(release.register(&version(number), registration(number, days_ago), &change(days_ago)));
            if number == "1.2.5" {
                release = next(release.set_canary(&version(number), Share::percent(5), None, &change(26)));
                release = next(release.abort(&change(25)));
            } else {
                release = next(release.promote(Some(&version(number)), &change(days_ago - 1)));
            }
        }
        release
    }

    #[track_caller]
    fn check(keep: usize, days: Seconds, expect_gone: &[&str]) {
        let release = release();
        let history = release.history().iter().map(|entry| (entry.serial, entry.clone())).collect();
        let folders = BTreeMap::from([
            (version("0.9.0"), folder(800, false)),
            (version("1.0.0"), folder(700, true)),
            (version("1.1.0"), folder(365, true)),
            (version("1.2.5"), folder(60, true)),
            (version("1.2.0"), folder(22, true)),
            (version("1.3.0"), folder(12, true)),
            (version("1.4.0"), folder(0, false)),
        ]);
        let rule = Rule { keep, before: NOW - days * DAY };
        let plan = plan(Some(&release), &history, &folders, rule);
        let gone: Vec<String> =
            plan.iter().filter(|(_, why)| why.is_none()).map(|(version, _)| version.to_string()).collect();
        assert_eq!(gone, expect_gone, "keep {keep}, {days} days");
    }

    #[test]
    fn what_is_or_lately_was_in_use_or_new_stays() {
        // The stable 1.3.0 and the fallback 1.2.0 stay at any age, and so does what is being published.
        check(0, 1, &["0.9.0", "1.0.0", "1.1.0", "1.2.5"]);
        check(0, 22, &["0.9.0", "1.0.0", "1.2.5"]);
        check(0, 26, &["0.9.0", "1.0.0"]);
        check(0, 400, &["0.9.0"]);
        check(0, 900, &[]);
        check(3, 1, &["0.9.0", "1.0.0", "1.1.0"]);
        check(100, 1, &["0.9.0"]);
    }

    #[test]
    fn a_change_stamped_by_a_slow_clock_is_no_older_than_the_one_before() {
        let mut release = Release::first(testing::remote(), version("1.0.0"), registration("1.0.0", 9), &change(9));
        release = next(release.register(&version("1.1.0"), registration("1.1.0", 9), &change(9)));
        release = next(release.promote(Some(&version("1.1.0")), &change(1)));
        // The last change was made a moment ago, on a machine that was 400 days behind.
        release = next(release.roll_back(None, &change(400)));
        let history = release.history().iter().map(|entry| (entry.serial, entry.clone())).collect();
        assert_eq!(last_used(&history)[&version("1.1.0")], NOW - DAY);
    }

    #[test]
    fn without_a_release_only_age_counts() {
        let folders = BTreeMap::from([(version("1.0.0"), folder(40, true)), (version("1.1.0"), folder(3, true))]);
        let rule = Rule { keep: 0, before: NOW - 30 * DAY };
        let plan = plan(None, &BTreeMap::new(), &folders, rule);
        assert_eq!(plan[&version("1.0.0")], None);
        assert!(plan[&version("1.1.0")].is_some());
    }

    #[test]
    fn a_version_that_is_named_and_missing_is_forgotten_when_it_is_old() {
        let release = release();
        let history = release.history().iter().map(|entry| (entry.serial, entry.clone())).collect();
        let rule = Rule { keep: 0, before: NOW - 30 * DAY };
        let plan = plan(Some(&release), &history, &BTreeMap::new(), rule);
        assert_eq!(plan[&version("1.0.0")], None);
        assert_eq!(plan[&version("1.3.0")], Some("in use, and missing from the store"));
        assert_eq!(plan[&version("1.2.5")], Some("registered or in use too recently"));
    }
}
