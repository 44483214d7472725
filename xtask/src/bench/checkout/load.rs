//! Shoppers at the origin: a fixed number of them one order after the other, or so many a second whatever the origin does. Times are of the
//! client, from the moment at which a press was due, so that a queue in front of the origin counts.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::client::{Connection, Prepared};

/// Goods of the catalog that ships, in pairs: carts of two lines whose rows of stock are few, as those of a sale are.
pub(super) const GOODS: [(&str, &str); 4] = [("1", "10"), ("11", "mug-moss"), ("2", "4"), ("12", "7")];

/// Connections that prepare checkouts.
const PREPARERS: usize = 16;

/// The outcome of a load.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Milliseconds to each order that was placed, sorted.
    pub(super) placed: Vec<f64>,
    /// Milliseconds to each 503 with `retry-after`, sorted.
    pub(super) shed: Vec<f64>,
    /// The checkouts that were refused so.
    pub(super) again: Vec<Prepared>,
    /// The numbers of the orders.
    pub(super) numbers: BTreeSet<String>,
    /// From the first press to the last response, in seconds.
    pub(super) seconds: f64,
    /// Processor time of the origin meanwhile, in seconds.
    pub(super) processor: f64,
}

/// Prepares so many checkouts. Gives them with the seconds that it took.
pub(super) fn prepare(port: u16, count: usize) -> Result<(Vec<Prepared>, f64)> {
    let started = now();
    let prepared = thread::scope(|scope| {
        let workers: Vec<_> = (0..PREPARERS)
            .map(|worker| {
                scope.spawn(move || -> Result<Vec<Prepared>> {
                    let mut connection = Connection::open(port)?;
                    (worker..count)
                        .step_by(PREPARERS)
                        .map(|shopper| connection.prepare(&cart(shopper), shopper))
                        .collect()
                })
            })
            .collect();
        gather(workers)
    })?;
    Ok((prepared.into_iter().flatten().collect(), started.elapsed().as_secs_f64()))
}

/// Places orders of these checkouts over so many connections for a time, each connection one after the other. Anything but an order is an error.
pub(super) fn in_turn(port: u16, checkouts: &[Prepared], connections: usize, time: Duration) -> Result<Outcome> {
    let (next, started) = (AtomicUsize::new(0), now());
    let outcomes = thread::scope(|scope| {
        let worker = || -> Result<Outcome> {
            let (mut connection, mut outcome) = (Connection::open(port)?, Outcome::default());
            while started.elapsed() < time {
                let Some(checkout) = checkouts.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                outcome.press(&mut connection, checkout, now())?;
            }
            Ok(outcome)
        };
        gather((0..connections).map(|_| scope.spawn(worker)).collect())
    })?;
    let outcome = Outcome::whole(outcomes, started);
    if !outcome.shed.is_empty() {
        bail!("{} of {} orders were refused under a load that waits", outcome.shed.len(), checkouts.len());
    }
    Ok(outcome)
}

/// Places orders of these checkouts, so many a second, however long each takes.
pub(super) fn at_rate(port: u16, checkouts: &[Prepared], rate: f64, connections: usize) -> Result<Outcome> {
    let next = AtomicUsize::new(0);
    // All connections are open before the first press.
    let started = now() + Duration::from_secs(1);
    let outcomes = thread::scope(|scope| {
        let worker = || -> Result<Outcome> {
            let (mut connection, mut outcome) = (Connection::open(port)?, Outcome::default());
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(checkout) = checkouts.get(number) else { return Ok(outcome) };
                let due = started + Duration::from_secs_f64(f64::from(u32::try_from(number)?) / rate);
                thread::sleep(due.saturating_duration_since(now()));
                outcome.press(&mut connection, checkout, due)?;
            }
        };
        let spawn = |_| thread::Builder::new().stack_size(256 * 1024).spawn_scoped(scope, worker);
        let workers: std::io::Result<Vec<_>> = (0..connections).map(spawn).collect();
        gather(workers.context("cannot start so many shoppers")?)
    })?;
    Ok(Outcome::whole(outcomes, started))
}

impl Outcome {
    fn press(&mut self, connection: &mut Connection, checkout: &Prepared, due: Instant) -> Result<()> {
        let answer = connection.place(checkout)?;
        let milliseconds = now().saturating_duration_since(due).as_secs_f64() * 1e3;
        match (answer.status, answer.number()) {
            (200, Some(number)) => {
                self.placed.push(milliseconds);
                self.numbers.insert(number.to_owned());
            }
            (503, _) if answer.has_retry_after => {
                self.shed.push(milliseconds);
                self.again.push(checkout.clone());
            }
            (status, _) => bail!("an order was answered with {status}: {}", answer.body),
        }
        Ok(())
    }

    fn whole(outcomes: Vec<Outcome>, started: Instant) -> Outcome {
        let mut whole =
            Outcome { seconds: now().saturating_duration_since(started).as_secs_f64(), ..Outcome::default() };
        for outcome in outcomes {
            whole.placed.extend(outcome.placed);
            whole.shed.extend(outcome.shed);
            whole.again.extend(outcome.again);
            whole.numbers.extend(outcome.numbers);
        }
        whole.placed.sort_by(f64::total_cmp);
        whole.shed.sort_by(f64::total_cmp);
        whole
    }

    /// Orders a second.
    pub(super) fn rate(&self) -> f64 {
        self.count() / self.seconds
    }

    /// Processor time of the origin for an order, in microseconds.
    pub(super) fn microseconds(&self) -> f64 {
        self.processor * 1e6 / self.count()
    }

    fn count(&self) -> f64 {
        u32::try_from(self.placed.len()).map_or(f64::INFINITY, f64::from)
    }
}

/// The value that so many of a hundred are at most; 0 of none.
pub(super) fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

fn cart(shopper: usize) -> String {
    let (one, other) = GOODS.get(shopper % GOODS.len()).copied().unwrap_or(("1", "10"));
    format!("1~{one}*1~{other}*2")
}

fn gather<T>(workers: Vec<thread::ScopedJoinHandle<'_, Result<T>>>) -> Result<Vec<T>> {
    let ended = workers.into_iter().map(|worker| match worker.join() {
        Ok(outcome) => outcome,
        Err(_) => bail!("a thread of the load broke off"),
    });
    ended.collect()
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn a_quantile_is_a_value_that_was_measured() {
        let sorted: Vec<f64> = (1..=200_u32).map(f64::from).collect();
        let found = [0, 1, 50, 99, 100].map(|percent| quantile(&sorted, percent));
        assert_eq!(found.map(|value| value.to_string()), ["1", "2", "100", "198", "200"]);
        assert_eq!(quantile(&[], 99).to_string(), "0");
    }
}
