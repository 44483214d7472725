//! News that stock has changed: to whoever follows it in this process, and with PostgreSQL to every other replica, by `NOTIFY`. News may come
//! late, twice or never; whoever waits for it looks now and then all the same.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{AnyPool, Executor as _};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use crate::observe::recurring::Recurring;

/// The channel of the database.
const CHANNEL: &str = "storefront_stock";

/// One piece of news, which waits for no disk: one that is lost with the server was about what everybody reads again then.
const TELL: &str = "BEGIN; SET LOCAL synchronous_commit = off; NOTIFY storefront_stock; COMMIT";

/// The time between two pieces of news of a process. A transaction that notifies commits alone in its database, so that orders would wait for each other.
const PAUSE: Duration = Duration::from_millis(100);

/// The time between two tries to listen.
const AGAIN: Duration = Duration::from_secs(1);

/// News of stock.
#[derive(Clone, Debug)]
pub(super) struct News {
    /// Wakes whoever follows stock in this process.
    heard: Arc<Notify>,
    /// Wakes the task that tells the replicas; without one, this process is the only one.
    told: Option<Arc<Notify>>,
    _tasks: Arc<Tasks>,
}

/// Tasks that end with this value.
#[derive(Debug, Default)]
struct Tasks(Vec<AbortHandle>);

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl News {
    /// News within this process.
    pub(super) fn here() -> News {
        News { heard: Arc::default(), told: None, _tasks: Arc::default() }
    }

    /// News among all replicas on the database of this URL.
    pub(super) fn among_replicas(url: String, pool: AnyPool) -> News {
        let (heard, told) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let listening = tokio::spawn(listen(url, Arc::clone(&heard)));
        let telling = tokio::spawn(tell(pool, Arc::clone(&told)));
        let tasks = Tasks(vec![listening.abort_handle(), telling.abort_handle()]);
        News { heard, told: Some(told), _tasks: Arc::new(tasks) }
    }

    /// Tells that stock has changed.
    pub(super) fn tell(&self) {
        self.told.as_ref().unwrap_or(&self.heard).notify_one();
    }

    /// Waits until stock may have changed since the last time that somebody waited. One waits at a time.
    pub(super) async fn heard(&self) {
        self.heard.notified().await;
    }
}

async fn tell(pool: AnyPool, told: Arc<Notify>) {
    loop {
        told.notified().await;
        // A database that fails is reported by whoever asks it for something; the replicas look by themselves.
        let _ = pool.execute(TELL).await;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(url: String, heard: Arc<Notify>) {
    let mut trouble = Recurring::new("replicas not heard", "replicas heard again");
    loop {
        let outcome = listen_once(&url, &heard, &mut trouble).await;
        trouble.note(outcome.map_err(Into::into));
        tokio::time::sleep(AGAIN).await;
    }
}

/// Listens until the connection fails.
async fn listen_once(url: &str, heard: &Notify, trouble: &mut Recurring) -> sqlx::Result<()> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHANNEL).await?;
    trouble.note(Ok(()));
    loop {
        // What was told before it listened, or while its connection was lost, is looked for now.
        heard.notify_one();
        listener.try_recv().await?;
    }
}
