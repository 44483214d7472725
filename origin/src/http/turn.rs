//! One long response at a time on a thread: those that wait let all short ones pass first, so that health checks and the feed wait for one
//! search at most, however many are requested. Their number is limited by `allowance`.

use std::sync::Arc;

use tokio::sync::Semaphore;

thread_local! {
    /// The turn. Each thread has its own: handing a turn to another thread costs as much as a short search.
    static TURN: Arc<Semaphore> = Arc::new(Semaphore::new(1));
}

/// Does the work on its turn, after everything else that is ready on this thread.
pub(crate) async fn take<T>(work: impl FnOnce() -> T) -> T {
    let turn = TURN.with(Arc::clone);
    // The semaphore is never closed; if it were, there would be no turns to wait for.
    let turn = turn.acquire().await;
    tokio::task::yield_now().await;
    let done = work();
    drop(turn);
    done
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::take;

    #[test]
    fn short_answers_pass_those_that_wait_for_their_turn() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let mut tasks = Vec::new();
            for number in 0..20 {
                let order = Arc::clone(&order);
                tasks.push(tokio::task::spawn_local(async move {
                    take(|| {
                        order.lock().unwrap().push(format!("search {number}"));
                        if number == 3 {
                            // A feed's question that comes while a search is being answered.
                            let order = Arc::clone(&order);
                            tokio::task::spawn_local(async move { order.lock().unwrap().push("feed".to_owned()) });
                        }
                    })
                    .await;
                }));
            }
            for task in tasks {
                task.await.unwrap();
            }
        });
        let order = order.lock().unwrap();
        let place = |name: &str| order.iter().position(|found| found == name).unwrap();
        assert_eq!(place("feed"), place("search 3") + 1, "{order:?}");
        assert_eq!(order.len(), 21, "{order:?}");
    }
}
