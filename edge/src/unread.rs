//! The version manifests that an isolate does not have: which are being read, which could not be read and why, which are absent.
//! Bounded and pure: the time is an argument, in milliseconds, and reading is the adapter's.

use litemap::LiteMap;
use rollout::{RemoteName, Version};

use crate::cause::Cause;

/// How long the store's word that there is no such version holds: asking for one again and again must not become requests to the
/// store, and a version that is published then must show at once.
const ABSENCE: f64 = 5_000.0;

/// How long a first failure is not tried again. Each further one doubles it.
const BACK_OFF: f64 = 1_000.0;

/// The longest time between two tries, and so the longest after which a store that is well again is noticed.
const BACK_OFF_LIMIT: f64 = 16_000.0;

/// How often the time doubles until it is the longest.
const DOUBLINGS: u32 = 4;

/// Most versions that are remembered.
const LIMIT: usize = 256;

/// A version of a remote.
type Key = (RemoteName, Version);

/// The versions that are not at hand, and why.
#[derive(Debug, Default)]
pub(crate) struct Unread(LiteMap<Key, Entry>);

#[derive(Debug, Default)]
struct Entry {
    /// Since when somebody has been reading it.
    reading_since: Option<f64>,
    /// Whether a page has waited for that reading as long as it may.
    is_slow: bool,
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    cause: Cause,
    /// When the read had ended: a store that hangs must not use up the time for which its failure is remembered.
    at: f64,
    /// How often it has failed in a row.
    tries: u32,
}

impl Unread {
    /// Whether the caller shall read a version now: nobody else is reading it, and no failure is remembered. A reader that has not
    /// ended after `patience` is gone, since its isolate was put to sleep.
    pub(crate) fn begin(&mut self, remote: &RemoteName, version: &Version, now: f64, patience: f64) -> bool {
        if self.is_reading(remote, version, now, patience) || self.cause(remote, version, now).is_some() {
            return false;
        }
        let entry = self.entry(remote, version, now);
        entry.reading_since = Some(now);
        entry.is_slow = false;
        true
    }

    /// Whether nothing is known of any version.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody is reading a version.
    pub(crate) fn is_reading(&self, remote: &RemoteName, version: &Version, now: f64, patience: f64) -> bool {
        let since = self.get(remote, version).and_then(|entry| entry.reading_since);
        since.is_some_and(|since| now >= since && now - since < patience)
    }

    /// Whether a page should wait for the reading of a version: it is the first try, and nobody has waited for it in vain.
    pub(crate) fn is_worth_waiting(&self, remote: &RemoteName, version: &Version, now: f64, patience: f64) -> bool {
        let is_first = |entry: &Entry| entry.failure.is_none() && !entry.is_slow;
        self.get(remote, version).is_some_and(is_first) && self.is_reading(remote, version, now, patience)
    }

    /// A page has waited as long as it may for whatever is being read of a remote.
    pub(crate) fn is_slow(&mut self, remote: &RemoteName) {
        let of_remote = self.0.iter_mut().filter(|((known, _), _)| known == remote);
        of_remote.for_each(|(_, entry)| entry.is_slow |= entry.reading_since.is_some());
    }

    /// A read has ended at `now` without a manifest. Returns whether this is news: the first failure in a row, of another kind
    /// than absence.
    pub(crate) fn fail(&mut self, remote: &RemoteName, version: &Version, cause: Cause, now: f64) -> bool {
        let entry = self.entry(remote, version, now);
        entry.reading_since = None;
        let tries = match &entry.failure {
            Some(before) if before.cause.is_absence() == cause.is_absence() => before.tries.saturating_add(1),
            _ => 1,
        };
        // A store does not remember what it once had; this isolate does, as long as it has room for it.
        let was_removed = entry.failure.as_ref().is_some_and(|before| before.cause == Cause::Removed);
        let cause = if was_removed && cause == Cause::Absent { Cause::Removed } else { cause };
        let is_news = tries == 1 && !cause.is_absence();
        entry.failure = Some(Failure { cause, at: now, tries });
        is_news
    }

    /// A version is at hand now. Returns whether it had failed before.
    pub(crate) fn succeed(&mut self, remote: &RemoteName, version: &Version) -> bool {
        let entry = self.0.remove(&(remote.clone(), version.clone()));
        entry.and_then(|entry| entry.failure).is_some_and(|failure| !failure.cause.is_absence())
    }

    /// Why a version is not at hand, for as long as that is remembered.
    pub(crate) fn cause(&self, remote: &RemoteName, version: &Version, now: f64) -> Option<&Cause> {
        let failure = self.get(remote, version)?.failure.as_ref()?;
        failure.holds(now).then_some(&failure.cause)
    }

    /// Why the last read of a version failed, however long ago: what is true until a further one has ended.
    pub(crate) fn last_cause(&self, remote: &RemoteName, version: &Version) -> Option<&Cause> {
        self.get(remote, version)?.failure.as_ref().map(|failure| &failure.cause)
    }

    fn get(&self, remote: &RemoteName, version: &Version) -> Option<&Entry> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(remote.clone(), version.clone()))
    }

    fn entry(&mut self, remote: &RemoteName, version: &Version, now: f64) -> &mut Entry {
        let key = (remote.clone(), version.clone());
        if !self.0.contains_key(&key) {
            self.make_room(now);
        }
        self.0.entry(key).or_default()
    }

    fn make_room(&mut self, now: f64) {
        if self.0.len() < LIMIT {
            return;
        }
        self.0.retain(|_, entry| entry.is_in_use(now));
        if self.0.len() < LIMIT {
            return;
        }
        // Made-up versions are absent, which costs one request to find out again; a store that fails costs more.
        let order = |a: &Entry, b: &Entry| {
            let ((a, a_at), (b, b_at)) = (a.worth(), b.worth());
            a.cmp(&b).then(a_at.total_cmp(&b_at))
        };
        let oldest = self.0.iter().min_by(|(_, a), (_, b)| order(a, b)).map(|(key, _)| key.clone());
        oldest.and_then(|oldest| self.0.remove(&oldest));
    }
}

impl Entry {
    fn is_in_use(&self, now: f64) -> bool {
        self.reading_since.is_some() || self.failure.as_ref().is_some_and(|failure| failure.holds(now))
    }

    /// Orders entries by how soon they may go: absences before failures, the older first.
    fn worth(&self) -> (u8, f64) {
        match &self.failure {
            _ if self.reading_since.is_some() => (2, 0.0),
            Some(failure) => (u8::from(failure.cause != Cause::Absent), failure.at),
            None => (0, 0.0),
        }
    }
}

impl Failure {
    fn holds(&self, now: f64) -> bool {
        now >= self.at && now - self.at < self.time()
    }

    fn time(&self) -> f64 {
        if self.cause.is_absence() {
            return ABSENCE;
        }
        let doublings = self.tries.saturating_sub(1).min(DOUBLINGS);
        (BACK_OFF * f64::from(1_u32 << doublings)).min(BACK_OFF_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use rollout::Version;

    use super::{LIMIT, Unread};
    use crate::cause::Cause;
    use crate::deadline::Late;
    use crate::testing::{products, version};

    const PATIENCE: f64 = 10_000.0;

    fn hang() -> Cause {
        Cause::Timeout(Late::Elapsed(5_000))
    }

    fn begins(unread: &mut Unread, version: &Version, now: f64) -> bool {
        unread.begin(&products(), version, now, PATIENCE)
    }

    #[test]
    fn a_hanging_read_is_remembered_from_its_end_and_tried_again_ever_later() {
        let (mut unread, version) = (Unread::default(), version("1.2.0"));
        let mut now = 100_000.0;
        for pause in [1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 16_000.0] {
            assert!(begins(&mut unread, &version, now), "at {now}");
            assert!(!begins(&mut unread, &version, now + 1.0), "one reader at a time");
            now += 5_000.0;
            unread.fail(&products(), &version, hang(), now);
            assert_eq!(unread.cause(&products(), &version, now), Some(&hang()));
            assert!(!begins(&mut unread, &version, now + pause - 1.0), "{pause} ms after {now}");
            now += pause;
            assert_eq!(unread.cause(&products(), &version, now), None);
        }
        assert!(begins(&mut unread, &version, now));
        assert!(unread.succeed(&products(), &version), "it had failed");
        assert!(begins(&mut unread, &version, now), "nothing is left of it");
    }

    #[test]
    fn an_absence_holds_five_seconds_however_often_it_is_found() {
        let (mut unread, version) = (Unread::default(), version("1.2.0"));
        for now in [10_000.0, 15_000.0, 20_000.0] {
            assert!(begins(&mut unread, &version, now));
            assert!(!unread.fail(&products(), &version, Cause::Absent, now), "an absence is no news");
            assert!(unread.cause(&products(), &version, now + 4_999.0).is_some());
            assert!(unread.cause(&products(), &version, now + 5_000.0).is_none());
        }
    }

    #[test]
    fn what_was_removed_stays_so() {
        let (mut unread, version) = (Unread::default(), version("1.2.0"));
        unread.fail(&products(), &version, Cause::Removed, 0.0);
        unread.fail(&products(), &version, Cause::Absent, 6_000.0);
        assert_eq!(unread.cause(&products(), &version, 6_000.0), Some(&Cause::Removed));
    }

    #[test]
    fn a_reader_that_never_ends_makes_room_for_another() {
        let (mut unread, version) = (Unread::default(), version("1.2.0"));
        assert!(begins(&mut unread, &version, 0.0));
        assert!(unread.is_reading(&products(), &version, PATIENCE - 1.0, PATIENCE));
        assert!(begins(&mut unread, &version, PATIENCE));
    }

    #[test]
    fn pages_wait_for_a_first_reading_and_only_until_one_has_waited_in_vain() {
        let (mut unread, version) = (Unread::default(), version("1.2.0"));
        let waits = |unread: &Unread, now| unread.is_worth_waiting(&products(), &version, now, PATIENCE);
        assert!(!waits(&unread, 0.0), "nobody reads it");
        begins(&mut unread, &version, 0.0);
        assert!(waits(&unread, 1.0));
        unread.is_slow(&products());
        assert!(!waits(&unread, 2.0));
        unread.fail(&products(), &version, hang(), 3.0);
        begins(&mut unread, &version, 5_000.0);
        assert!(!waits(&unread, 5_001.0), "it has failed before");
    }

    #[test]
    fn a_flood_of_absences_displaces_no_failure() {
        let (mut unread, failing) = (Unread::default(), version("1.2.0"));
        unread.fail(&products(), &failing, hang(), 1_000.0);
        for number in 0..LIMIT * 2 {
            unread.fail(&products(), &version(&format!("9.0.{number}")), Cause::Absent, 1_500.0);
        }
        assert!(unread.0.len() <= LIMIT);
        assert_eq!(unread.cause(&products(), &failing, 1_900.0), Some(&hang()));
    }
}
