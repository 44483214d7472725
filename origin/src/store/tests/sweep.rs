//! Two processes that sweep one database: one at a time, also where the provider is slow.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use catalog::build::{Edition, Options, Products};
use commerce::checkout::Way;
use commerce::{Facts, OrderState, Rules, Standing};
use pages::build::MerchantFiles;
use tokio::sync::Semaphore;

use crate::catalog::held::{Held, Holder};
use crate::checkout::desk::Desk;
use crate::pay::{PayError, Provider, Started};
use crate::rules::Rulebook;
use crate::store::Store;
use crate::store::address::Address;
use crate::store::lease::Turns;
use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{facts, placed, shop, state};

on_both_engines!(a_sweeper_that_is_slow_leaves_the_rest_to_the_next, what_fails_keeps_nothing_else_waiting);

/// The orders that are overdue.
const ORDERS: [&str; 3] = ["one", "two", "three"];

/// A provider that answers when it is let to, and notes who asked for which attempt.
#[derive(Debug)]
struct Slow {
    calls: Arc<Mutex<Vec<(&'static str, String)>>>,
    who: &'static str,
    /// A permit for each answer.
    answers: Semaphore,
    /// Has a permit more with each call.
    asked: Semaphore,
    /// The attempts that it fails.
    fails: &'static [&'static str],
}

impl Slow {
    fn new(who: &'static str, calls: &Arc<Mutex<Vec<(&'static str, String)>>>, answers: usize) -> Slow {
        let calls = Arc::clone(calls);
        Slow { calls, who, answers: Semaphore::new(answers), asked: Semaphore::new(0), fails: &[] }
    }

    async fn ask(&self, attempt: &Attempt, standing: Standing) -> Result<Facts, PayError> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push((self.who, attempt.id.clone()));
        self.asked.add_permits(1);
        self.answers.acquire().await.unwrap().forget();
        if self.fails.contains(&attempt.id.as_str()) {
            return Err(PayError::Silent);
        }
        Ok(facts(standing, 0, 0))
    }
}

#[async_trait]
impl Provider for Slow {
    fn way(&self) -> Way {
        Way::TestCard
    }

    async fn start(&self, _attempt: &Attempt) -> Result<Started, PayError> {
        Err(PayError::Silent)
    }

    async fn fetch(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        self.ask(attempt, Standing::Pending).await
    }

    async fn close(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        self.ask(attempt, Standing::Cancelled).await
    }

    async fn refund(&self, attempt: &Attempt, _refund: &Refund) -> Result<Facts, PayError> {
        self.ask(attempt, Standing::Captured).await
    }
}

fn rules() -> Rules {
    let text = include_str!("../../../../catalog/data/shop.toml");
    MerchantFiles::read(text, catalog::Currency::default()).unwrap().rules().clone()
}

async fn desk(store: &Store, provider: Arc<Slow>) -> Desk {
    let record = r#"[{"id":"1","name":"Lamp","description":"Bright.","price":1.5,"category":"Lighting"}]"#;
    let products = Products::read(record.as_bytes(), Options::default()).unwrap();
    Desk {
        store: store.clone(),
        holder: Arc::new(Holder::new(Held::first(Edition::new(products).unwrap(), 0, 0))),
        rules: Arc::new(Rulebook::open(store.clone(), rules(), 1).await.unwrap()),
        ways: vec![Way::TestCard],
        providers: vec![provider],
        test_card: None,
        stripe: None,
        payment_time: std::time::Duration::from_secs(1),
    }
}

async fn overdue(address: &Address) -> Store {
    let store = shop(address, &[("a", 9)]).await;
    for id in ORDERS {
        placed(&store, id, Way::TestCard, &[("a", 1)]).await;
    }
    store
}

async fn a_sweeper_that_is_slow_leaves_the_rest_to_the_next(address: Address) {
    let store = overdue(&address).await;
    let calls = Arc::default();
    let (first, second) = (Arc::new(Slow::new("first", &calls, 0)), Arc::new(Slow::new("second", &calls, 100)));
    let time = Arc::new(AtomicI64::new(10_000));
    let sweeping = tokio::spawn({
        let (desk, time) = (desk(&store, Arc::clone(&first)).await, Arc::clone(&time));
        let mut turns = Turns::new(store.clone(), "sweep", "first".to_owned());
        async move { desk.sweep_once(&mut turns, || time.load(Ordering::SeqCst)).await.unwrap() }
    });
    first.asked.acquire().await.unwrap().forget();
    // While it waits for its provider, its lease ends, and another process takes its turn.
    time.store(26_000, Ordering::SeqCst);
    let mut turns = Turns::new(store.clone(), "sweep", "second".to_owned());
    let other = desk(&store, Arc::clone(&second)).await;
    assert!(turns.is_mine(26_000).await.unwrap());
    first.answers.add_permits(100);
    assert!(!sweeping.await.unwrap(), "it is not its turn any more");
    let asked = |who: &str| {
        let calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|(asker, _)| *asker == who).count()
    };
    assert_eq!((asked("first"), asked("second")), (1, 0), "it begins nothing more");
    assert!(other.sweep_once(&mut turns, || 26_000).await.unwrap());
    assert_eq!((asked("first"), asked("second")), (1, 2), "each is closed once");
    for id in ORDERS {
        assert_eq!(state(&store, id).await, OrderState::Expired, "{id}");
    }
}

async fn what_fails_keeps_nothing_else_waiting(address: Address) {
    let store = overdue(&address).await;
    let provider = Slow { fails: &["one-pay"], ..Slow::new("first", &Arc::default(), 100) };
    let desk = desk(&store, Arc::new(provider)).await;
    let mut turns = Turns::new(store.clone(), "sweep", "first".to_owned());
    assert!(desk.sweep_once(&mut turns, || 10_000).await.is_err());
    assert_eq!(state(&store, "one").await, OrderState::Awaiting);
    for id in ["two", "three"] {
        assert_eq!(state(&store, id).await, OrderState::Expired, "{id}");
    }
    assert_eq!(store.overdue(10_000, 9).await.unwrap(), Vec::<String>::new(), "it waits");
}
