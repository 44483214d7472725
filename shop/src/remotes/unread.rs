//! Objects of the store that an isolate lacks, manifests or files: those being read, those that could not be read, with the cause, and
//! those that are absent. Bounded and pure: the time is an argument, in milliseconds, and reading is the host's.

use litemap::LiteMap;

use crate::remotes::cause::Cause;

/// How long the store's word that there is no such version holds: asking for one again and again must not become requests to the
/// store, and a version that is published then must show at once.
const ABSENCE: f64 = 5_000.0;

/// How long a first failure is not tried again. Each further one doubles it.
const BACK_OFF: f64 = 1_000.0;

/// The longest time between two tries, and so the longest after which a store that is well again is noticed.
const BACK_OFF_LIMIT: f64 = 16_000.0;

/// How often the time doubles until it is the longest.
const DOUBLINGS: u32 = 4;

/// Most things that are remembered.
const LIMIT: usize = 256;

/// The things that are not at hand, by what names each, and why.
#[derive(Debug)]
pub struct Unread<K>(LiteMap<K, Entry>);

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

impl<K> Default for Unread<K> {
    fn default() -> Self {
        Self(LiteMap::new())
    }
}

impl<K: Ord + Clone> Unread<K> {
    /// Whether the caller shall read a thing now: nobody else is reading it, and no failure is remembered. A reader that has not
    /// ended after `patience` is gone, since its isolate was put to sleep.
    pub fn begin(&mut self, key: &K, now: f64, patience: f64) -> bool {
        if self.is_reading(key, now, patience) || self.cause(key, now).is_some() {
            return false;
        }
        let entry = self.entry(key, now);
        entry.reading_since = Some(now);
        entry.is_slow = false;
        true
    }

    /// Whether nothing is known of any thing.
    pub(crate) fn is_idle(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody is reading a thing.
    pub fn is_reading(&self, key: &K, now: f64, patience: f64) -> bool {
        let since = self.get(key).and_then(|entry| entry.reading_since);
        since.is_some_and(|since| now >= since && now - since < patience)
    }

    /// Whether a page should wait for the reading of a thing: it is the first try, and nobody has waited for it in vain.
    pub(crate) fn is_worth_waiting(&self, key: &K, now: f64, patience: f64) -> bool {
        let is_first = |entry: &Entry| entry.failure.is_none() && !entry.is_slow;
        self.get(key).is_some_and(is_first) && self.is_reading(key, now, patience)
    }

    /// A page has waited as long as it may for those that are being read and that it needs.
    pub fn is_slow(&mut self, is_needed: impl Fn(&K) -> bool) {
        let needed = self.0.iter_mut().filter(|(key, _)| is_needed(key));
        needed.for_each(|(_, entry)| entry.is_slow |= entry.reading_since.is_some());
    }

    /// A read has ended at `now` without the thing. Returns whether this is news: the first failure in a row, of another kind
    /// than absence.
    pub fn fail(&mut self, key: &K, cause: Cause, now: f64) -> bool {
        let entry = self.entry(key, now);
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

    /// A thing is at hand now. Returns whether it had failed before.
    pub fn succeed(&mut self, key: &K) -> bool {
        let entry = self.0.remove(key);
        entry.and_then(|entry| entry.failure).is_some_and(|failure| !failure.cause.is_absence())
    }

    /// Why a thing is not at hand, for as long as that is remembered.
    pub fn cause(&self, key: &K, now: f64) -> Option<&Cause> {
        let failure = self.get(key)?.failure.as_ref()?;
        failure.holds(now).then_some(&failure.cause)
    }

    /// Why the last read of a thing failed, however long ago: what is true until a further one has ended.
    pub(crate) fn last_cause(&self, key: &K) -> Option<&Cause> {
        self.get(key)?.failure.as_ref().map(|failure| &failure.cause)
    }

    fn get(&self, key: &K) -> Option<&Entry> {
        self.0.get(key)
    }

    fn entry(&mut self, key: &K, now: f64) -> &mut Entry {
        if !self.0.contains_key(key) {
            self.make_room(now);
        }
        self.0.entry(key.clone()).or_default()
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
    use super::{LIMIT, Unread};
    use crate::remotes::cause::Cause;

    const PATIENCE: f64 = 10_000.0;

    fn hang() -> Cause {
        Cause::Timeout(5_000)
    }

    fn begins(unread: &mut Unread<usize>, key: usize, now: f64) -> bool {
        unread.begin(&key, now, PATIENCE)
    }

    #[test]
    fn a_hanging_read_is_remembered_from_its_end_and_tried_again_ever_later() {
        let (mut unread, key) = (Unread::default(), 1);
        let mut now = 100_000.0;
        for pause in [1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 16_000.0] {
            assert!(begins(&mut unread, key, now), "at {now}");
            assert!(!begins(&mut unread, key, now + 1.0), "one reader at a time");
            now += 5_000.0;
            unread.fail(&key, hang(), now);
            assert_eq!(unread.cause(&key, now), Some(&hang()));
            assert!(!begins(&mut unread, key, now + pause - 1.0), "{pause} ms after {now}");
            now += pause;
            assert_eq!(unread.cause(&key, now), None);
        }
        assert!(begins(&mut unread, key, now));
        assert!(unread.succeed(&key), "it had failed");
        assert!(begins(&mut unread, key, now), "nothing is left of it");
    }

    #[test]
    fn an_absence_holds_five_seconds_however_often_it_is_found() {
        let (mut unread, key) = (Unread::default(), 1);
        for now in [10_000.0, 15_000.0, 20_000.0] {
            assert!(begins(&mut unread, key, now));
            assert!(!unread.fail(&key, Cause::Absent, now), "an absence is no news");
            assert!(unread.cause(&key, now + 4_999.0).is_some());
            assert!(unread.cause(&key, now + 5_000.0).is_none());
        }
    }

    #[test]
    fn what_was_removed_stays_so() {
        let (mut unread, key) = (Unread::default(), 1);
        unread.fail(&key, Cause::Removed, 0.0);
        unread.fail(&key, Cause::Absent, 6_000.0);
        assert_eq!(unread.cause(&key, 6_000.0), Some(&Cause::Removed));
    }

    #[test]
    fn a_reader_that_never_ends_makes_room_for_another() {
        let (mut unread, key) = (Unread::default(), 1);
        assert!(begins(&mut unread, key, 0.0));
        assert!(unread.is_reading(&key, PATIENCE - 1.0, PATIENCE));
        assert!(begins(&mut unread, key, PATIENCE));
    }

    #[test]
    fn pages_wait_for_a_first_reading_and_only_until_one_has_waited_in_vain() {
        let (mut unread, key) = (Unread::default(), 1);
        let waits = |unread: &Unread<usize>, now| unread.is_worth_waiting(&key, now, PATIENCE);
        assert!(!waits(&unread, 0.0), "nobody reads it");
        begins(&mut unread, key, 0.0);
        assert!(waits(&unread, 1.0));
        unread.is_slow(|needed| *needed == key);
        assert!(!waits(&unread, 2.0));
        unread.fail(&key, hang(), 3.0);
        begins(&mut unread, key, 5_000.0);
        assert!(!waits(&unread, 5_001.0), "it has failed before");
    }

    #[test]
    fn a_flood_of_absences_displaces_no_failure() {
        let (mut unread, failing) = (Unread::default(), usize::MAX);
        unread.fail(&failing, hang(), 1_000.0);
        for number in 0..LIMIT * 2 {
            unread.fail(&number, Cause::Absent, 1_500.0);
        }
        assert!(unread.0.len() <= LIMIT);
        assert_eq!(unread.cause(&failing, 1_900.0), Some(&hang()));
    }
}
